"""How the task queue and its workers do, as the database tells it: for the doctor and for the metrics."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Max, Min, Q
from django.utils import timezone
from django_tasks import TaskResultStatus
from django_tasks_db.models import DBTaskResult, get_date_max

from accounts import delivery, housekeeping

TIDYING, MAIL = housekeeping.tidy.module_path, delivery.deliver.module_path


@dataclass(frozen=True)
class Queue:
    """
    `waiting` tasks stand in it, `due` of which could run now, the oldest for `seconds`; mails `failed` for good.

    `worker_at` is when a worker last did its regular tidying or planned it, None if none has within a day.
    """

    waiting: int
    due: int
    seconds: float
    failed: int
    worker_at: datetime | None


def state():
    """Return the Queue as it is now."""
    now = timezone.now()
    at_once = Q(status=TaskResultStatus.READY, run_after=get_date_max())
    for_later = Q(status=TaskResultStatus.READY, run_after__lte=now)
    found = DBTaskResult.objects.order_by().aggregate(
        waiting=Count("pk", filter=Q(status=TaskResultStatus.READY)),
        due=Count("pk", filter=at_once | for_later),
        enqueued=Min("enqueued_at", filter=at_once),
        planned=Min("run_after", filter=for_later),
        failed=Count("pk", filter=Q(status=TaskResultStatus.FAILED, task_path=MAIL)),
        tidied=Max("finished_at", filter=Q(status=TaskResultStatus.SUCCESSFUL, task_path=TIDYING)),
        next=Max("run_after", filter=Q(status=TaskResultStatus.READY, task_path=TIDYING)),
    )
    tidied, following = found.pop("tidied"), found.pop("next")
    planned = following and following - housekeeping.EVERY  # a worker plans it when it starts and when it tidies
    found["worker_at"] = max(filter(None, (tidied, planned)), default=None)
    since = min(filter(None, (found.pop("enqueued"), found.pop("planned"))), default=now)
    return Queue(seconds=max((now - since).total_seconds(), 0.0), **found)
