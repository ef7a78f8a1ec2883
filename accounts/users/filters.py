"""What the list of users can be narrowed to and sorted by, as it stands in the address."""

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import asdict, dataclass
from datetime import date
from typing import TYPE_CHECKING, Self

from django.db import connection
from django.db.models import Q, QuerySet
from django.db.models.functions import Coalesce
from django.utils import timezone

from accounts.kernel import cursors, paging
from accounts.kernel.text import days, email_address
from accounts.models import Role, User
from accounts.models.user_indexes import EMAIL_DOMAIN, NEVER
from accounts.users import search

if TYPE_CHECKING:
    from django_stubs_ext import WithAnnotations

LONGEST_SEARCH = 200
LONGEST_DOMAIN = 253
STATUSES = ("active", "deactivated")
TEMPORARY = ("outstanding", "expired")
YES = ("yes",)
WALKED = "walked_"


@dataclass(frozen=True)
class Filters:
    """
    Texts as in the address; "" where the list is not narrowed by that. Unknown values were dropped.
    """

    q: str = ""
    status: str = ""
    role: str = ""
    must_change: str = ""
    temporary_password: str = ""
    signed_in_after: str = ""
    signed_in_before: str = ""
    never_signed_in: str = ""
    invited: str = ""
    domain: str = ""
    sort: str = "name"

    @classmethod
    def read(cls, values: Mapping[str, str]) -> Self:
        """Make one of a mapping of texts that anybody may have typed."""
        known = {name: read(str(values.get(name, "")).strip()) for name, read in _READERS.items()}
        return cls(**known, sort=_one_of(SORTS)(values.get("sort", "")) or "name")

    @property
    def narrowing(self) -> dict[str, str]:
        """The filters that are set, as a dict."""
        return {name: value for name, value in asdict(self).items() if value and name != "sort"}

    @property
    def narrows(self) -> bool:
        return bool(self.narrowing)

    @property
    def query(self) -> dict[str, str]:
        """What stands in the address for all of it, as a dict."""
        return self.narrowing | ({} if self.sort == "name" else {"sort": self.sort})

    @property
    def parts(self) -> list[tuple[str, ...]]:
        """
        The filters that are set, as tuples of names: those that one index begins with stand
        together.
        """
        together = ("role", "status") if self.role and self.status else ()
        return [
            *([together] if together else []),
            *((name,) for name in self.narrowing if name not in together),
        ]

    @property
    def condition(self) -> Q:
        """Who is meant, to be asked of one row after the other."""
        return self._whole if connection.vendor == "postgresql" else self.led_by(())

    @property
    def indexed(self) -> Q:
        """The same, for the database to take from its indexes as it likes."""
        return self.alone(tuple(self.narrowing))

    def led_by(self, part: tuple[str, ...]) -> Q:
        """
        The same, in a form for which there is an index of that part alone ("()": of none).

        SQLite, which has no statistics, would begin with any part that has an index, and sort all
        whom that finds.
        """
        others = [name for name in self.narrowing if name not in part]
        searched = search.matches(self.q) if "q" in others else Q()
        return self.alone(part) & searched & self._lookups(others, WALKED)

    def alone(self, part: tuple[str, ...]) -> Q:
        """The condition of that part, for the database to take from an index."""
        return (search.is_indexed(self.q) if "q" in part else Q()) & self._lookups(part)

    @property
    def leading(self) -> Q:
        """
        The part of the condition that an index in this very order begins with, if there is one.
        """
        parts = _LEADING.get(self.sort.removeprefix("-"), ())
        found = [part for part in parts if all(getattr(self, name) for name in part)]
        return self._lookups(found[0]) if found else Q()

    @property
    def keys(self) -> tuple[paging.Key, ...]:
        """The sort order, for `paging`."""
        descending = self.sort.startswith("-")
        return tuple(make(descending) for make in SORTS[self.sort])

    @property
    def _whole(self) -> Q:
        # In the form that PostgreSQL has statistics of, by which it plans.
        return search.matches(self.q) & self._lookups(self.narrowing)

    def _lookups(self, names: Iterable[str], prefix: str = "") -> Q:
        whole = Q()
        for name in names:
            if name in _LOOKUPS:
                lookups = _LOOKUPS[name](getattr(self, name))
                whole &= Q(**{prefix + lookup: wanted for lookup, wanted in lookups.items()})
        return whole


def with_last_seen(people: QuerySet[User]) -> "QuerySet[WithAnnotations[User]]":
    """Give the rows what lists are sorted by and that is no column; see NEVER."""
    return people.annotate(last_seen=Coalesce("last_sign_in_at", NEVER))


def to_be_narrowed(people: QuerySet[User]) -> "QuerySet[WithAnnotations[User]]":
    """Give the rows what conditions speak of and that is no column, what they are sorted by too."""
    # The same values in a form that is in no index.
    return with_last_seen(people).alias(
        domain=EMAIL_DOMAIN,
        **{WALKED + column: Coalesce(column, column) for column in _COLUMNS_NARROWED_BY},
    )


def _one_of(known: Collection[str]) -> Callable[[str], str]:
    return lambda text: text if text in known else ""


def _day(text: str) -> str:
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return ""
    return day.isoformat() if day.year in cursors.YEARS else ""


def _search(text: str) -> str:
    return text[:LONGEST_SEARCH]


def _domain(text: str) -> str:
    """Return the domain, or the text where it is none: nobody has that, and the page says so."""
    return (email_address.domain(text) or text.replace("\x00", ""))[:LONGEST_DOMAIN]


_READERS = {
    "q": _search,
    "status": _one_of(STATUSES),
    "role": _one_of(Role.values),
    "must_change": _one_of(YES),
    "temporary_password": _one_of(TEMPORARY),
    "signed_in_after": _day,
    "signed_in_before": _day,
    "never_signed_in": _one_of(YES),
    "invited": _one_of(YES),
    "domain": _domain,
}
_AHEAD_OR_OVER = {"outstanding": "gt", "expired": "lte"}
_LOOKUPS = {
    # As a list of one: Django would write NOT is_active, for which SQLite takes no index.
    "status": lambda value: {"is_active__in": [value == "active"]},
    "role": lambda value: {"role": value},
    # The constraint temporary_password_has_an_end makes these two the same, and this one is
    # indexed.
    "must_change": lambda _: {"temporary_password_expires_at__isnull": False},
    "temporary_password": lambda value: {
        f"temporary_password_expires_at__{_AHEAD_OR_OVER[value]}": timezone.now()
    },
    "signed_in_after": lambda day: {"last_seen__gte": days.begin(date.fromisoformat(day))},
    "signed_in_before": lambda day: {
        "last_seen__lt": days.begin(date.fromisoformat(day)),
        "last_seen__gt": NEVER,
    },
    "never_signed_in": lambda _: {"last_seen": NEVER},
    "invited": lambda _: {"invited_by__isnull": False},
    "domain": lambda value: {"domain": value},
}
_COLUMNS_NARROWED_BY = (
    "is_active",
    "role",
    "temporary_password_expires_at",
    "last_seen",
    "invited_by",
    "domain",
)
# For each order, the filters that an index in it begins with, the narrowest first.
_LEADING = {
    "name": (("domain",), ("invited",), ("role", "status"), ("role",), ("status",)),
    "role": (("role",),),
    "last_sign_in": (("never_signed_in",), ("signed_in_before",), ("signed_in_after",)),
}


def _by(name: str) -> Callable[[bool], paging.Key]:
    return lambda descending: paging.Key(name, descending=descending)


def _by_moment(name: str) -> Callable[[bool], paging.Key]:
    return lambda descending: paging.moment_key(name, descending=descending)


def _by_id(descending: bool) -> paging.Key:
    return paging.integer_key("pk", descending=descending)


_COLUMNS = {
    "name": (_by("name_key"), _by_id),
    "email": (_by("email"),),
    "role": (_by("role"), _by("name_key"), _by_id),
    "last_sign_in": (_by_moment("last_seen"), _by_id),
    "created": (_by_moment("created_at"), _by_id),
}
SORTS = {prefix + name: keys for name, keys in _COLUMNS.items() for prefix in ("", "-")}
