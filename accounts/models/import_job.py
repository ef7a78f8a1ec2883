"""People from a spreadsheet: the file while it is checked, its rows, and what became of each."""

from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models.job import Job, JobRow
from accounts.models.plain_json import PlainJSONField
from accounts.models.user import Role


class ImportState(models.TextChoices):
    CHECKING = "checking", _("Being checked")
    CHECKED = "checked", _("Checked")
    RUNNING = "running", _("Running")
    DONE = "done", _("Done")
    CANCELLED = "cancelled", _("Cancelled")
    REFUSED = "refused", _("Refused")


class ImportMode(models.TextChoices):
    INVITE = "invite", _("Invite new ones by mail")
    CREATE = "create", _("Create accounts with temporary passwords")


class ImportJob(Job):
    """
    One file. `ignored_columns` are those of its header that mean nothing here, `read_percent` is
    checked by now.

    `notes` are what is to be said of the file, see `tabular.reading.Table`, or what the reason
    names why it is refused. `encoding` is what it was read in, as Python names it.
    """

    KIND = "import"

    file_name = models.CharField(max_length=200)
    encoding = models.CharField(max_length=20, blank=True, default="", db_default="")
    notes = models.JSONField(default=dict, db_default={})
    ignored_columns = PlainJSONField(default=list)
    read_percent = models.PositiveSmallIntegerField(default=0, db_default=0)
    mode = models.CharField(max_length=10, choices=ImportMode, blank=True)
    state = models.CharField(max_length=10, choices=ImportState, default=ImportState.CHECKING)

    @property
    def may_be_read_again(self) -> bool:
        """
        Whether its encoding was only guessed at, or chosen by somebody who may choose another one.
        """
        return bool(self.notes.get("odd_words") or self.notes.get("is_chosen"))

    @property
    def what(self) -> dict[str, Any]:
        """What it does, as an entry of the audit trail says it; nothing before it is started."""
        return {"mode": self.mode} if self.mode else {}


class ImportPart(models.Model):
    """
    A part of the file, sealed, until it is checked: it may hold columns that are none of our
    business.
    """

    job = models.ForeignKey(ImportJob, models.CASCADE, related_name="parts")
    number = models.PositiveIntegerField()
    sealed = models.BinaryField()

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("job", "number"), name="one_part_of_a_number"),
        )

    def __str__(self) -> str:
        return f"{self.job_id}:{self.number}"


class ImportRow(JobRow):
    """A row of the file: what stands in it, what is wrong with it, and what became of it."""

    ORDER = ("line",)

    job = models.ForeignKey(ImportJob, models.CASCADE, related_name="rows")
    line = models.PositiveIntegerField()
    full_name = models.CharField(max_length=150, blank=True)
    email = models.CharField(max_length=254, blank=True)
    role = models.CharField(max_length=10, blank=True)
    is_active = models.BooleanField(default=True)

    class Meta:
        constraints = (models.UniqueConstraint(fields=("job", "line"), name="one_row_for_a_line"),)
        indexes = (
            models.Index(fields=("job", "outcome", "line"), name="import_rows_to_do"),
            models.Index(
                fields=("job", "line"),
                condition=~models.Q(fault=""),
                name="import_rows_with_remark",
            ),
            models.Index(fields=("email",), name="import_rows_by_email"),
        )

    def __str__(self) -> str:
        return f"{self.job_id}:{self.line}"

    @property
    def role_in_words(self) -> str:
        """The role as pages call it; what is none stands as it does in the file."""
        return str(Role(self.role).label) if self.role in Role.values else self.role
