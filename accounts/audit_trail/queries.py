"""Reading the audit trail."""

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import date

from django.db.models import Q, QuerySet

import accounts.users.queries
from accounts.kernel import events, paging, policy
from accounts.kernel.actor import Actor
from accounts.kernel.paging import Slice
from accounts.kernel.policy import Permission
from accounts.kernel.text import days, email_address
from accounts.models import AuditEvent, User

PAGE_SIZE = 50
MOST_PEOPLE = 50  # that a person's name in the filter may stand for
LATEST = 8
MOST_IN_LEDGER = 100
PEOPLE = ("actor", "target", "person")


@dataclass(frozen=True)
class Filters:
    """
    `actor` is who did it, `target` on whom, `person` either: each a name, an address or a public
    id. `since` and `until` are days in the viewer's time zone.
    """

    actor: str = ""
    target: str = ""
    person: str = ""
    action: str = ""
    since: date | None = None
    until: date | None = None

    @property
    def narrowing(self) -> dict[str, str]:
        """
        The filters that are set, as plain values, but for those of PEOPLE, whose names may have
        been typed.
        """
        given = {name: str(value) for name, value in asdict(self).items() if value}
        return {name: value for name, value in given.items() if name not in PEOPLE}

    @property
    def people(self) -> dict[str, str | None]:
        """What was typed to narrow it to people, None where nothing was."""
        return {name: getattr(self, name) or None for name in PEOPLE}


def page(
    filters: Filters, cursor: str = "", *, actor: Actor, size: int = PAGE_SIZE
) -> Slice[AuditEvent]:
    """
    Return a Slice of AuditEvents, the newest first.

    :raises NotPermitted: if `actor` may not read them.
    :raises NotACursor: if `cursor` is none.
    """
    keys = (paging.integer_key("pk", descending=True),)
    return paging.take(_matching(filters, actor), keys, cursor, size)


def iterate(filters: Filters, *, actor: Actor) -> tuple[int, Iterator[AuditEvent]]:
    """
    Return every matching AuditEvent that is there now, the newest first: how many, and an iterator,
    a few at a time.

    :raises NotPermitted: if `actor` may not read them.
    """
    rows = paging.until_now(_matching(filters, actor), "pk")
    return rows.count(), paging.iterate(rows, "pk", descending=True)


def latest_about(user: User, *, actor: Actor) -> list[AuditEvent]:
    """Return the latest AuditEvents about `user`."""
    policy.require(actor, Permission.SEE_USERS, user)
    return list(_with_people().filter(target=user).order_by("-pk")[:LATEST])


def ledger(*, actor: Actor) -> list[AuditEvent]:
    """Return the latest AuditEvents about what others did to the acting user's account."""
    policy.require(actor, Permission.SEE_OWN_PROFILE, actor.user)
    rows = (
        _with_people()
        .filter(target=actor.user, action__in=events.shown_as_by_others())
        .exclude(actor=actor.user)
    )
    return list(rows.order_by("-pk")[:MOST_IN_LEDGER])


def _matching(filters: Filters, actor: Actor) -> QuerySet[AuditEvent]:
    policy.require(actor, Permission.READ_AUDIT_TRAIL)
    rows = _with_people()
    if filters.actor:
        rows = rows.filter(actor__in=_people(filters.actor))
    if filters.target:
        rows = rows.filter(target__in=_people(filters.target))
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


def _with_people() -> QuerySet[AuditEvent]:
    return AuditEvent.objects.select_related("actor", "target", "personal")


def _people(text: str) -> list[int]:
    """
    Return the ids of whom `text` names, at most MOST_PEOPLE of them; a whole address is one
    person's, also where others' contain it.
    """
    if user := accounts.users.queries.find(text) or _at(email_address.find(text)):
        return [user.pk]
    return list(
        accounts.users.queries.found_by(text)
        .order_by("name_key", "pk")
        .values_list("pk", flat=True)[:MOST_PEOPLE]
    )


def _at(email: str) -> User | None:
    return User.objects.present().filter(email=email).first() if email else None
