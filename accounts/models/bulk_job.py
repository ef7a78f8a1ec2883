"""One change for many people: who they were when they were chosen, and what became of each."""

from typing import Any

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models.job import Job, JobRow
from accounts.models.user import Role


class BulkState(models.TextChoices):
    COLLECTING = "collecting", _("Being collected")
    READY = "ready", _("Ready")
    RUNNING = "running", _("Running")
    DONE = "done", _("Done")
    CANCELLED = "cancelled", _("Cancelled")
    REFUSED = "refused", _("Refused")


class BulkAction(models.TextChoices):
    """
    What can be done to many at once; each is one of the single actions, done for one after the
    other.
    """

    DEACTIVATE = "deactivate", _("Deactivate")
    ACTIVATE = "activate", _("Activate")
    CHANGE_ROLE = "change_role", _("Change role")
    RESET_PASSWORD = "reset_password", _("Reset passwords: temporary passwords to download")
    SEND_LINK = "send_link", _("Reset passwords: a link by mail to choose a new one")


class BulkJob(Job):
    """
    A change for many. `filters` are the list's, as a query, where everything they match was chosen.
    """

    KIND = "bulk"

    action = models.CharField(max_length=20, choices=BulkAction)
    role = models.CharField(max_length=10, choices=Role, blank=True)
    filters = models.TextField(blank=True)
    reason = models.CharField(max_length=500, blank=True)
    tell_reason = models.BooleanField(default=False)
    state = models.CharField(max_length=10, choices=BulkState, default=BulkState.COLLECTING)

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=Q(action=BulkAction.CHANGE_ROLE, role__in=Role.values)
                | (~Q(action=BulkAction.CHANGE_ROLE) & Q(role="")),
                name="bulk_role_goes_with_its_action",
            ),
        )

    @property
    def what(self) -> dict[str, Any]:
        """What it does, as an entry of the audit trail says it."""
        return {"change": self.action} | ({"role": self.role} if self.role else {})


class BulkRow(JobRow):
    """One person of a bulk change."""

    ORDER = ("user_id",)

    job = models.ForeignKey(BulkJob, models.CASCADE, related_name="rows")
    user = models.ForeignKey("accounts.User", models.PROTECT, related_name="+")

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("job", "user"), name="one_row_for_a_person"),
        )
        indexes = (
            models.Index(fields=("job", "outcome", "user"), name="bulk_rows_to_do"),
            models.Index(
                fields=("job", "user"), condition=~Q(fault=""), name="bulk_rows_with_remark"
            ),
        )

    def __str__(self) -> str:
        return f"{self.job_id}:{self.user_id}"
