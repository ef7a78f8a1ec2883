"""What the audit trail says of the organization's settings."""

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

from accounts.kernel.events import Event, detail


@dataclass(frozen=True, kw_only=True)
class OrganizationChanged(Event):
    """An Admin changed settings: each that is another now, as what it was and what it is."""

    name = "organization.changed"
    label = _("Settings changed")

    changed: dict[str, list[Any]] = detail(_("Changed"))
