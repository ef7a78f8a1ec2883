"""What the audit trail says of invitations."""

from dataclasses import dataclass
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from accounts.kernel.events import Event, detail
from accounts.models import Role


@dataclass(frozen=True, kw_only=True)
class InvitationSent(Event):
    """Somebody was invited, by mail or by a link to hand over."""

    name = "invitation.sent"
    label = _("Invited")

    invitation: UUID = detail(_("Invitation"), verbatim=True)
    role: Role = detail(_("Role"))
    email: str = detail(_("Email"), erasable=True, verbatim=True)


@dataclass(frozen=True, kw_only=True)
class InvitationLinkMade(Event):
    """An invitation has a new link, and the old one is dead."""

    name = "invitation.link_made"
    label = _("New invitation link")

    invitation: UUID = detail(_("Invitation"), verbatim=True)
    role: Role = detail(_("Role"))
    email: str = detail(_("Email"), erasable=True, verbatim=True)


@dataclass(frozen=True, kw_only=True)
class InvitationCancelled(Event):
    """An invitation was made worthless."""

    name = "invitation.cancelled"
    label = _("Invitation cancelled")

    invitation: UUID = detail(_("Invitation"), verbatim=True)
    role: Role = detail(_("Role"))
    email: str = detail(_("Email"), erasable=True, verbatim=True)


@dataclass(frozen=True, kw_only=True)
class InvitationAccepted(Event):
    """Somebody joined; the entry is about their new account."""

    name = "invitation.accepted"
    label = _("Invitation accepted")

    invitation: UUID = detail(_("Invitation"), verbatim=True)
    role: Role = detail(_("Role"))
    email: str = detail(_("Email"), erasable=True, verbatim=True)
