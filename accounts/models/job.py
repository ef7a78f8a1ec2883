"""
What long work has in common, whatever it does: a job, and a row for each thing to do, which is done
once.
"""

import uuid

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

# What every kind of job calls these states.
RUNNING, DONE, CANCELLED, REFUSED = "running", "done", "cancelled", "refused"


class RowOutcome(models.TextChoices):
    PENDING = "pending", _("Not done yet")
    DONE = "done", _("Done")
    SKIPPED = "skipped", _("Left as it is")
    FAILED = "failed", _("Refused")


class Job(models.Model):
    """
    Work that the worker does row by row, in the name of who started it.

    Until somebody does, `started_by` is who chose or uploaded what it is about; `address` and
    `user_agent` come with the start, see `kernel.jobs.start`. Workers ask here and nowhere else in
    whose name they act. `fault` is a code for why a job is refused that never came as far.
    """

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    started_by = models.ForeignKey("accounts.User", models.PROTECT, related_name="+")
    address = models.GenericIPAddressField(null=True)
    user_agent = models.CharField(max_length=300, blank=True, db_default="")
    created_at = models.DateTimeField(default=timezone.now)
    finished_at = models.DateTimeField(null=True)
    passwords_taken_at = models.DateTimeField(null=True)
    fault = models.CharField(max_length=30, blank=True, db_default="")

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return str(self.public_id)


class JobRow(models.Model):
    """
    One thing to do, and what became of it; `fault` is a code for why nothing did.

    `words` say the fault in the reader's language, while it is shown; `password` is what was
    sealed, while it is handed over. Neither is stored.
    """

    fault = models.CharField(max_length=30, blank=True)
    outcome = models.CharField(max_length=10, choices=RowOutcome, default=RowOutcome.PENDING)
    sealed_password = models.TextField(blank=True)

    words: str
    password: str

    class Meta:
        abstract = True
