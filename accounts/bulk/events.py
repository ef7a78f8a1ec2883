"""What the audit trail says of bulk actions as a whole; each change has its own entry."""

from dataclasses import dataclass
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from accounts.kernel.events import Event, detail
from accounts.models import BulkAction, Role


@dataclass(frozen=True, kw_only=True)
class BulkStarted(Event):
    """An Admin had so many `rows` done."""

    name = "bulk.started"
    label = _("Bulk change started")

    job: UUID = detail(_("Job"), verbatim=True)
    change: BulkAction = detail(_("What was done"))
    role: Role | None = detail(_("Role"), default=None)
    rows: int = detail(_("Rows"))


@dataclass(frozen=True, kw_only=True)
class BulkCancelled(Event):
    """An Admin stopped it: how many were done by then, and how many were left."""

    name = "bulk.cancelled"
    label = _("Bulk change cancelled")

    job: UUID = detail(_("Job"), verbatim=True)
    change: BulkAction = detail(_("What was done"))
    role: Role | None = detail(_("Role"), default=None)
    done: int = detail(_("Done"))
    left: int = detail(_("Left undone"))
