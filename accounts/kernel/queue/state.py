"""How the queue and its workers do, for the doctor and for the metrics."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Max, Min, Q
from django.utils import timezone
from django_tasks_db.models import DBTaskResult, get_date_max

from accounts.kernel.queue import tasks
from accounts.kernel.queue.entries import Entry


@dataclass(frozen=True)
class State:
    """
    `waiting` tasks stand in the queue, `due` of which could run now, the oldest for `seconds`.

    `worker_at` is when a worker last began something that comes again and again, None if none ever
    has; `faulty` are the Entries of what could not be done the last time.
    """

    waiting: int
    due: int
    seconds: float
    worker_at: datetime | None
    faulty: tuple[Entry, ...]


def now() -> State:
    """Return the State as it is now."""
    at = timezone.now()
    at_once, planned = Q(run_after=get_date_max()), Q(run_after__lte=at)
    found = (
        DBTaskResult.objects.filter(status=tasks.WAITING)
        .order_by()
        .aggregate(
            waiting=Count("pk"),
            due=Count("pk", filter=at_once | planned),
            enqueued=Min("enqueued_at", filter=at_once),
            planned=Min("run_after", filter=planned),
        )
    )
    since = min(filter(None, (found.pop("enqueued"), found.pop("planned"))), default=at)
    again = DBTaskResult.objects.filter(pk__in=tasks.RECURRING)
    worker_at = again.order_by().aggregate(at=Max("started_at"))["at"]
    faulty = map(Entry.of, again.exclude(exception_class_path="").order_by("task_path"))
    return State(
        **found,
        seconds=max((at - since).total_seconds(), 0.0),
        worker_at=worker_at,
        faulty=tuple(faulty),
    )
