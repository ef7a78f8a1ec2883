"""Reading accounts. Whoever wants one must say what for: fetching and asking are one act."""

import uuid
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Q
from django.db.models.functions import Coalesce

from accounts import names, policy
from accounts.change import NoSuchUser
from accounts.models import Role, User
from accounts.models.user import NEVER
from accounts.policy import Permission
from accounts.queries import paging

PAGE_SIZE = 20
MOST_COUNTED = 1000  # beyond it the page says "more than": counting everything is what makes such lists slow
LONGEST_SEARCH = 200
STATUSES = ("active", "deactivated")


@dataclass(frozen=True)
class Filters:
    """What the list is narrowed to and sorted by; "" where it is not. Unknown values were dropped."""

    q: str = ""
    status: str = ""
    role: str = ""
    sort: str = "name"

    @classmethod
    def read(cls, values):
        """Make one of a mapping of texts that anybody may have typed."""

        def one_of(name, known, default=""):
            value = values.get(name, "")
            return value if value in known else default

        return cls(
            q=values.get("q", "").strip()[:LONGEST_SEARCH],
            status=one_of("status", STATUSES),
            role=one_of("role", Role.values),
            sort=one_of("sort", SORTS, "name"),
        )

    @property
    def narrows(self):
        return bool(self.q or self.status or self.role)


def get(public_id, *, actor, for_):
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


def find(public_id):
    """Return the user with that public id (a UUID or its text), or None. For holders of a link, who are nobody yet."""
    try:
        return User.objects.present().filter(public_id=uuid.UUID(str(public_id))).first()
    except ValueError:
        return None


def page(filters, cursor="", *, actor, size=PAGE_SIZE):
    """
    Return a Slice of the users that the Filters match.

    :raises NotPermitted: if `actor` may not see users.
    :raises NotACursor: if `cursor` is none.
    """
    policy.require(actor, Permission.SEE_USERS)
    return paging.take(_matching(filters), _keys(filters.sort), cursor, size)


def every(filters, *, actor, for_=Permission.EXPORT_USERS):
    """
    Yield every user that the Filters match, in the order of the list, a few at a time.

    :raises NotPermitted: if `actor` may not.
    """
    policy.require(actor, for_)
    order = (key.order(backwards=False) for key in _keys(filters.sort))
    return _matching(filters).order_by(*order).iterator(chunk_size=2000)


def count_matching(filters, *, actor):
    """Return how many users match, or MOST_COUNTED + 1 for more."""
    policy.require(actor, Permission.SEE_USERS)
    return _matching(filters).order_by()[: MOST_COUNTED + 1].count()


def counts(*, actor):
    """Return how many users there are, as a dict: all, active, deactivated."""
    policy.require(actor, Permission.SEE_USERS)
    by_activity = dict(User.objects.present().values_list("is_active").annotate(Count("pk")).order_by())
    active, deactivated = by_activity.get(True, 0), by_activity.get(False, 0)
    return {"all": active + deactivated, "active": active, "deactivated": deactivated}


def search(text):
    """
    Return the condition under which a user is found by `text`: every word of it stands in the name or the address.

    Case and accents make no difference, and no character is a wildcard.
    """
    condition = Q()
    for word in text.split():
        folded = names.fold(word)
        condition &= Q(name_key__contains=folded) | Q(email__contains=folded) | Q(email__contains=word.lower())
    return condition


def _matching(filters):
    if "\x00" in filters.q:
        return User.objects.none()
    rows = User.objects.present().filter(search(filters.q))
    if filters.status:
        rows = rows.filter(is_active=filters.status == "active")
    if filters.role:
        rows = rows.filter(role=filters.role)
    return rows.annotate(last_seen=Coalesce("last_sign_in_at", NEVER))


def _keys(sort):
    descending = sort.startswith("-")
    return tuple(make(descending) for make in SORTS[sort])


def _by(name):
    return lambda descending: paging.Key(name, descending=descending)


def _by_moment(name):
    return lambda descending: paging.Key(name, descending=descending, write=datetime.isoformat, read=_moment)


def _moment(value):
    moment = datetime.fromisoformat(paging.text(value))
    if moment.tzinfo is None:
        raise ValueError(value)
    return moment


def _by_id(descending):
    return paging.integer_key("pk", descending=descending)


_COLUMNS = {
    "name": (_by("name_key"), _by_id),
    "email": (_by("email"),),
    "role": (_by("role"), _by("name_key"), _by_id),
    "last_sign_in": (_by_moment("last_seen"), _by_id),
}
SORTS = {prefix + name: keys for name, keys in _COLUMNS.items() for prefix in ("", "-")}
