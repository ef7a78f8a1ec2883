"""
What an audit entry says about a person: kept beside the trail, so that it can go when the person
goes.
"""

from django.db import models

from accounts.models.plain_json import PlainJSONField


class PersonalDetail(models.Model):
    """
    The erasable part of one entry. The entry itself cannot be changed, and names people only by
    reference.

    The database lets this be written with its entry, and be erased; nothing else (migration 0015).
    """

    event = models.OneToOneField(
        "accounts.AuditEvent", models.PROTECT, primary_key=True, related_name="personal"
    )
    user = models.ForeignKey(
        "accounts.User", models.PROTECT, null=True, related_name="personal_details"
    )
    data = PlainJSONField()

    def __str__(self) -> str:
        return str(self.event_id)
