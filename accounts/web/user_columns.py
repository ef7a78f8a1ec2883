"""The columns of the list, and its links: what it is narrowed to and sorted by."""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from accounts.web.links import with_query
from accounts.web.words.filters import of_users

DEFAULT = ("role", "status", "last_sign_in")
SORTED = {"role", "last_sign_in", "created"}
QUIET = {"last_sign_in", "created", "invited_by", "temporary_password"}


@dataclass(frozen=True)
class Column:
    """A column; `href` sorts by it, or the other way round, and "" where it cannot."""

    key: str
    label: str
    href: str = ""
    sorted: str = ""
    quiet: bool = False


@dataclass(frozen=True)
class Link:
    """A way to narrow the list, or (a chip) to take one of them away."""

    label: str
    href: str
    current: bool = False
    count: object = None


def labels():
    """Return the columns that can be chosen, in their order, as a dict of labels by key."""
    return {
        "role": _("Role"),
        "status": _("Status"),
        "must_change": _("Must change password"),
        "last_sign_in": _("Last sign-in"),
        "created": _("Added"),
        "invited_by": _("Invited by"),
        "temporary_password": _("Temporary password’s end"),
    }


def chosen(user):
    """Return the keys of the columns that an Admin chose, or the usual ones."""
    if user.list_columns is None:
        return DEFAULT
    return tuple(key for key in labels() if key in user.list_columns)


def shown(request, filters):
    """Return the Columns that the reader chose, after the one of the names."""
    names = labels()
    return [_column(request, filters.sort, key, names[key]) for key in chosen(request.actor.user)]


def of_names(request, filters):
    """Return the Columns of the first cell, which holds the name and the address."""
    return [
        _column(request, filters.sort, key, label)
        for key, label in (("name", _("Name")), ("email", _("Email")))
    ]


def statuses(request, filters, counts):
    """Return the status filter as Links with their counts."""
    words = {"": _("All"), "active": _("Active"), "deactivated": _("Deactivated")}
    return [
        Link(
            label,
            with_query(request, status=status, cursor=""),
            filters.status == status,
            counts[status],
        )
        for status, label in words.items()
    ]


def chips(request, filters):
    """Return a Link for each filter that is set, which takes it away."""
    words = in_words(filters)
    return [
        Link(label, with_query(request, **{name: "", "cursor": ""}))
        for name, label in words.items()
    ]


def in_words(filters):
    """Return what the list is narrowed to, in words, as a dict by the filter's name."""
    return {name: of_users(name, value) for name, value in filters.narrowing.items()}


def _column(request, sort, key, label):
    if key not in SORTED | {"name", "email"}:
        return Column(key, label, quiet=key in QUIET)
    state = {key: "ascending", f"-{key}": "descending"}.get(sort, "none")
    turned = f"-{key}" if state == "ascending" else key
    return Column(key, label, with_query(request, sort=turned, cursor=""), state, key in QUIET)
