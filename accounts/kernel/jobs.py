"""
Long work, row by row, in the worker: one life for all jobs, whatever their handler does.
"""

import logging
import time
import traceback
import uuid
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.db import OperationalError, transaction
from django.utils import timezone

from accounts.kernel.actor import Actor
from accounts.kernel.change import change, job_row
from accounts.kernel.crypto import encryption
from accounts.kernel.errors import StaleJob
from accounts.kernel.job_handlers import HANDLERS, Handler
from accounts.kernel.queue import entries, tasks
from accounts.models import RowOutcome
from accounts.models.audit_event import Via
from accounts.models.job import CANCELLED, DONE, REFUSED, RUNNING

logger = logging.getLogger(__name__)

KILLED = "killed"  # the code of the reason
SECONDS_AT_A_TIME = 20  # then the rest waits its turn, so that mails of others get theirs
ROWS_AT_A_TIME = 100
UNFINISHED_AFTER = timedelta(days=1)  # what is not prepared by then will not be
KEEP = timedelta(days=90)  # they hold names and addresses


def go_on_preparing(job: Any) -> None:
    """Have the worker prepare a job."""
    prepare.enqueue(kind=job.KIND, job_id=job.pk)


def _preparation_given_up(*, kind: str, job_id: int) -> None:
    for job in HANDLERS[kind].model.objects.filter(pk=job_id):
        refuse(job, KILLED)


@tasks.task(given_up=_preparation_given_up)
def prepare(*, kind: str, job_id: int) -> None:
    """
    Go on preparing a job for a while. A killed worker leaves nothing out and has nothing twice; of
    two, one gives way.

    What keeps it from being prepared is noted with the job, which then ends, and so is a fault of
    ours.

    :raises OperationalError: if the database is busy or away: the task comes again.
    """
    handler = HANDLERS[kind]
    job = handler.model.objects.filter(pk=job_id, state=handler.preparing).first()
    if job is None:
        return
    try:
        if not handler.prepare(job):
            go_on_preparing(job)
    except StaleJob:
        return
    except OperationalError:
        raise
    except Exception as error:  # noqa: BLE001 - whatever it is, it must not be tried for ever
        code, facts = handler.reason(error) or _fault_of_ours(kind, error)
        refuse(job, code, **facts)


def _fault_of_ours(kind: str, error: BaseException) -> tuple[str, dict[str, Any]]:
    # Where it happened, but not what the error says: that may be what stands in a file.
    where = traceback.extract_tb(error.__traceback__)[-1]
    logger.error("A job (%s) could not be prepared (%s, %s).", kind, type(error).__name__, where)
    return "error", {}


def _run_given_up(*, kind: str, job_id: int) -> None:
    """
    End a running job that killed its workers: rows that are done stay done, the rest stays undone.
    """
    running = HANDLERS[kind].model.objects.filter(pk=job_id, state=RUNNING)
    running.update(state=CANCELLED, fault=KILLED, finished_at=timezone.now())


@tasks.task(given_up=_run_given_up)
def run(*, kind: str, job_id: int) -> None:
    """
    Do the pending rows of a running job for a while, then take a new place in the queue; a killed
    worker leaves no row half done.

    :raises OperationalError: if the database is busy or away: the task comes again.
    """
    handler, until = HANDLERS[kind], time.monotonic() + SECONDS_AT_A_TIME
    while rows := _next_rows(handler.model, job_id):
        for row in rows:
            # Read anew for each row: whoever loses the right while it runs loses it for the rest.
            _do(handler, row, actor_of(handler.model, job_id))
            if time.monotonic() > until:
                run.enqueue(kind=kind, job_id=job_id)
                return
    handler.model.objects.filter(pk=job_id, state=RUNNING).update(
        state=DONE, finished_at=timezone.now()
    )


def _next_rows(model: Any, job_id: int) -> list[Any]:
    job = model.objects.get(pk=job_id)
    if job.state != RUNNING:
        return []
    pending = job.rows.select_related("job").filter(outcome=RowOutcome.PENDING)
    return list(pending.order_by(*pending.model.ORDER)[:ROWS_AT_A_TIME])


def _do(handler: Handler, row: Any, actor: Actor) -> None:
    """
    Do a row; one that cannot be done for whatever reason is noted so and does not stop the others.
    """
    try:
        handler.do_row(row, actor)
    except OperationalError:
        raise
    except Exception as error:
        logger.exception("A row of a job could not be done (%s).", type(error).__name__)
        with job_row(row) as locked:
            if locked is not None:
                locked.outcome, locked.fault = RowOutcome.FAILED, "error"


def actor_of(model: Any, job_id: int) -> Actor:
    """Return who started the job as an Actor, with their row as it is right now."""
    job = model.objects.select_related("started_by").get(pk=job_id)
    origin = {"address": job.address, "user_agent": job.user_agent}
    return Actor.signed_in(job.started_by, **origin, via=Via.WORKER)


def start(job: Any, actor: Actor) -> None:
    """
    Have a locked job run in the name of `actor`, who need not be the one who chose or uploaded what
    it is about.
    """
    job.state = RUNNING
    job.started_by, job.address, job.user_agent = actor.user, actor.address, actor.user_agent
    HANDLERS[job.KIND].discard(job)
    run.enqueue(kind=job.KIND, job_id=job.pk)


def refuse(job: Any, code: str, **facts: Any) -> None:
    """
    End a job that is still being prepared, for the reason `code`, which names `facts`; its rows are
    erased.
    """
    handler = HANDLERS[job.KIND]
    ended = {"state": REFUSED, "fault": code, "finished_at": timezone.now(), **handler.noted(facts)}
    with transaction.atomic():
        if handler.model.objects.filter(pk=job.pk, state=handler.preparing).update(**ended):
            job.rows.all().delete()
            handler.discard(job)


def cancel(kind: str, public_id: uuid.UUID, *, actor: Actor) -> None:
    """
    Stop a job: rows that are done stay done, the rest stays undone. Both are counted in the entry.

    :raises NotPermitted, NoSuchJob, StaleJob: see `change`.
    """
    handler = HANDLERS[kind]
    states = (handler.preparing, handler.ready, RUNNING)
    with change(
        handler.model, public_id, actor=actor, permission=handler.permission, expected=states
    ) as current:
        job = current.subject
        job.state, job.finished_at = CANCELLED, timezone.now()
        handler.discard(job)
        counted = {
            "done": job.rows.filter(outcome=RowOutcome.DONE).count(),
            "left": job.rows.filter(outcome=RowOutcome.PENDING).count(),
        }
        current.record(handler.cancelled(job=job.public_id, **job.what, **counted))


def take_passwords(
    kind: str, public_id: uuid.UUID, *, actor: Actor, keep: Callable[..., None] | None = None
) -> list[tuple[str, str, str]]:
    """
    Return the temporary passwords that a finished job made, as (name, email, password), and forget
    them: once only.

    `keep(taken)` is called with them in the same transaction.

    :raises NotPermitted: if `actor` may not.
    :raises NoSuchJob, StaleJob: if they were taken before, or there are none.
    :raises OtherKey: if one of them cannot be opened; nothing is forgotten then.
    """
    handler = HANDLERS[kind]
    permission, states = handler.passwords_permission, (DONE, CANCELLED)
    with change(
        handler.model, public_id, actor=actor, permission=permission, expected=states
    ) as current:
        job = current.subject
        if job.passwords_taken_at or not handler.makes_passwords(job):
            raise StaleJob(public_id)
        job.passwords_taken_at = timezone.now()
        rows = list(job.rows.exclude(sealed_password="").order_by("pk"))
        for row in rows:
            row.password = encryption.unseal(row.sealed_password)
        job.rows.exclude(sealed_password="").update(sealed_password="")
        current.record(handler.passwords_taken(job=job.public_id, **job.what, rows=len(rows)))
        taken = handler.passwords(rows)
        if keep:
            keep(taken)
        return taken


@tasks.recurring
def resume() -> None:
    """
    Give back to the queue the jobs that wait for a task which failed.

    One that runs is in nobody's way: each row is done once, whoever comes first.
    """
    for kind, handler in HANDLERS.items():
        for state, task in ((handler.preparing, prepare), (RUNNING, run)):
            for job in handler.model.objects.filter(state=state):
                if not entries.count(task, tasks.WAITING, tasks.RUNNING, kind=kind, job_id=job.pk):
                    task.enqueue(kind=kind, job_id=job.pk)


def tidy() -> None:
    """
    Forget old jobs, and before them the passwords that nobody took; refuse what was never prepared
    to its end.
    """
    now = timezone.now()
    too_late = now - timedelta(hours=settings.TEMPORARY_PASSWORD_HOURS)
    for handler in HANDLERS.values():
        jobs = handler.model.objects
        jobs.filter(created_at__lt=now - KEEP).delete()
        rows = handler.row.objects.filter(job__finished_at__lt=too_late)
        rows.exclude(sealed_password="").update(sealed_password="")
        for job in jobs.filter(state=handler.preparing, created_at__lt=now - UNFINISHED_AFTER):
            refuse(job, "unfinished")
