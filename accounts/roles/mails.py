"""The mail about a role."""

from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from accounts.disputes.mails import DisputableMail


@dataclass(frozen=True, kw_only=True)
class RoleWasChanged(DisputableMail):
    """An Admin gave the person another role: `old` and `new` are Role values."""

    label = _("Role was changed")

    old: str
    new: str
