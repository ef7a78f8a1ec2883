"""What the audit trail says of files that were taken."""

from dataclasses import dataclass
from uuid import UUID

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from accounts.kernel.events import Event, detail
from accounts.models import BulkAction, ImportMode, Role


class Exported(TextChoices):
    """What was taken where it was not the list of users."""

    BULK_CHANGE = "bulk_change", _("people of a bulk change")
    IMPORT = "import", _("rows of an import")


@dataclass(frozen=True, kw_only=True)
class UsersExported(Event):
    """
    An Admin took a list of users, all that the filters show, or the people of a job and what became
    of them.
    """

    name = "users.exported"
    label = _("Users exported")

    exported: Exported | None = detail(_("What was exported"), default=None)
    job: UUID | None = detail(_("Job"), verbatim=True, default=None)
    format: str = detail(_("Format"))
    rows: int | None = detail(_("Rows"), default=None)
    change: BulkAction | None = detail(_("What was done"), default=None)
    role: Role | None = detail(_("Role"), default=None)
    mode: ImportMode | None = detail(_("Mode"), default=None)
    filters: dict[str, str] | None = detail(_("Filters"), default=None)
    q: str | None = detail(_("Search"), erasable=True, verbatim=True, default=None)


@dataclass(frozen=True, kw_only=True)
class AuditExported(Event):
    """An Admin took the entries of the audit trail that the filters show."""

    name = "audit.exported"
    label = _("Audit trail exported")

    format: str = detail(_("Format"))
    rows: int = detail(_("Rows"))
    filters: dict[str, str] = detail(_("Filters"))
    actor: str | None = detail(_("Who"), erasable=True, verbatim=True, default=None)
    target: str | None = detail(_("On whom"), erasable=True, verbatim=True, default=None)
    person: str | None = detail(_("Person"), erasable=True, verbatim=True, default=None)
