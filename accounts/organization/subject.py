"""The organization's settings, as the frame of changes knows them."""

from typing import Any

from accounts.kernel.errors import NotFound, Stale
from accounts.kernel.subject import Subject
from accounts.models import Organization


class StaleSettings(Stale):
    """Somebody else changed the settings meanwhile; `current` is the Organization as it is now."""

    code = "settings_changed"

    def __init__(self, current: Organization) -> None:
        super().__init__()
        self.current = current


class Settings(Subject):
    """One row, made by the first change. It is set as a whole, by somebody who saw it."""

    model = Organization
    name = "organization"
    missing = NotFound
    key = "pk"
    always_expected = True

    def find(self, key: int) -> Any:
        Organization.objects.get_or_create(pk=key, defaults=Organization.current().facts)
        return super().find(key)

    def stale(self, row: Organization) -> Stale:
        return StaleSettings(row)

    def state(self, row: Organization) -> Any:
        return row.facts

    def reference(self, row: Organization) -> tuple[str, str]:
        return self.name, ""
