"""What the audit trail says of accounts: how they come to be, are kept right, and go."""

from dataclasses import dataclass
from uuid import UUID

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from accounts.kernel.events import Event, detail
from accounts.models import Role


class Because(TextChoices):
    """Why an account was deactivated, where nobody did it."""

    DORMANT = "dormant", _("nobody signed in for long")


@dataclass(frozen=True, kw_only=True)
class UserCreated(Event):
    """
    An account came to be: an Admin, an import or a command made it, or somebody joined by an
    invitation.
    """

    name = "user.created"
    label = _("User added")
    by_others = True

    role: Role = detail(_("Role"))
    invitation: UUID | None = detail(_("Invitation"), verbatim=True, default=None)


@dataclass(frozen=True, kw_only=True)
class UserActivated(Event):
    """The user may sign in again."""

    name = "user.activated"
    label = _("User activated")
    by_others = True


@dataclass(frozen=True, kw_only=True)
class UserDeactivated(Event):
    """The user is kept out from now on."""

    name = "user.deactivated"
    label = _("User deactivated")
    by_others = True

    sessions_ended: int = detail(_("Devices signed out"))
    because: Because | None = detail(_("Because"), default=None)
    reason: str | None = detail(_("Reason"), erasable=True, default=None)


@dataclass(frozen=True, kw_only=True)
class UserEdited(Event):
    """An Admin gave the user another name or address; what stayed is left out."""

    name = "user.edited"
    label = _("Name or address changed")
    by_others = True

    old_name: str | None = detail(_("Name before"), erasable=True, verbatim=True, default=None)
    new_name: str | None = detail(_("Name after"), erasable=True, verbatim=True, default=None)
    old_email: str | None = detail(_("Email before"), erasable=True, verbatim=True, default=None)
    new_email: str | None = detail(_("Email after"), erasable=True, verbatim=True, default=None)


@dataclass(frozen=True, kw_only=True)
class UserDeleted(Event):
    """The personal data were taken out of the account."""

    name = "user.deleted"
    label = _("User deleted")

    reason: str | None = detail(_("Reason"), erasable=True, default=None)
