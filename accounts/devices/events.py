"""What the audit trail says of signed-in devices."""

from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from accounts.kernel.events import Event, detail


@dataclass(frozen=True, kw_only=True)
class SessionRevoked(Event):
    """Somebody signed out other devices of their own, or an Admin those of another user."""

    name = "session.revoked"
    label = _("Device signed out")
    by_others = True

    sessions_ended: int = detail(_("Devices signed out"))
