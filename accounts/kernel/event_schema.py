"""
The events as JSON Schema (2020-12), for programs that read the audit trail: `docs/events.json` is
made of it.
"""

import dataclasses
import inspect
import types
from enum import Enum
from typing import Any, Union, get_args, get_origin, get_type_hints
from uuid import UUID

from django.utils import translation

from accounts.kernel.events import REGISTRY, Event

DIALECT = "https://json-schema.org/draft/2020-12/schema"
PLAIN: dict[Any, dict[str, Any]] = {
    str: {"type": "string"},
    int: {"type": "integer"},
    bool: {"type": "boolean"},
    UUID: {"type": "string", "format": "uuid"},
    Any: {},
}


def schema() -> dict[str, Any]:
    """Return the schema of what each event says, by its name, with the labels in English."""
    with translation.override("en"):
        definitions = {name: _of_event(REGISTRY[name]) for name in sorted(REGISTRY)}
    return {"$schema": DIALECT, "title": "What the audit trail says", "$defs": definitions}


def _of_event(event: type[Event]) -> dict[str, Any]:
    hints = get_type_hints(event)
    said = dataclasses.fields(event)
    return {
        "title": str(event.label),
        "description": " ".join((inspect.getdoc(event) or "").split()),
        "type": "object",
        "properties": {field.name: _of_field(field, hints[field.name]) for field in said},
        "required": [field.name for field in said if field.default is dataclasses.MISSING],
        "additionalProperties": False,
        "x-by-others": event.by_others,
    }


def _of_field(field: dataclasses.Field[Any], hint: Any) -> dict[str, Any]:
    erasable = {"x-erasable": True} if field.metadata["erasable"] else {}
    return {"title": str(field.metadata["label"]), **_of_type(hint), **erasable}


def _of_type(hint: Any) -> dict[str, Any]:
    """Return the schema of a value; None is no value, since what is None is left out."""
    kind, parts = get_origin(hint), get_args(hint)
    if kind in (types.UnionType, Union):
        [hint] = [part for part in parts if part is not type(None)]
        return _of_type(hint)
    if kind is dict:
        return {"type": "object", "additionalProperties": _of_type(parts[1])}
    if kind is list:
        return {"type": "array", "items": _of_type(parts[0])}
    if isinstance(hint, type) and issubclass(hint, Enum):
        return {"type": "string", "enum": [one.value for one in hint]}
    return PLAIN[hint]
