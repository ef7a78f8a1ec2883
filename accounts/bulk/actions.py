"""
One change for many people: chosen first, counted and shown, then done one by one by the single
actions.
"""

import time
from collections.abc import Callable, Iterable
from datetime import UTC, tzinfo
from typing import TypedDict
from urllib.parse import parse_qsl, urlencode
from uuid import UUID
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

import accounts.passwords.actions
import accounts.roles.actions
import accounts.statistics.queries
import accounts.users.activation
from accounts.bulk import queries
from accounts.bulk.events import BulkCancelled, BulkStarted
from accounts.kernel import job_handlers, jobs, outbox, policy
from accounts.kernel.actor import Actor
from accounts.kernel.change import act, change, job_row
from accounts.kernel.crypto import encryption
from accounts.kernel.errors import Invalid, NoSuchUser, NotPermitted
from accounts.kernel.policy import Permission
from accounts.models import BulkAction, BulkJob, BulkRow, BulkState, Role, RowOutcome, User
from accounts.passwords.events import PasswordsDownloaded
from accounts.passwords.temporary import Temporary
from accounts.users.filters import Filters, to_be_narrowed

AT_ONCE = 1_000  # people; so many are collected while the Admin waits, the rest by the worker
PERMISSIONS: dict[str, Permission] = {
    BulkAction.DEACTIVATE: Permission.DEACTIVATE,
    BulkAction.ACTIVATE: Permission.ACTIVATE,
    BulkAction.CHANGE_ROLE: Permission.CHANGE_ROLE,
    BulkAction.RESET_PASSWORD: Permission.RESET_PASSWORD,
    BulkAction.SEND_LINK: Permission.RESET_PASSWORD,
}


class NobodyChosen(Invalid):
    """Nobody was selected, or nobody matches."""

    code = "nobody_chosen"


class NobodyLeft(Invalid):
    """Of those who were chosen there is nobody to whom it would be done."""

    code = "nobody_left"


class Why(TypedDict):
    """What each person's change is told of the job."""

    reason: str
    tell_reason: bool


def choose(public_ids: Iterable[UUID], *, actor: Actor, action: str, role: str = "") -> BulkJob:
    """
    Keep whom an Admin selected; nothing happens to anybody yet. Return the BulkJob.

    :raises NobodyChosen: if there is none of them.
    :raises MailIsOff: if the action is to mail a link, and no mail goes out.
    :raises NotPermitted: if `actor` may not do that at all.
    """
    people = User.objects.present().filter(public_id__in=public_ids)
    return _choose(people, BulkJob(state=BulkState.READY), actor=actor, action=action, role=role)


def choose_matching(filters: Filters, *, actor: Actor, action: str, role: str = "") -> BulkJob:
    """
    Keep everybody whom the Filters match, see `choose`.

    The worker goes on where they are many; where the organization is large it does all of it, and
    may find nobody.
    """
    # Days begin where the Admin is, also for the worker. A zone's name now ("-05") is not the one
    # it is found by.
    query = filters.query | {"time_zone": getattr(timezone.get_current_timezone(), "key", "UTC")}
    matching = to_be_narrowed(User.objects.present()).filter(filters.condition)
    people = None if accounts.statistics.queries.are_many() else matching
    return _choose(people, BulkJob(filters=urlencode(query)), actor=actor, action=action, role=role)


def start(public_id: UUID, *, actor: Actor, reason: str = "", tell_reason: bool = False) -> None:
    """
    Have the worker do what was announced.

    :raises NoSuchJob, StaleJob: if it is not ready.
    :raises NobodyLeft: if everybody in it is left out, whoever starts it included.
    :raises MailIsOff: see `choose`.
    """
    with change(
        BulkJob,
        public_id,
        actor=actor,
        permission=Permission.SEE_USERS,
        expected=(BulkState.READY,),
    ) as current:
        job, admin = current.subject, current.actor
        policy.require(admin, PERMISSIONS[job.action])
        _require_mail(job.action, admin)
        jobs.start(job, admin)
        job.reason, job.tell_reason = reason, tell_reason
        _leave_out_oneself(job, admin)
        pending = job.rows.filter(outcome=RowOutcome.PENDING).count()
        if not pending:
            raise NobodyLeft
        current.record(BulkStarted(job=job.public_id, **job.what, rows=pending))


def cancel(public_id: UUID, *, actor: Actor) -> None:
    """Stop a bulk change: who is done stays done, nothing happens to the rest."""
    jobs.cancel(BulkJob.KIND, public_id, actor=actor)


def take_passwords(
    public_id: UUID,
    *,
    actor: Actor,
    keep: Callable[[list[tuple[str, str, str]]], None] | None = None,
) -> list[tuple[str, str, str]]:
    """Return the temporary passwords that it made, see `jobs.take_passwords`."""
    return jobs.take_passwords(BulkJob.KIND, public_id, actor=actor, keep=keep)


def _choose(
    people: QuerySet[User] | None, job: BulkJob, *, actor: Actor, action: str, role: str
) -> BulkJob:
    action = BulkAction(action)
    with act(actor=actor, permission=PERMISSIONS[action]) as current:
        admin = current.actor
        _require_mail(action, admin)
        job.started_by, job.action = admin.person, action
        job.role = Role(role) if action == BulkAction.CHANGE_ROLE else ""
        job.save()
        collected = AT_ONCE if people is None else _collect(job, people, admin)
        if not collected:
            raise NobodyChosen
        if collected < AT_ONCE:
            BulkJob.objects.filter(pk=job.pk).update(state=BulkState.READY)
        else:
            jobs.go_on_preparing(job)
    return job


def _require_mail(action: str, actor: Actor) -> None:
    if action == BulkAction.SEND_LINK and not actor.organization.mail_is_on:
        raise outbox.MailIsOff


def _matching(job: BulkJob) -> QuerySet[User]:
    """
    Return whom the job's filters match now, as a queryset; everybody where people were selected one
    by one.
    """
    with timezone.override(_time_zone(job)):
        return to_be_narrowed(User.objects.present()).filter(queries.filters_of(job).condition)


def _time_zone(job: BulkJob) -> tzinfo:
    """
    Return where the days of the job's filters begin: UTC where the version before stored what is no
    zone.
    """
    try:
        return ZoneInfo(dict(parse_qsl(job.filters)).get("time_zone", "UTC"))
    except (ZoneInfoNotFoundError, ValueError):
        return UTC


def _collect_for_a_while(job: BulkJob) -> bool:
    """Take people into the job, and return whether these were all; see `jobs.SECONDS_AT_A_TIME`."""
    until = time.monotonic() + jobs.SECONDS_AT_A_TIME
    collecting = BulkJob.objects.filter(pk=job.pk, state=BulkState.COLLECTING)
    actor, people = jobs.actor_of(BulkJob, job.pk), _matching(job)
    while collecting.exists():
        if not _collect(job, people, actor):
            collecting.update(state=BulkState.READY)
        elif time.monotonic() > until:
            return False
    return True


def _collect(job: BulkJob, people: QuerySet[User], actor: Actor) -> int:
    """Take the next AT_ONCE people into the job, and return how many there were."""
    last = job.rows.order_by("-user").values_list("user", flat=True).first() or 0
    found = list(people.filter(pk__gt=last).order_by("pk")[:AT_ONCE])
    BulkRow.objects.bulk_create([_row(job, user, actor) for user in found], ignore_conflicts=True)
    return len(found)


def _row(job: BulkJob, user: User, actor: Actor) -> BulkRow:
    """Make the row of a person; who is left out stands in it with the reason."""
    fault = _nothing_to_do(job, user)
    if not policy.allows(actor, PERMISSIONS[job.action], user):
        fault = "oneself" if user.pk == actor.user_id else "not_permitted"
    return BulkRow(
        job=job, user=user, fault=fault, outcome=RowOutcome.SKIPPED if fault else RowOutcome.PENDING
    )


def _leave_out_oneself(job: BulkJob, actor: Actor) -> None:
    """Leave out who starts it where another Admin chose, and so had them in it."""
    if not policy.allows(actor, PERMISSIONS[job.action], actor.user):
        own = job.rows.filter(user=actor.person, outcome=RowOutcome.PENDING)
        own.update(outcome=RowOutcome.SKIPPED, fault="oneself")


def _nothing_to_do(job: BulkJob, user: User) -> str:
    match job.action:
        case BulkAction.DEACTIVATE if not user.is_active:
            return "deactivated"
        case BulkAction.ACTIVATE if user.is_active:
            return "active"
        case BulkAction.CHANGE_ROLE if user.role == job.role:
            return "role"
        case BulkAction.SEND_LINK if not user.is_active:
            return "deactivated"
    return ""


def _do_row(row: BulkRow, actor: Actor) -> None:
    new = None
    if row.job.action == BulkAction.RESET_PASSWORD:
        # Hashing is slow, and on SQLite the lock of a row is the whole database.
        new = accounts.passwords.actions.prepare_temporary(User.objects.get(pk=row.user_id))
    with job_row(row) as locked:
        if locked is None:
            return
        # Whoever changed since they were shown may be somebody else than was meant.
        user = _matching(row.job).filter(pk=row.user_id).first()
        locked.fault = (
            _nothing_to_do(row.job, user) if user else "no_match" if row.job.filters else "gone"
        )
        if locked.fault:
            locked.outcome = RowOutcome.SKIPPED
            return
        try:
            with transaction.atomic():
                _act(row.job, locked, new, actor)
            locked.outcome = RowOutcome.DONE
        except NotPermitted:
            locked.outcome, locked.fault = RowOutcome.FAILED, "not_permitted"
        except NoSuchUser:
            locked.outcome, locked.fault = RowOutcome.SKIPPED, "gone"
        except outbox.MailIsOff:
            locked.outcome, locked.fault = RowOutcome.FAILED, "mail_is_off"


def _act(job: BulkJob, row: BulkRow, new: Temporary | None, actor: Actor) -> None:
    why: Why = {"reason": job.reason, "tell_reason": job.tell_reason}
    match job.action:
        case BulkAction.DEACTIVATE:
            accounts.users.activation.deactivate(row.user_id, actor=actor, **why)
        case BulkAction.ACTIVATE:
            accounts.users.activation.activate(row.user_id, actor=actor)
        case BulkAction.CHANGE_ROLE:
            accounts.roles.actions.change_role(row.user_id, actor=actor, role=job.role, **why)
        case BulkAction.RESET_PASSWORD if new is not None:
            accounts.passwords.actions.give_temporary(row.user_id, new, actor=actor, **why)
            row.sealed_password = encryption.seal(new.password)
        case BulkAction.SEND_LINK:
            accounts.passwords.actions.send_link(row.user_id, actor=actor, **why)


@job_handlers.handles
class BulkHandler(job_handlers.Handler):
    """People are chosen, and then changed one by one."""

    model, row = BulkJob, BulkRow
    preparing, ready = BulkState.COLLECTING, BulkState.READY
    permission, cancelled = Permission.SEE_USERS, BulkCancelled
    passwords_taken = PasswordsDownloaded
    passwords_permission = Permission.RESET_PASSWORD

    def prepare(self, job: BulkJob) -> bool:
        return _collect_for_a_while(job)

    def do_row(self, row: BulkRow, actor: Actor) -> None:
        _do_row(row, actor)

    def makes_passwords(self, job: BulkJob) -> bool:
        return job.action == BulkAction.RESET_PASSWORD

    def passwords(self, rows: list[BulkRow]) -> list[tuple[str, str, str]]:
        people = User.objects.in_bulk([row.user_id for row in rows])
        return [
            (people[row.user_id].full_name, people[row.user_id].email, row.password) for row in rows
        ]
