"""
What happened, typed: an Event for each stable name in the audit trail. Each subject keeps its own
in its `events.py`.

A field is one thing that the entry says. What is None is left out of it. The value in the database
is what the field is called and nothing more, so neither a name of an event nor of a field is ever
changed: old entries have them, too.
"""

import dataclasses
from dataclasses import MISSING, dataclass
from enum import Enum
from typing import Any, ClassVar, get_args, get_type_hints
from uuid import UUID

from django.db.models.enums import ChoicesType
from django.utils.translation import gettext_lazy as _

REGISTRY: dict[str, type["Event"]] = {}


@dataclass(frozen=True, kw_only=True)
class Event:
    """
    The base of all. `name` is what programs and people rely on, `label` is what pages call it.

    `by_others` says that a person is shown it in their own history where somebody else did it to
    their account.
    """

    name: ClassVar[str]
    label: ClassVar[Any]
    by_others: ClassVar[bool] = False

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        if cls.name in REGISTRY:
            raise TypeError(f"Two events are called {cls.name}.")
        REGISTRY[cls.name] = cls

    @property
    def details(self) -> dict[str, Any]:
        """What the entry says for ever, as plain JSON values."""
        return self._values(is_erasable=False)

    @property
    def personal(self) -> dict[str, Any]:
        """
        What it says about a person, as plain JSON values: that is kept where it can be erased.
        """
        return self._values(is_erasable=True)

    def _values(self, *, is_erasable: bool) -> dict[str, Any]:
        said = {field: getattr(self, field.name) for field in dataclasses.fields(self)}
        return {
            field.name: _plain(value)
            for field, value in said.items()
            if value is not None and field.metadata["erasable"] == is_erasable
        }


def detail(
    label: Any, *, erasable: bool = False, verbatim: bool = False, default: Any = MISSING
) -> Any:
    """
    Return a field of an Event; one that is not always said has the `default` None.

    `label` is what pages call it. It is `erasable` if it is about a person (a name, an address, a
    reason, a search for one), and `verbatim` if its value is no language, which browsers and we
    leave alone.
    """
    return dataclasses.field(
        default=default, metadata={"label": label, "erasable": erasable, "verbatim": verbatim}
    )


def label_of(name: str) -> Any:
    """
    Return what pages call an event; a name that is none, of another version, stands for itself.
    """
    return REGISTRY[name].label if name in REGISTRY else name


def shown_as_by_others() -> list[str]:
    """
    Return the names of the events that are shown to a person where somebody else did it to their
    account.
    """
    return [name for name, event in REGISTRY.items() if event.by_others]


def every_field() -> dict[str, dataclasses.Field[Any]]:
    """
    Return a field for each thing that an entry may say, by its key; a key means the same in every
    entry.
    """
    return {field.name: field for event in REGISTRY.values() for field in dataclasses.fields(event)}


def every_choice() -> dict[str, Any]:
    """
    Return the label of each value that one field or another chooses from; a value means the same in
    every entry.
    """
    hints = (hint for event in REGISTRY.values() for hint in get_type_hints(event).values())
    kinds: set[Any] = {
        kind for hint in hints for kind in (hint, *get_args(hint)) if isinstance(kind, ChoicesType)
    }
    return {one.value: one.label for kind in kinds for one in kind}


def _plain(value: Any) -> Any:
    match value:
        case Enum():
            return value.value
        case UUID():
            return str(value)
    return value


@dataclass(frozen=True, kw_only=True)
class AccessDenied(Event):
    """The policy refused something; the same, asked for again and again, is one entry a minute."""

    name = "access.denied"
    label = _("Access denied")

    permission: str = detail(_("Permission"))
    method: str = detail(_("Method"))
    repeated: int | None = detail(_("Refused again since the entry before"), default=None)
