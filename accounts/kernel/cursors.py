"""A place in a sorted list as text in an address, which anybody may have typed."""

import base64
import binascii
import json
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from accounts.kernel.errors import Invalid

MAX_LENGTH = 2000
YEARS = range(1970, 3000)


class NotACursor(Invalid):
    """The text in the address is no place in this list."""

    code = "not_a_cursor"


def encode(direction: str, values: Sequence[Any] = ()) -> str:
    """Return the cursor for what lies in a `direction` from the row with these JSON values."""
    place = json.dumps([direction, *values])
    return base64.urlsafe_b64encode(place.encode()).decode().rstrip("=")


def decode(cursor: str, readers: Sequence[Callable[[Any], Any]]) -> tuple[str, list[Any] | None]:
    """
    Return the direction and the values of a cursor, None in their place at either end of the list.

    Each value is read by its reader, which raises ValueError for what no row could have.

    :raises NotACursor: if the text is no cursor with so many values.
    """
    if not cursor:
        return "first", None
    try:
        if len(cursor) > MAX_LENGTH:
            raise NotACursor
        direction, *place = json.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
        if direction in ("first", "last") and not place:
            return direction, None
        if direction in ("before", "after") and len(place) == len(readers):
            return direction, [read(value) for read, value in zip(readers, place, strict=True)]
    except (ValueError, TypeError, binascii.Error, RecursionError) as error:
        raise NotACursor from error
    raise NotACursor


def integer(value: object) -> int:
    """Read a whole number that a database can compare with."""
    if type(value) is not int or not 0 <= value < 2**63:
        raise ValueError(value)
    return value


def moment(value: object) -> datetime:
    """Read a point in time of the YEARS, which `datetime.isoformat` wrote."""
    read = datetime.fromisoformat(text(value))
    if read.tzinfo is None or read.year not in YEARS:
        raise ValueError(value)
    return read.astimezone(UTC)


def uuid(value: object) -> UUID:
    """Read a UUID, which `str` wrote."""
    return UUID(text(value))


def text(value: object) -> str:
    """Return `value`, which must be text that a database can compare with."""
    if type(value) is not str or "\x00" in value:
        raise ValueError(value)
    value.encode()
    return value
