"""Reading accounts. Whoever wants one must say what for: fetching and asking are one act."""

import uuid
from array import array
from collections.abc import Iterator

from django.db import connection
from django.db.models import Prefetch, Q, QuerySet

from accounts.kernel import paging, policy
from accounts.kernel.actor import Actor
from accounts.kernel.errors import NoSuchUser
from accounts.kernel.paging import Slice
from accounts.kernel.policy import Permission
from accounts.models import User
from accounts.users import search
from accounts.users.filters import Filters, to_be_narrowed, with_last_seen

PAGE_SIZE = 20
MOST_COMPARED = 10_000  # people; so many are counted in about a millisecond


def get(public_id: uuid.UUID | str, *, actor: Actor, for_: Permission) -> User:
    """
    Return the user with that public id.

    :raises NotPermitted: if `actor` may not do `for_` (a Permission) to that user, or to anybody.
    :raises NoSuchUser: if there is none.
    """
    policy.require(actor, for_)
    user = find(public_id)
    if user is None:
        raise NoSuchUser(public_id)
    policy.require(actor, for_, user)
    return user


def find(public_id: uuid.UUID | str) -> User | None:
    """
    Return the user with that public id (a UUID or its text), or None. For holders of a link, who
    are nobody yet.
    """
    try:
        return User.objects.present().filter(public_id=uuid.UUID(str(public_id))).first()
    except ValueError:
        return None


def page(
    filters: Filters,
    cursor: str = "",
    *,
    actor: Actor,
    size: int = PAGE_SIZE,
    with_inviters: bool = False,
) -> Slice[User]:
    """
    Return a Slice of the users that the Filters match, with or without who invited each
    (`invited_by`).

    :raises NotPermitted: if `actor` may not see users.
    :raises NotACursor: if `cursor` is none.
    """
    policy.require(actor, Permission.SEE_USERS)
    prepare = to_be_narrowed if filters.narrows else with_last_seen
    people = prepare(User.objects.present())
    if with_inviters:
        # Read afterwards: a join would be made for all who match, before they are sorted and all
        # but a page dropped.
        people = people.prefetch_related(Prefetch("invited_by", User.objects.only("full_name")))
    if not filters.narrows:
        return paging.take(people, filters.keys, cursor, size)
    narrowing = paging.Narrowing(filters.condition, filters.leading, lambda: _indexed(filters))
    return paging.take_matching(people, filters.keys, cursor, size, narrowing)


def iterate(
    filters: Filters, *, actor: Actor, for_: Permission = Permission.EXPORT_USERS
) -> tuple[int, Iterator[User]]:
    """
    Return every user that the Filters match now, in the order of the list: how many, and an
    iterator, a few at a time.

    Who that is, and in which order, is settled before this returns. So whoever changes meanwhile
    comes once, as they are then, and whoever is deleted meanwhile does not come.

    :raises NotPermitted: if `actor` may not.
    """
    policy.require(actor, for_)
    order = (key.order(backwards=False) for key in filters.keys)
    ids = array(
        "q", matching(filters).order_by(*order).values_list("pk", flat=True).iterator()
    )  # 8 bytes each
    return len(ids), _of(ids)


def matching(filters: Filters) -> QuerySet[User]:
    """Return who the Filters match, as a queryset in no order."""
    return _people(_indexed(filters))


def found_by(text: str) -> QuerySet[User]:
    """Return who a search finds, as a queryset in no order."""
    return User.objects.filter(search.is_indexed(text))


def _of(ids: "array[int]") -> Iterator[User]:
    """
    Yield the users with these ids in their order; each query is over before the next begins, see
    `paging.iterate`.
    """
    for start in range(0, len(ids), paging.AT_ONCE):
        some = ids[start : start + paging.AT_ONCE]
        people = User.objects.present().select_related("invited_by").in_bulk(some)
        yield from (people[pk] for pk in some if pk in people)


def _indexed(filters: Filters) -> Q:
    """
    Return the condition, so written that the database begins with the part that the fewest meet.
    """
    if connection.vendor == "postgresql":
        return filters.indexed
    part = _fewest(filters)
    if "q" not in part and search.is_telling(filters.q):
        part += ("q",)  # so that only rows are fetched which both indexes find
    return filters.led_by(part)


def _fewest(filters: Filters) -> tuple[str, ...]:
    """Return the part of the Filters that the fewest meet, or one of those that very many do."""
    # Of several that very many meet, a search for three letters still finds the fewest.
    parts = sorted(
        filters.parts, key=lambda part: "q" in part and search.is_telling(filters.q), reverse=True
    )
    if len(parts) <= 1:
        return parts[0] if parts else ()
    return min(parts, key=lambda part: _how_many(filters, part))


def _how_many(filters: Filters, part: tuple[str, ...]) -> int:
    if "q" in part:
        return search.index_finds(filters.q, MOST_COMPARED)
    return _people(filters.alone(part)).order_by()[:MOST_COMPARED].count()


def _people(condition: Q) -> QuerySet[User]:
    return to_be_narrowed(User.objects.present()).filter(condition)
