"""
The frame around every change, whatever it is of: locked, allowed, recorded, whole.

Locks are taken in one order everywhere, so that no two changes wait for each other: jobs, then
people (all at once, by their number), then invitations and settings, then anything else.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar
from uuid import UUID

from django.db import transaction
from django.db.models import Model, Q, QuerySet

from accounts.kernel import audit, policy
from accounts.kernel.actor import Actor
from accounts.kernel.errors import NoSuchJob, NoSuchUser, StaleJob
from accounts.kernel.events import Event
from accounts.kernel.policy import Permission
from accounts.kernel.subject import SUBJECTS, Lock, Subject
from accounts.models import (
    AuditEvent,
    BulkJob,
    BulkRow,
    ImportJob,
    ImportRow,
    RowOutcome,
    User,
)
from accounts.models.job import RUNNING

Others = Iterable[int] | QuerySet[User]
S = TypeVar("S", bound=Model | None)
M = TypeVar("M", bound=Model)
J = TypeVar("J", BulkJob, ImportJob)
R = TypeVar("R", BulkRow, ImportRow)


@dataclass
class Change(Generic[S]):
    """
    What is being changed, while it is: the `subject`, locked (None where it is no row), and the
    `actor`, both as they are right now.
    """

    subject: S
    actor: Actor
    event: Event | None = None
    is_deleted: bool = False
    follow_ups: list[Callable[[AuditEvent | None], object]] = field(default_factory=list)

    def record(self, event: Event) -> None:
        """Say what happened: one Event a change. Where nothing happened, nothing is said."""
        if self.event is not None:
            raise RuntimeError(f"{self.event.name} and {event.name} are two changes.")
        self.event = event

    def after(self, follow_up: Callable[[AuditEvent | None], object]) -> None:
        """
        Have `follow_up(entry)` called in the same transaction, once all is stored and the entry is
        written.
        """
        self.follow_ups.append(follow_up)

    def after_entry(self, follow_up: Callable[[AuditEvent], object]) -> None:
        """Have it called likewise, but only where there is an entry."""
        self.after(lambda entry: follow_up(entry) if entry else None)

    def delete(self) -> None:
        """Have the row deleted at the end."""
        self.is_deleted = True


@contextmanager
def change(
    model: type[M],
    key: Any,
    *,
    actor: Actor,
    permission: Permission,
    expected: Any = None,
    others: Others = (),
) -> Iterator[Change[M]]:
    """
    Lock a row, ask the policy, yield a Change, save what is different and record the event that was
    set: whole, or not.

    `key` is what the Subject finds its rows by: a number, or a public id. `expected` is what the
    actor saw (mostly `version`), None where they saw no page of it, which not every Subject lets
    pass. `others` are whom the change concerns as well, ids or a queryset of users: they are
    locked, too. Who may not is told so before the row is looked for.

    :raises NotPermitted: if `actor` may not, as they are now.
    :raises NotFound: the subject's own kind of it, if there is no such row.
    :raises Stale: the subject's own kind of it, if it is not as expected.
    """
    subject = SUBJECTS[model]
    with transaction.atomic():
        row, actor = _locked(subject, key, actor, others)
        policy.require(actor, permission)
        if row is None or not subject.is_there(row):
            raise subject.missing(key)
        policy.require(actor, permission, row)
        is_compared = expected is not None or subject.always_expected
        if is_compared and not subject.is_as_expected(row, expected):
            raise subject.stale(row)
        current = Change(row, actor)
        before, state = subject.facts(row), subject.state(row)
        yield current
        _store(subject, current, before, state)


@contextmanager
def creation(
    row: M, *, actor: Actor, permission: Permission, others: Others = ()
) -> Iterator[Change[M]]:
    """
    Ask the policy, yield a Change, store the new row and record the event that was set: all or
    nothing; see `change`.

    :raises NotPermitted: if `actor` may not.
    :raises IntegrityError: if there is one already.
    """
    subject = SUBJECTS[type(row)]
    with transaction.atomic():
        current = Change(row, _as_they_are_now(actor, others))
        policy.require(current.actor, permission, row)
        yield current
        _require_event(current, subject.facts(row))
        row.save(force_insert=True)
        _record(current, subject.reference(row), subject.person(row))


@contextmanager
def act(*, actor: Actor, permission: Permission, others: Others = ()) -> Iterator[Change[None]]:
    """
    Ask the policy, yield a Change without a row, and record the event that was set: for what
    changes none.

    :raises NotPermitted: if `actor` may not.
    """
    with transaction.atomic():
        current = Change(None, _as_they_are_now(actor, others))
        policy.require(current.actor, permission)
        yield current
        _record(current, None, None)


def _locked(subject: Subject, key: Any, actor: Actor, others: Others) -> tuple[Any, Actor]:
    """Return the row (or None) and the actor, both locked and as they are now; see Lock."""
    row = subject.find(key) if subject.lock is Lock.JOB else None
    is_person = subject.lock is Lock.PERSON
    people = _locked_people(actor.user_id, *([key] if is_person else []), others=others)
    if is_person:
        row = people.get(key)
    elif subject.lock is Lock.OTHER:
        row = subject.find(key)
    return row, _reread(actor, people)


def _store(subject: Subject, current: Change[Any], before: dict[str, Any], state: Any) -> None:
    """Save what is different from `before`, if anything is, and record the event."""
    row = current.subject
    changed = {name for name, value in subject.facts(row).items() if value != before[name]}
    _require_event(current, set(before) if current.is_deleted else changed)
    reference, person = subject.reference(row), subject.person(row)
    if current.is_deleted:
        row.delete()
    elif changed:
        if "version" in before:
            row.version += subject.state(row) != state
        row.save()
    _record(current, reference, person)


def _require_event(current: Change[M], changed: Iterable[str]) -> None:
    unrecorded = SUBJECTS[type(current.subject)].unrecorded
    if current.event is None and not set(changed) <= set(unrecorded):
        raise RuntimeError(f"{type(current.subject).__name__} was changed, and no event says so.")


def _record(current: Change[S], reference: tuple[str, str] | None, person: User | None) -> None:
    entry = None
    if current.event is not None:
        entry = audit.record(current.event, actor=current.actor, target=person, subject=reference)
    for follow_up in current.follow_ups:
        follow_up(entry)


def _as_they_are_now(actor: Actor, others: Others) -> Actor:
    """
    Lock the acting user (and others) and return the actor with that row; a visitor and the system
    have none.
    """
    return _reread(actor, _locked_people(actor.user_id, others=others))


def _reread(actor: Actor, people: Mapping[int, User]) -> Actor:
    if actor.user and actor.user.pk not in people:
        raise NoSuchUser(actor.user_id)
    return actor.reread(people)


def _locked_people(*ids: int | None, others: Others) -> dict[int, User]:
    """Lock these people and the others; return them by their number, but for a queryset of them."""
    known = {user_id for user_id in ids if user_id is not None}
    # Not against rows that only refer to these people: whoever writes such a row has no reason to
    # wait, or to deadlock.
    rows = User.objects.select_for_update(no_key=True).order_by("pk")
    if isinstance(others, QuerySet):
        everybody = Q(pk__in=known) | Q(pk__in=others.order_by().values("pk"))
        for _number in rows.filter(everybody).values_list("pk").iterator():
            pass  # they may be very many
        others = ()
    return {user.pk: user for user in rows.filter(pk__in={*known, *others})}


def locked_job(model: type[J], public_id: UUID, *states: str) -> J:
    """
    Return a job that is in one of `states`, locked for the transaction around the call.

    :raises NoSuchJob: if there is none.
    :raises StaleJob: if it is in another state.
    """
    job = model.objects.select_for_update().filter(public_id=public_id).first()
    if job is None:
        raise NoSuchJob(public_id)
    if job.state not in states:
        raise StaleJob(public_id)
    return job


@contextmanager
def job_row(row: R) -> Iterator[R | None]:
    """
    Lock a row of a running job, yield it, and save what became of it with the change that it
    caused.

    Yield None where it was done before, by a worker that was killed since or by another one, and
    where the job was stopped: whoever stops it waits for the row that is being done, and after that
    there is none.
    """
    with transaction.atomic():
        job = type(row.job).objects.select_for_update().get(pk=row.job_id)
        rows = type(row).objects.select_for_update().filter(pk=row.pk, outcome=RowOutcome.PENDING)
        pending = rows.first() if job.state == RUNNING else None
        yield pending
        if pending is not None:
            pending.save()
