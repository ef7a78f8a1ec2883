"""What the audit trail says of imports as a whole; each account or invitation has its own entry."""

from dataclasses import dataclass
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from accounts.kernel.events import Event, detail
from accounts.models import ImportMode


@dataclass(frozen=True, kw_only=True)
class ImportStarted(Event):
    """An Admin had so many `rows` done."""

    name = "import.started"
    label = _("Import started")

    job: UUID = detail(_("Job"), verbatim=True)
    mode: ImportMode = detail(_("Mode"))
    rows: int = detail(_("Rows"))


@dataclass(frozen=True, kw_only=True)
class ImportCancelled(Event):
    """
    An Admin stopped an import, or its check: how many were done by then, and how many were left.
    """

    name = "import.cancelled"
    label = _("Import cancelled")

    job: UUID = detail(_("Job"), verbatim=True)
    mode: ImportMode | None = detail(_("Mode"), default=None)
    done: int = detail(_("Done"))
    left: int = detail(_("Left undone"))
