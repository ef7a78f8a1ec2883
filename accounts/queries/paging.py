"""Pages by cursor: the place in the sorted list is in the address, so no page costs more than the first one."""

import base64
import binascii
import json
from dataclasses import dataclass

from django.db.models import Q

MAX_CURSOR = 2000


class NotACursor(ValueError):
    """The text in the address is no place in this list."""


@dataclass(frozen=True)
class Slice:
    """
    A page of rows and the cursors around it; "" where there is nothing that way.

    `first` and `last` are given only where they lead somewhere else than this page.
    """

    rows: list
    first: str = ""
    previous: str = ""
    next: str = ""
    last: str = ""


class Key:
    """
    One column of a sort order: how to order by it, how to read it off a row, and how to write it in a cursor.

    `write` and `read` turn the value into JSON and back; `read` raises ValueError for what it did not write.
    """

    def __init__(self, name, *, descending=False, write=str, read=None):
        self.name, self.descending, self.write, self.read = name, descending, write, read or text

    def order(self, *, backwards):
        return ("-" if self.descending != backwards else "") + self.name

    def beyond(self, value, *, backwards):
        return Q(**{f"{self.name}__{'lt' if self.descending != backwards else 'gt'}": value})


def integer_key(name, *, descending=False):
    return Key(name, descending=descending, write=int, read=_integer)


def take(rows, keys, cursor, size):
    """
    Return the Slice of the queryset `rows` at `cursor` ("" for the first page), `size` rows long.

    `keys` are the sort order; together they must be unique.

    :raises NotACursor: if the text is no cursor of this order.
    """
    direction, place = _decode(cursor, keys)
    backwards = direction in ("before", "last")
    if place is not None:
        rows = rows.filter(_beyond(keys, place, backwards=backwards))
    rows = rows.order_by(*(key.order(backwards=backwards) for key in keys))
    found = list(rows[: size + 1])
    more, found = len(found) > size, found[:size]
    if backwards:
        found.reverse()
    has_previous = more if backwards else place is not None
    has_next = direction == "before" if backwards else more
    return Slice(
        found,
        first=_encode("first") if has_previous else "",
        previous=_encode("before", found[0], keys) if has_previous and found else "",
        next=_encode("after", found[-1], keys) if has_next and found else "",
        last=_encode("last") if has_next else "",
    )


def _beyond(keys, place, *, backwards):
    condition, equal = Q(), Q()
    for key, value in zip(keys, place, strict=True):
        condition |= equal & key.beyond(value, backwards=backwards)
        equal &= Q(**{key.name: value})
    return condition


def _encode(direction, row=None, keys=()):
    place = [key.write(getattr(row, key.name)) for key in keys]
    return base64.urlsafe_b64encode(json.dumps([direction, *place]).encode()).decode().rstrip("=")


def _decode(cursor, keys):
    if not cursor:
        return "first", None
    try:
        if len(cursor) > MAX_CURSOR:
            raise NotACursor(cursor[:20])
        direction, *place = json.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
        if direction in ("first", "last") and not place:
            return direction, None
        if direction in ("before", "after") and len(place) == len(keys):
            return direction, [key.read(value) for key, value in zip(keys, place, strict=True)]
    except (ValueError, TypeError, binascii.Error, RecursionError) as error:
        raise NotACursor(cursor[:20]) from error
    raise NotACursor(cursor[:20])


def _integer(value):
    if type(value) is not int or not 0 <= value < 2**63:
        raise ValueError(value)
    return value


def text(value):
    """Return `value`, which must be text that a database can compare with."""
    if type(value) is not str or "\x00" in value:
        raise ValueError(value)
    value.encode()
    return value
