"""What the audit trail says of outstanding credentials."""

from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from accounts.kernel.events import Event, detail


@dataclass(frozen=True, kw_only=True)
class CredentialReminded(Event):
    """The user was sent a mail that their temporary password runs out."""

    name = "credential.reminded"
    label = _("Reminded of a temporary password")


@dataclass(frozen=True, kw_only=True)
class CredentialExpired(Event):
    """An Admin ended what would still have let somebody in."""

    name = "credential.expired"
    label = _("Temporary password or link ended early")
    by_others = True

    sessions_ended: int | None = detail(_("Devices signed out"), default=None)
    temporary_password: bool = detail(_("With a temporary password"))
    reset_link: bool = detail(_("Reset link"))
