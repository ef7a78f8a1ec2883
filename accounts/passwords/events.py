"""
What the audit trail says of passwords: that they were set, taken or handed out, and never which.
"""

from dataclasses import dataclass
from uuid import UUID

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from accounts.kernel.events import Event, detail
from accounts.models import BulkAction, ImportMode, Role


class RefusedBecause(TextChoices):
    """Why nobody was sent the reset link that was asked for."""

    UNKNOWN = "unknown", _("unknown address")
    DEACTIVATED = "deactivated", _("account deactivated")
    ADDRESS_NOT_ACCEPTED = "address_not_accepted", _("address not accepted any more")


@dataclass(frozen=True, kw_only=True)
class PasswordResetByAdmin(Event):
    """
    An Admin gave the user a temporary password, good for `hours`, or took the password away and had
    a link mailed.
    """

    name = "password.reset_by_admin"
    label = _("Password reset by an Admin")
    by_others = True

    sessions_ended: int = detail(_("Devices signed out"))
    hours: int | None = detail(_("Good for hours"), default=None)
    by_link: bool | None = detail(_("By a link"), default=None)
    reason: str | None = detail(_("Reason"), erasable=True, default=None)


@dataclass(frozen=True, kw_only=True)
class PasswordResetRequested(Event):
    """
    Somebody asked for a reset link; `reason` is why none was sent. Or one was made anew, since its
    mail was late.

    An address that is nobody's is a code, see `audit.pseudonym`: what was typed may be a password.
    """

    name = "password.reset_requested"
    label = _("Reset link asked for")

    reason: RefusedBecause | None = detail(_("Reason"), default=None)
    unknown_address: str | None = detail(_("Unknown address, as a code"), default=None)
    made_anew: bool | None = detail(_("Link made anew, since its mail was late"), default=None)


@dataclass(frozen=True, kw_only=True)
class PasswordResetByLink(Event):
    """The holder of a reset link chose a password."""

    name = "password.reset_by_link"
    label = _("Password reset by link")

    sessions_ended: int = detail(_("Devices signed out"))


@dataclass(frozen=True, kw_only=True)
class PasswordChanged(Event):
    """Somebody chose another password for themselves."""

    name = "password.changed"
    label = _("Password changed")

    other_sessions_ended: int = detail(_("Other devices signed out"))


@dataclass(frozen=True, kw_only=True)
class ForcedChangeDone(Event):
    """Somebody put their own password in the place of a temporary one."""

    name = "password.forced_change_done"
    label = _("Own password chosen after a reset")

    other_sessions_ended: int = detail(_("Other devices signed out"))


@dataclass(frozen=True, kw_only=True)
class PasswordsDownloaded(Event):
    """
    An Admin took the temporary passwords that a bulk action (`change`) or an import (`mode`) made.
    """

    name = "passwords.downloaded"
    label = _("Temporary passwords downloaded")

    job: UUID = detail(_("Job"), verbatim=True)
    change: BulkAction | None = detail(_("What was done"), default=None)
    role: Role | None = detail(_("Role"), default=None)
    mode: ImportMode | None = detail(_("Mode"), default=None)
    rows: int = detail(_("Rows"))
