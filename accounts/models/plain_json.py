"""JSON columns that can always be shown."""

import re
from collections.abc import Sequence
from typing import Any

from django.db import models
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import Expression

LONE_SURROGATE = re.compile(r"[\ud800-\udfff]")  # half of a pair: no letter, and in no encoding


class PlainJSONField(models.JSONField):
    """
    Django's JSONField; what cannot be encoded is written and read as an escape (`\\ud800`).

    JSON can spell halves of a surrogate pair. SQLite keeps them, and a page with one cannot be
    sent; PostgreSQL refuses them.
    """

    def deconstruct(self) -> tuple[str, str, Sequence[Any], dict[str, Any]]:
        """For a migration it is Django's: the column is the same."""
        name, _path, args, kwargs = super().deconstruct()
        return name, "django.db.models.JSONField", args, kwargs

    def get_prep_value(self, value: Any) -> Any:
        return super().get_prep_value(encodable(value))

    def from_db_value(
        self, value: Any, expression: Expression, connection: BaseDatabaseWrapper
    ) -> Any:
        return encodable(super().from_db_value(value, expression, connection))


def encodable(
    value: Any,
) -> Any:
    """
    Return plain JSON values with what cannot be encoded escaped.

    >>> encodable({"reason": "a\\ud800b"})
    {'reason': 'a\\\\ud800b'}
    """
    match value:
        case str():
            return (
                value
                if value.isascii()
                else LONE_SURROGATE.sub(lambda half: f"\\u{ord(half[0]):x}", value)
            )
        case dict():
            return {encodable(name): encodable(inner) for name, inner in value.items()}
        case list() | tuple():
            return [encodable(inner) for inner in value]
    return value
