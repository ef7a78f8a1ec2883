"""
The worker: it does what waits, notes what became of it, and sees to it that nothing is lost or
waits for ever.
"""

import logging
from datetime import datetime, timedelta
from typing import Any

from django.db import OperationalError, transaction
from django.db.models import Q
from django.utils import timezone
from django_tasks_db.management.commands import db_worker
from django_tasks_db.models import DBTaskResult, get_date_max
from django_tasks_db.utils import retry

from accounts.kernel import faulty_rows
from accounts.kernel.queue import entries, tasks
from accounts.kernel.queue.entries import Entry
from accounts.kernel.queue.stored import RETIRED
from accounts.kernel.queue.tasks import DONE, EVERY, FAILED, RUNNING, WAITING

logger = logging.getLogger(__name__)

CLOCK_TOLERANCE = timedelta(minutes=1)  # between the hosts of one installation
INTERRUPTED_AFTER = timedelta(
    minutes=2
)  # no task of ours runs as long, a slow mail server included
KEEP_DONE = timedelta(days=1)
KEEP_FAILED = timedelta(days=30)


def plan() -> None:
    """
    See to it that whatever comes again and again stands in the queue, once, and that nothing waits
    for ever.
    """
    now = timezone.now()
    fixed: dict[str, Any] = {
        "args_kwargs": {"args": [], "kwargs": {}},
        "queue_name": tasks.NAME,
        "backend_name": "default",
    }
    rows: list[DBTaskResult[..., Any]] = [
        DBTaskResult(pk=pk, task_path=path, run_after=now, **fixed)
        for pk, path in tasks.RECURRING.items()
    ]
    DBTaskResult.objects.bulk_create(rows, ignore_conflicts=True)
    # By the version before, or by hand.
    ended = DBTaskResult.objects.filter(pk__in=tasks.RECURRING, status__in=(DONE, FAILED))
    ended.update(status=WAITING, run_after=now, worker_ids=[])
    _plan_anew(now)


def _plan_anew(now: datetime) -> None:
    """
    Have done at once what waits for a time later than any that is ever given: a clock was ahead
    when it was.
    """
    waiting = DBTaskResult.objects.filter(status=WAITING).exclude(run_after=get_date_max())
    waiting.filter(pk__in=tasks.RECURRING, run_after__gt=now + EVERY + CLOCK_TOLERANCE).update(
        run_after=now
    )
    for task in filter(lambda task: task.delays, tasks.TASKS.values()):
        planned = entries.rows(task, WAITING).exclude(run_after=get_date_max())
        for row in planned.filter(run_after__gt=now + min(task.delays)):
            with faulty_rows.passed_over(f"The task {row.task_path}"):
                # Another version may let it come again more often than this one does.
                tries = min(Entry.of(row).tries, len(task.delays))
                if tries and row.run_after > now + task.delays[tries - 1] + CLOCK_TOLERANCE:
                    DBTaskResult.objects.filter(pk=row.pk, status=WAITING).update(run_after=now)


def give_back() -> None:
    """
    Give back to the queue what a worker had begun when it was killed, but not what kills one after
    the other.
    """
    now = timezone.now()
    by_a_wrong_clock = Q(started_at__gt=now + INTERRUPTED_AFTER)
    begun = DBTaskResult.objects.filter(
        Q(started_at__lt=now - INTERRUPTED_AFTER) | by_a_wrong_clock, status=RUNNING
    )
    killed = {"exception_class_path": _path(tasks.WorkerKilled), "finished_at": now}
    begun.filter(pk__in=tasks.RECURRING).update(
        **killed, status=WAITING, started_at=None, run_after=now + EVERY, worker_ids=[]
    )
    for row in begun:
        with faulty_rows.passed_over(f"The task {row.task_path}"):
            if len(row.worker_ids) >= tasks.MOST_KILLED:
                _give_up(row, killed)
    begun.update(status=WAITING, started_at=None)


def _give_up(row: DBTaskResult[..., Any], killed: dict[str, Any]) -> None:
    # As it was read: another worker may have seen to it meanwhile.
    as_read = DBTaskResult.objects.filter(pk=row.pk, status=RUNNING, started_at=row.started_at)
    if as_read.update(**killed, status=FAILED):
        entry = Entry.of(row)
        logger.error(
            "The task %s was given up: it ended its worker %d times.",
            entry.path,
            len(row.worker_ids),
        )
        task = tasks.TASKS.get(entry.path)
        if task and task.given_up:
            task.given_up(**entry.arguments)


def tidy() -> None:
    """Give back what was interrupted, and forget tasks a while after they were done or failed."""
    give_back()
    now = timezone.now()
    DBTaskResult.objects.filter(status=DONE, finished_at__lt=now - KEEP_DONE).delete()
    DBTaskResult.objects.filter(status=FAILED, finished_at__lt=now - KEEP_FAILED).delete()


class Worker(db_worker.Worker):
    """
    Does what waits, then returns; `interval` is for how many seconds it rests where the database is
    locked.
    """

    def __init__(self, *, interval: float, name: str) -> None:
        everything: dict[str, Any] = {
            "queue_names": tasks.NAMES,
            "excluded_queue_names": [],
            "backend_name": "default",
        }
        options: dict[str, Any] = {
            "interval": interval,
            "batch": True,
            "startup_delay": False,
            "max_tasks": None,
            "worker_id": name,
        }
        super().__init__(**everything, **options)

    def run_task(self, row: DBTaskResult[..., Any]) -> None:
        """Do a task that this worker has claimed, and note what became of it."""
        self.running_task = True
        try:
            if tasks.is_of_another_version(row.pk, row.task_path):
                row.delete()  # while that one serves as well, its `plan` puts it back
                return
            if row.task_path not in RETIRED:
                entry = Entry.of(row)
                tasks.function(entry.path)(**entry.arguments)
            _end(row)
        except BaseException as fault:  # noqa: BLE001 - it is noted with the task
            _end(row, fault)
        finally:
            self.running_task = False


def _end(row: DBTaskResult[..., Any], fault: BaseException | None = None) -> None:
    """
    Note with a task that it is done, or what its `fault` was, and plan it anew where it comes
    again.
    """
    entry, is_recurring = Entry.of(row), row.pk in tasks.RECURRING
    task = tasks.TASKS.get(entry.path)
    delays = task.delays if task and not is_recurring else ()
    is_passing = isinstance(fault, tasks.TryAgain | OperationalError)
    fault = fault.__cause__ if isinstance(fault, tasks.TryAgain) else fault
    if is_passing and entry.tries < len(delays):
        delay = delays[entry.tries]
        logger.warning("%s comes again in %s: %s.", entry.path, delay, type(fault).__name__)
        _come_again(row, delay, fault, tries=entry.tries + 1)
        return
    if fault:
        logger.error("The task %s failed.", entry.path, exc_info=fault)
    if is_recurring:
        _come_again(row, EVERY, fault)
    elif fault:
        row.set_failed(fault)
    else:
        row.set_successful(None)


@retry()
@transaction.atomic
def _come_again(
    row: DBTaskResult[..., Any], delay: timedelta, fault: BaseException | None, tries: int = 0
) -> None:
    # Read anew: what it says of a person may have been erased while it ran.
    for again in DBTaskResult.objects.select_for_update().filter(pk=row.pk):
        now = timezone.now()
        again.status, again.run_after, again.finished_at, again.worker_ids = (
            WAITING,
            now + delay,
            now,
            [],
        )
        again.exception_class_path = _path(type(fault)) if fault else ""
        again.save()
        Entry.of(again).rewrite(tries=tries)


def _path(kind: type) -> str:
    return f"{kind.__module__}.{kind.__qualname__}"
