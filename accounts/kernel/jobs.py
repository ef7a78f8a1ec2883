"""Long work, row by row, in the worker: what imports and bulk changes have in common."""

import logging
import time
from datetime import timedelta

from django.db import OperationalError
from django.utils import timezone

from accounts.kernel.actor import Actor
from accounts.kernel.audit import Action
from accounts.kernel.change import StaleJob, job_change, job_row
from accounts.kernel.crypto import encryption
from accounts.kernel.queue import entries, tasks
from accounts.models import RowOutcome
from accounts.models.job import CANCELLED, DONE, REFUSED, RUNNING

logger = logging.getLogger(__name__)

KILLED = "killed"  # the code of the reason, see `queries.imports` and `queries.bulk`
DELAYS = tuple(
    timedelta(seconds=seconds) for seconds in (10, 60, 300)
)  # where the database is busy or away
SECONDS_AT_A_TIME = 20  # then the rest waits its turn, so that mails of others get theirs
ROWS_AT_A_TIME = 100


def start(job, actor):
    """Have a locked job run in the name of `actor`, who need not be the one who chose or uploaded what it is about."""
    job.state = RUNNING
    job.started_by, job.address, job.user_agent = actor.user, actor.address, actor.user_agent


def actor_of(model, job_id):
    """Return who started the job as an Actor, with their row as it is right now."""
    job = model.objects.select_related("started_by").get(pk=job_id)
    return Actor.signed_in(job.started_by, address=job.address, user_agent=job.user_agent)


def work_off(model, do_row, task, job_id):
    """
    Do the pending rows of a running job for a while, then give `task` a new place in the queue.

    A killed worker leaves no row half done: `do_row(row, actor)` writes the outcome with the change.

    :raises TryAgain: if the database is busy or away.
    """
    until = time.monotonic() + SECONDS_AT_A_TIME
    while rows := _next_rows(model, job_id):
        for row in rows:
            # Read anew for each row: whoever loses the right while it runs loses it for the rest.
            _do(row, actor_of(model, job_id), do_row)
            if time.monotonic() > until:
                task.enqueue(job_id=job_id)
                return
    model.objects.filter(pk=job_id, state=RUNNING).update(state=DONE, finished_at=timezone.now())


def resume(model, by_state):
    """
    Give back to the queue the jobs that wait for a task which failed: the Tasks `by_state` of the job.

    One that runs is in nobody's way: each row is done once, whoever comes first.
    """
    for state, task in by_state.items():
        for job in model.objects.filter(state=state):
            if not entries.count(task, tasks.WAITING, tasks.RUNNING, job_id=job.pk):
                task.enqueue(job_id=job.pk)


def _do(row, actor, do_row):
    """Do a row; one that cannot be done for whatever reason is noted so and does not stop the others."""
    try:
        do_row(row, actor)
    except OperationalError as error:
        raise tasks.TryAgain from error  # the database is busy or away
    except Exception as error:
        logger.exception("A row of a job could not be done (%s).", type(error).__name__)
        with job_row(row) as locked:
            if locked is not None:
                locked.outcome, locked.fault = RowOutcome.FAILED, "error"


def refuse(job, state, fault, **change):
    """
    End a job that is still in `state`, before it was started, for the reason with the code `fault`.

    Its rows are erased, and `change` is what else is set. Return whether it was in that state; the caller has the
    transaction.
    """
    ended = {"state": REFUSED, "fault": fault, "finished_at": timezone.now(), **change}
    is_refused = bool(type(job).objects.filter(pk=job.pk, state=state).update(**ended))
    if is_refused:
        job.rows.all().delete()
    return is_refused


def give_up(model, job_id):
    """End a running job that killed its workers: rows that are done stay done, the rest stays undone."""
    running = model.objects.filter(pk=job_id, state=RUNNING)
    running.update(state=CANCELLED, fault=KILLED, finished_at=timezone.now())


def cancel(model, public_id, *states, **change):
    """
    Stop a job: rows that are done stay done, the rest stays undone. Both are counted in the entry.

    `change` is who stops it and what for, see `job_change`, which also says what it raises.
    """
    with job_change(model, public_id, *states, **change) as (job, _actor, details):
        job.state, job.finished_at = CANCELLED, timezone.now()
        details["done"] = job.rows.filter(outcome=RowOutcome.DONE).count()
        details["left"] = job.rows.filter(outcome=RowOutcome.PENDING).count()


def take_passwords(model, public_id, *, actor, permission, made, take):
    """
    Return what `take` makes of the rows of a finished job, each with its temporary `password`, and forget these: once.

    `made` are the fields that a job has which makes some; `take(rows)` is called in the same transaction.

    :raises NoSuchJob, StaleJob: if they were taken before, or there are none.
    :raises OtherKey: if one of them cannot be opened; nothing is forgotten then.
    """
    change = {"actor": actor, "permission": permission, "action": Action.PASSWORDS_DOWNLOADED}
    with job_change(model, public_id, DONE, CANCELLED, **change) as (job, _actor, details):
        if job.passwords_taken_at or any(
            getattr(job, name) != value for name, value in made.items()
        ):
            raise StaleJob(public_id)
        job.passwords_taken_at = timezone.now()
        rows = list(job.rows.exclude(sealed_password="").order_by("pk"))
        for row in rows:
            row.password = encryption.unseal(row.sealed_password)
        job.rows.exclude(sealed_password="").update(sealed_password="")
        details["rows"] = len(rows)
        return take(rows)


def _next_rows(model, job_id):
    job = model.objects.get(pk=job_id)
    if job.state != RUNNING:
        return []
    pending = job.rows.select_related("job").filter(outcome=RowOutcome.PENDING)
    return list(pending.order_by(*pending.model.ORDER)[:ROWS_AT_A_TIME])
