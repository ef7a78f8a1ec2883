"""
Pages by cursor: the place in the sorted list is in the address, so no page costs more than the
first one.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Generic, Self, TypeVar
from uuid import UUID

from django.db.models import (
    BooleanField,
    DateTimeField,
    F,
    Field,
    Func,
    Model,
    Q,
    QuerySet,
    UUIDField,
    Value,
)
from django.db.models.expressions import OrderBy
from django.db.models.functions import Coalesce
from django.db.models.lookups import GreaterThan, LessThan

from accounts.kernel import cursors

T = TypeVar("T")
M = TypeVar("M", bound=Model)
AT_ONCE = 1_000  # rows of a long walk in memory
WALK = 1_000  # rows; looking at so many costs less than rendering the page


@dataclass(frozen=True)
class Slice(Generic[T]):
    """
    A page of rows and the cursors around it; "" where there is nothing that way.

    `first` and `last` are given only where they lead somewhere else than this page.
    """

    rows: list[T]
    first: str = ""
    previous: str = ""
    next: str = ""
    last: str = ""

    @property
    def is_all(self) -> bool:
        """Whether there is nothing before these rows and nothing after them."""
        return not (self.previous or self.next)


class Key:
    """
    One column of a sort order: how to order by it, how to read it off a row, and how to write it in
    a cursor.

    `write` and `read` turn the value into JSON and back; `read` raises ValueError for what it did
    not write.
    """

    def __init__(
        self,
        name: str,
        *,
        descending: bool = False,
        write: Callable[[Any], Any] = str,
        read: Callable[[Any], Any] = cursors.text,
    ) -> None:
        self.name, self.descending, self.write, self.read = name, descending, write, read

    def order(self, *, backwards: bool) -> OrderBy:
        return F(self.name).desc() if self.descending != backwards else F(self.name).asc()

    def order_of_found(self, *, backwards: bool) -> OrderBy:
        """
        The same order, so written that the database sorts what it found and walks no index in
        search of it.
        """
        value = Coalesce(self.name, self.name)
        return value.desc() if self.descending != backwards else value.asc()


class Row(Func):
    """
    Several values as one, which databases compare from the left to the right with a single walk of
    an index.
    """

    template = "(%(expressions)s)"
    output_field = BooleanField()


def integer_key(name: str, *, descending: bool = False) -> Key:
    return Key(name, descending=descending, write=int, read=cursors.integer)


def moment_key(name: str, *, descending: bool = False) -> Key:
    return Key(name, descending=descending, write=datetime.isoformat, read=cursors.moment)


def uuid_key(name: str, *, descending: bool = False) -> Key:
    return Key(name, descending=descending, read=cursors.uuid)


def take(rows: QuerySet[M], keys: tuple[Key, ...], cursor: str, size: int) -> Slice[M]:
    """
    Return the Slice of the queryset `rows` at `cursor` ("" for the first page), `size` rows long.

    `keys` are the sort order; together they must be unique, and all ascend or all descend.

    :raises NotACursor: if the text is no cursor of this order.
    """
    place = _Place.read(cursor, keys)
    ordered = place.after(rows).order_by(*(key.order(backwards=place.backwards) for key in keys))
    return place.slice(list(ordered[: size + 1]), size)


def iterate(
    rows: QuerySet[M], name: str, *, descending: bool = False, at_once: int = AT_ONCE
) -> Iterator[M]:
    """
    Yield all of the queryset `rows`, `at_once` at a time, in the order of the column `name`.

    That is a whole number, unique among them, which never changes: each time goes on where the one
    before ended, with a query of its own. So nothing is kept open in the database meanwhile, which
    a pool of connections may hand to somebody else.
    """
    key = integer_key(name, descending=descending)
    ahead = ordered = rows.order_by(key.order(backwards=False))
    while True:
        found = list(ahead[:at_once])
        yield from found
        if len(found) < at_once:
            return
        ahead = ordered.filter(_beyond((key,), [getattr(found[-1], name)], backwards=False))


def until_now(rows: QuerySet[M], name: str) -> QuerySet[M]:
    """
    Return those of the queryset `rows` that are there now, and none that comes later, by the column
    `name`.
    """
    newest = rows.order_by(f"-{name}").values_list(name, flat=True).first()
    return rows.none() if newest is None else rows.filter(**{f"{name}__lte": newest})


@dataclass(frozen=True)
class Narrowing:
    """
    How rows are narrowed down: `condition` is asked of one row after the other; `leading` is the
    part of it that an index in the order of the list begins with, and `indexed` is a function that
    returns the whole, to be asked of an index.
    """

    condition: Q
    leading: Q
    indexed: Callable[[], Q]


def take_matching(
    rows: QuerySet[M], keys: tuple[Key, ...], cursor: str, size: int, narrowing: Narrowing
) -> Slice[M]:
    """
    Return the Slice of those `rows` that meet the Narrowing, however many or few they are of
    however many.

    The next WALK rows from the cursor on are looked at one by one: where many match, that fills the
    page. Where it does not, few match, or none near the cursor, and they are taken from an index
    and sorted.

    :raises NotACursor: see `take`.
    """
    place = _Place.read(cursor, keys)
    ahead = place.after(rows)
    in_order = ahead.filter(narrowing.leading)
    order = [key.order(backwards=place.backwards) for key in keys]
    names = [key.name for key in keys]
    # The place of one row: an OFFSET that never grows, however deep the page is.
    horizon = in_order.order_by(*order).values_list(*names)[WALK : WALK + 1].first()
    near = in_order
    if horizon is not None:
        near = in_order.filter(_beyond(keys, horizon, backwards=not place.backwards))
    found = list(near.filter(narrowing.condition).order_by(*order)[: size + 1])
    if horizon is None or len(found) > size:
        return place.slice(found, size)
    order = [key.order_of_found(backwards=place.backwards) for key in keys]
    return place.slice(list(ahead.filter(narrowing.indexed()).order_by(*order)[: size + 1]), size)


@dataclass(frozen=True)
class _Place:
    """
    Where in the list a cursor points to; `values` are those of the row beside it, or None at either
    end.
    """

    keys: tuple[Key, ...]
    direction: str
    values: list[Any] | None

    @classmethod
    def read(cls, cursor: str, keys: tuple[Key, ...]) -> Self:
        return cls(keys, *cursors.decode(cursor, [key.read for key in keys]))

    @property
    def backwards(self) -> bool:
        return self.direction in ("before", "last")

    def after(self, rows: QuerySet[M]) -> QuerySet[M]:
        """Return those of `rows` that lie ahead."""
        return (
            rows
            if self.values is None
            else rows.filter(_beyond(self.keys, self.values, backwards=self.backwards))
        )

    def slice(self, found: list[M], size: int) -> Slice[M]:
        """
        Make a Slice of the rows that were found ahead: one more than `size` where there are more.
        """
        more, found = len(found) > size, found[:size]
        if self.backwards:
            found.reverse()
        has_previous = more if self.backwards else self.values is not None
        has_next = self.direction == "before" if self.backwards else more
        return Slice(
            found,
            first=cursors.encode("first") if has_previous else "",
            previous=self._beside("before", found[0]) if has_previous and found else "",
            next=self._beside("after", found[-1]) if has_next and found else "",
            last=cursors.encode("last") if has_next else "",
        )

    def _beside(self, direction: str, row: M) -> str:
        """Return the cursor for what lies in a `direction` from a row."""
        return cursors.encode(direction, [key.write(getattr(row, key.name)) for key in self.keys])


def _beyond(
    keys: tuple[Key, ...], values: Sequence[Any], *, backwards: bool
) -> GreaterThan | LessThan:
    falls = keys[0].descending != backwards
    place = Row(*(Value(value, _field(value)) for value in values))
    return (LessThan if falls else GreaterThan)(Row(*(F(key.name) for key in keys)), place)


def _field(value: object) -> Field[Any, Any] | None:
    match value:
        case datetime():
            return DateTimeField()
        case UUID():
            return UUIDField()
    return None
