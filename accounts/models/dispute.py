"""Somebody said of a change of their account: I did not expect this."""

from django.db import models
from django.utils import timezone


class Dispute(models.Model):
    """One for each change at most: the database sees to it that the link in the mail works once."""

    event = models.OneToOneField(
        "accounts.AuditEvent", models.PROTECT, primary_key=True, related_name="dispute"
    )
    at = models.DateTimeField(default=timezone.now)

    def __str__(self) -> str:
        return f"{self.event_id} {self.at:%Y-%m-%d}"
