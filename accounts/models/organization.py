"""What an Admin decides for everybody: one row, made by the first change of it."""

from typing import Any, Self

from django.conf import settings
from django.db import models
from django.db.models import Q

from accounts.models.plain_json import PlainJSONField

THE_ONE = 1


class Organization(models.Model):
    """
    The organization's settings. Until somebody changes them there is no row, and the environment's
    name holds.
    """

    id = models.PositiveSmallIntegerField(primary_key=True, default=THE_ONE)
    name = models.CharField(max_length=100)
    domains = PlainJSONField(default=list, blank=True)
    mail_is_on = models.BooleanField(default=True)
    members_may_invite = models.BooleanField(default=False)
    support_address = models.CharField(max_length=254, blank=True)
    language = models.CharField(
        max_length=10, blank=True, default="", db_default=""
    )  # of mails to who has chosen none
    time_zone = models.CharField(max_length=64, blank=True, default="", db_default="")  # likewise
    # After how many days without a sign-in an account is deactivated; 0: never.
    dormant_days = models.PositiveSmallIntegerField(default=0, db_default=0)
    dormant_days_if_never = models.PositiveSmallIntegerField(default=0, db_default=0)
    dormant_admins = models.BooleanField(default=False, db_default=False)
    dormant_since = models.DateTimeField(null=True)
    version = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = (models.CheckConstraint(condition=Q(id=THE_ONE), name="one_organization"),)

    def __str__(self) -> str:
        return self.name

    @classmethod
    def current(cls) -> Self:
        """Return the settings as they are now; not to be kept from one request to the next."""
        return cls.objects.first() or cls(name=settings.ORGANIZATION_NAME)

    def accepts(self, email: str) -> bool:
        """Return whether an account may have this canonical address."""
        return not self.domains or email.rpartition("@")[2] in self.domains

    @property
    def facts(self) -> dict[str, Any]:
        """
        The settings as plain values, for the audit trail and for showing two versions side by side.
        """
        return {name: getattr(self, name) for name in FIELDS}


FIELDS = (
    "name",
    "domains",
    "mail_is_on",
    "members_may_invite",
    "support_address",
    "language",
    "time_zone",
    "dormant_days",
    "dormant_days_if_never",
    "dormant_admins",
)
