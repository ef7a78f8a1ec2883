"""
How many there are: exact while that is cheap, else from what the worker counted or from a sample.
"""

import math
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import Count, Q, QuerySet
from django.utils import timezone

import accounts.users.queries
from accounts.kernel import policy
from accounts.kernel.actor import Actor
from accounts.kernel.paging import Slice
from accounts.kernel.policy import Permission
from accounts.models import CachedCount, Role, User
from accounts.users.filters import STATUSES, Filters, to_be_narrowed

MOST_COUNTED = 10_000  # people; so many are counted in about a millisecond
MOST_FOUND = 1_000  # of a search or filter among more people than that
SAMPLE_BLOCKS, SAMPLE_BLOCK = 20, 100
FEWEST_HITS = 30  # of the sample; fewer say too little
DAYS = 30


@dataclass(frozen=True)
class Figure:
    """A number of people; `kind` is "exact", "about" or "more" (than that)."""

    value: int
    kind: str = "exact"


def cached(*, actor: Actor) -> dict[str, CachedCount]:
    """Return what the worker counted, as a dict of CachedCounts by name; empty until it has."""
    policy.require(actor, Permission.SEE_USERS)
    return CachedCount.objects.in_bulk()


def are_many() -> bool:
    """Return whether there are so many people that no request should look at each of them."""
    return sum(_by_role_and_status(CachedCount.objects.in_bulk()).values()) > MOST_COUNTED


def of_list(
    filters: Filters, part: Slice[User], figures: dict[str, CachedCount]
) -> tuple[dict[str, Figure], Figure]:
    """
    Return what the list says of how many: the Figures by status ("", active, deactivated), and of
    the Filters.

    `part` is the Slice that is shown. No request reads everybody for it: among many, the worker's
    figures (`kept`) and a sample serve.
    """
    kept = _by_role_and_status(figures)
    if sum(kept.values()) <= MOST_COUNTED:
        by_status = _counted_now(figures)
    else:
        by_status = {status: _kept(kept, status=status) for status in ("", *STATUSES)}
    found = Figure(len(part.rows)) if part.is_all else _matching(filters, kept, by_status)
    return by_status, found


@dataclass(frozen=True)
class Day:
    day: date
    sign_ins: int


@dataclass(frozen=True)
class Picture:
    """
    Who is in there: `people` by (role, is active), the sign-ins of the last DAYS days, and when it
    was counted.
    """

    people: dict[tuple[str, bool], int]
    days: list[Day]
    counted_at: datetime


def picture(figures: dict[str, CachedCount]) -> Picture | None:
    """Return the Picture of what the worker counted (`kept`), or None while it has not."""
    counted = [figure for name, figure in figures.items() if name.startswith("people:")]
    if not counted:
        return None
    today = timezone.now().date()
    days = [today - timedelta(days=ago) for ago in range(DAYS - 1, -1, -1)]
    return Picture(
        _by_role_and_status(figures),
        [Day(day, _value(figures, sign_ins_name(day))) for day in days],
        max(figure.counted_at for figure in counted),
    )


def people_name(role: str, is_active: bool) -> str:
    return f"people:{role}:{'active' if is_active else 'deactivated'}"


def sign_ins_name(day: date) -> str:
    return f"sign_ins:{day.isoformat()}"


def _value(figures: dict[str, CachedCount], name: str) -> int:
    return figures[name].value if name in figures else 0


def _by_role_and_status(figures: dict[str, CachedCount]) -> dict[tuple[str, bool], int]:
    return {
        (role, active): _value(figures, people_name(role, active))
        for role in Role.values
        for active in (True, False)
    }


def _counted_now(figures: dict[str, CachedCount]) -> dict[str, Figure]:
    """
    Count everybody where the worker says that they are few; where it said nothing yet, MOST_COUNTED
    at most.
    """
    people = User.objects.present().order_by()
    if figures:
        by_activity = dict(people.values_list("is_active").annotate(Count("pk")))
        active, deactivated, kind = by_activity.get(True, 0), by_activity.get(False, 0), "exact"
    else:
        some = people.values("pk", "is_active")[: MOST_COUNTED + 1]
        active, deactivated = some.aggregate(
            active=Count("pk", filter=Q(is_active=True)),
            deactivated=Count("pk", filter=Q(is_active=False)),
        ).values()
        kind = "more" if active + deactivated > MOST_COUNTED else "exact"
    counts = (active + deactivated, active, deactivated)
    return {
        status: Figure(count, kind) for status, count in zip(("", *STATUSES), counts, strict=True)
    }


def _kept(kept: dict[tuple[str, bool], int], *, status: str = "", role: str = "") -> Figure:
    states = {"": (True, False), "active": (True,), "deactivated": (False,)}[status]
    value = sum(
        kept.get((one, state), 0) for one in ([role] if role else Role.values) for state in states
    )
    return Figure(_rounded(value, digits=3), "about")


def _matching(
    filters: Filters, kept: dict[tuple[str, bool], int], by_status: dict[str, Figure]
) -> Figure:
    if set(filters.narrowing) <= {"status"}:
        return by_status[filters.status]
    everybody = sum(kept.values())
    if everybody <= MOST_COUNTED:
        return _at_most(accounts.users.queries.matching(filters), MOST_COUNTED)
    if set(filters.narrowing) <= {"status", "role"}:
        return _kept(kept, status=filters.status, role=filters.role)
    looked_at, hits = _sample(filters.condition)
    if hits >= FEWEST_HITS:
        return Figure(_rounded(everybody * hits / looked_at, digits=1), "about")
    return _at_most(accounts.users.queries.matching(filters), MOST_FOUND)


def _at_most(rows: QuerySet[User], most: int) -> Figure:
    found = rows.order_by()[: most + 1].count()
    return Figure(most, "more") if found > most else Figure(found)


def _sample(condition: Q) -> tuple[int, int]:
    """
    Look at blocks of neighbours all over the table; return how many people were in them, and how
    many match.
    """
    first, last = (
        User.objects.order_by(way).values_list("pk", flat=True).first() or 0
        for way in ("pk", "-pk")
    )
    blocks = Q()
    for number in range(SAMPLE_BLOCKS):
        start = first + number * (last - first + 1) // SAMPLE_BLOCKS
        blocks |= Q(pk__range=(start, start + SAMPLE_BLOCK - 1))
    rows = to_be_narrowed(User.objects.present()).filter(blocks)
    return tuple(rows.aggregate(looked_at=Count("pk"), hits=Count("pk", filter=condition)).values())


def _rounded(value: float, *, digits: int) -> int:
    if value < 1:
        return 0
    step = 10 ** max(0, math.floor(math.log10(value)) + 1 - digits)
    return int(round(value / step) * step)
