"""What the audit trail says of roles."""

from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from accounts.kernel.events import Event, detail
from accounts.models import Role


@dataclass(frozen=True, kw_only=True)
class RoleChanged(Event):
    """The user has another role, from their very next request on."""

    name = "user.role_changed"
    label = _("Role changed")
    by_others = True

    old: Role = detail(_("Before"))
    new: Role = detail(_("After"))
    reason: str | None = detail(_("Reason"), erasable=True, default=None)
