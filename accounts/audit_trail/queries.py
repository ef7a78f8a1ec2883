"""Reading the audit trail."""

import functools
from dataclasses import asdict, dataclass, replace
from datetime import date

from django.db.models import Q
from django.utils.translation import get_language
from django.utils.translation import gettext as _

import accounts.users.queries
from accounts.devices.queries import browser_and_system
from accounts.kernel import events, paging, policy
from accounts.kernel.policy import Permission
from accounts.kernel.text import days, email_address
from accounts.kernel.text.markup import asis
from accounts.models import AuditEvent
from accounts.models.audit_event import ActorKind, Outcome

PAGE_SIZE = 50
MOST_PEOPLE = 50  # that a person's name in the filter may stand for
LATEST = 8
MOST_IN_LEDGER = 100


@dataclass(frozen=True)
class Filters:
    """`person` is a name, an address or a public id; `since` and `until` are days in the viewer's time zone."""

    person: str = ""
    action: str = ""
    since: date | None = None
    until: date | None = None

    @property
    def narrowing(self):
        """The filters that are set, as plain values, but for the person, whose name may have been typed."""
        return {
            name: str(value) for name, value in asdict(self).items() if value and name != "person"
        }


@dataclass(frozen=True)
class Entry:
    """
    An AuditEvent in words, for a page or a file.

    `details` are all that it says, what can be erased included; `facts` are these as (label, value) pairs.
    """

    event: AuditEvent

    @property
    def label(self):
        return _name(self.event.action)

    @property
    def outcome(self):
        return _name(self.event.outcome)

    @property
    def actor_kind(self):
        return _name(self.event.actor_kind)

    @property
    def browser(self):
        return ", ".join(browser_and_system(self.event.user_agent)) if self.event.user_agent else ""

    @property
    def details(self):
        personal = getattr(self.event, "personal", None)
        return {**self.event.details, **(personal.data if personal else {})}

    @property
    def facts(self):
        labels = _labels(get_language())
        return [(labels.get(key, key), _in_words(value)) for key, value in self.details.items()]

    @property
    def facts_on_the_page(self):
        """The facts, those that are no language as HTML that says so."""
        pairs = zip(self.details, self.facts, strict=True)
        return [
            (label, asis(value) if key in _verbatim() else value) for key, (label, value) in pairs
        ]


def page(filters, cursor="", *, actor, size=PAGE_SIZE):
    """
    Return a Slice of Entry, the newest first.

    :raises NotPermitted: if `actor` may not read them.
    :raises NotACursor: if `cursor` is none.
    """
    keys = (paging.integer_key("pk", descending=True),)
    part = paging.take(_matching(filters, actor), keys, cursor, size)
    return replace(part, rows=[Entry(event) for event in part.rows])


def every(filters, *, actor):
    """
    Return every matching Entry that is there now, the newest first: how many, and an iterator, a few at a time.

    :raises NotPermitted: if `actor` may not read them.
    """
    rows = paging.until_now(_matching(filters, actor), "pk")
    return rows.count(), map(Entry, paging.every(rows, "pk", descending=True))


def latest_about(user, *, actor):
    """Return the latest Entries about `user`."""
    policy.require(actor, Permission.SEE_USERS, user)
    return [Entry(event) for event in _with_people().filter(target=user).order_by("-pk")[:LATEST]]


def ledger(*, actor):
    """Return the latest Entries about what others did to the acting user's account."""
    policy.require(actor, Permission.SEE_OWN_PROFILE, actor.user)
    rows = (
        _with_people()
        .filter(target=actor.user, action__in=events.shown_as_by_others())
        .exclude(actor=actor.user)
    )
    return [Entry(event) for event in rows.order_by("-pk")[:MOST_IN_LEDGER]]


def _matching(filters, actor):
    policy.require(actor, Permission.READ_AUDIT_TRAIL)
    rows = _with_people()
    if filters.person:
        people = _people(filters.person)
        rows = rows.filter(Q(actor__in=people) | Q(target__in=people))
    if filters.action:
        rows = rows.filter(action=filters.action)
    if filters.since:
        rows = rows.filter(at__gte=days.begin(filters.since))
    if filters.until:
        rows = rows.filter(at__lt=days.end(filters.until))
    return rows


def _with_people():
    return AuditEvent.objects.select_related("actor", "target", "personal")


def _people(text):
    """Return the ids of whom `text` names, at most MOST_PEOPLE of them."""
    if user := accounts.users.queries.find(text):
        return [user.pk]
    return list(
        accounts.users.queries.found_by(text)
        .order_by("name_key", "pk")
        .values_list("pk", flat=True)[:MOST_PEOPLE]
    )


def _name(value):
    return _names(get_language()).get(value, value)


@functools.cache
def _names(_language):
    """Return what is stored under stable names, in words; an export asks again and again, and translating is slow."""
    names = {one.value: str(one.label) for one in (*Outcome, *ActorKind)}
    return names | {name: str(event.label) for name, event in events.REGISTRY.items()}


@functools.cache
def _labels(_language):
    """Return the labels of details, see `_names`."""
    return {key: str(field.metadata["label"]) for key, field in events.every_field().items()}


@functools.cache
def _verbatim():
    """Return the keys of the details that are no language."""
    return {key for key, field in events.every_field().items() if field.metadata["verbatim"]}


@functools.cache
def _words(_language):
    """Return what values of details are called, see `_names`."""
    return {True: _("yes"), False: _("no")} | {
        value: str(label) for value, label in events.every_choice().items()
    }


def _in_words(value):
    match value:
        case bool():
            return _words(get_language())[value]
        case str():
            return _words(get_language()).get(value) or email_address.shown(value)
        case dict():
            labels = _labels(get_language())
            return ", ".join(
                f"{labels.get(key, key)}: {_in_words(part)}" for key, part in value.items()
            )
        case list():  # of what was and what is
            return " → ".join(str(_in_words(part)) for part in value)
    return value
