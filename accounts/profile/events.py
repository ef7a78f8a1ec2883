"""What the audit trail says of people's own profiles."""

from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from accounts.kernel.events import Event, detail


@dataclass(frozen=True, kw_only=True)
class ProfileChanged(Event):
    """
    Somebody changed their own name (which is said) or how the pages look to them (which is not).
    """

    name = "profile.changed"
    label = _("Own profile changed")

    old_name: str | None = detail(_("Name before"), erasable=True, verbatim=True, default=None)
    new_name: str | None = detail(_("Name after"), erasable=True, verbatim=True, default=None)
