"""Long work, row by row, in the worker: what imports and bulk changes have in common."""

import time

from django.db import transaction
from django.utils import timezone

from accounts import audit, sealed
from accounts.actor import Actor
from accounts.audit import Action
from accounts.change import NoSuchJob
from accounts.models import RowOutcome, User

SECONDS_AT_A_TIME = 20  # then the rest waits its turn, so that mails of others get theirs
ROWS_AT_A_TIME = 100
RUNNING, DONE, CANCELLED = "running", "done", "cancelled"


def locked(model, public_id, *states):
    """
    Return a job that is in one of `states`, locked.

    :raises NoSuchJob: if there is none.
    """
    job = model.objects.select_for_update().filter(public_id=public_id, state__in=states).first()
    if job is None:
        raise NoSuchJob(public_id)
    return job


def work_off(model, do_row, task, job_id, who):
    """
    Do the pending rows of a running job for a while, then give `task` a new place in the queue.

    `who` started it: the id, the address and the browser. A killed worker leaves no row half done: `do_row(row, actor)`
    writes the outcome with the change.
    """
    until = time.monotonic() + SECONDS_AT_A_TIME
    user_id, address, user_agent = who
    while rows := _next_rows(model, job_id):
        for row in rows:
            # Read anew for each row: whoever loses the right while it runs loses it for the rest.
            do_row(row, Actor.signed_in(User.objects.get(pk=user_id), address=address, user_agent=user_agent))
            if time.monotonic() > until:
                task.enqueue(job_id, *who)
                return
    model.objects.filter(pk=job_id, state=RUNNING).update(state=DONE, finished_at=timezone.now())


def cancel(model, public_id, *states):
    """Stop a job: rows that are done stay done, the rest stays undone."""
    with transaction.atomic():
        job = locked(model, public_id, *states)
        job.state, job.finished_at = CANCELLED, timezone.now()
        job.save()


def take_passwords(model, public_id, *, actor, made):
    """
    Return the rows of a finished job that made temporary passwords, each with `password`, and forget these: once.

    `made` are the fields that a job has which makes some.

    :raises NoSuchJob: if they were taken before, or there are none.
    """
    with transaction.atomic():
        job = locked(model, public_id, DONE, CANCELLED)
        if job.passwords_taken_at or any(getattr(job, name) != value for name, value in made.items()):
            raise NoSuchJob(public_id)
        job.passwords_taken_at = timezone.now()
        job.save()
        rows = list(job.rows.exclude(sealed_password="").order_by("pk"))
        job.rows.exclude(sealed_password="").update(sealed_password="")
        audit.record(Action.PASSWORDS_DOWNLOADED, actor=actor, rows=len(rows))
    for row in rows:
        row.password = sealed.unseal(row.sealed_password)
    return rows


def _next_rows(model, job_id):
    job = model.objects.get(pk=job_id)
    if job.state != RUNNING:
        return []
    pending = job.rows.select_related("job").filter(outcome=RowOutcome.PENDING)
    return list(pending.order_by(*pending.model.ORDER)[:ROWS_AT_A_TIME])
