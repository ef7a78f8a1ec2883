"""How the task queue and its workers do, as the database tells it: for the doctor and for the metrics."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Max, Min, Q
from django.utils import timezone
from django_tasks import TaskResultStatus
from django_tasks_db.models import DBTaskResult, get_date_max

import accounts.mail.delivery
import accounts.mail.queries
import accounts.maintenance.tasks

TIDYING, MAIL = (
    accounts.maintenance.tasks.tidy.module_path,
    accounts.mail.delivery.deliver.module_path,
)


@dataclass(frozen=True)
class Queue:
    """
    `waiting` tasks stand in it, `due` of which could run now, the oldest for `seconds`; mails `failed` for good, and
    the oldest that is not sent yet waits for `mail_seconds`, its tries in vain included.

    `worker_at` is when a worker last did its regular tidying, or started; None if none ever has.
    """

    waiting: int
    due: int
    seconds: float
    failed: int
    mail_seconds: float
    worker_at: datetime | None


def state():
    """Return the Queue as it is now."""
    now = timezone.now()
    at_once, for_later = Q(run_after=get_date_max()), Q(run_after__lte=now)
    found = (
        DBTaskResult.objects.filter(status=TaskResultStatus.READY)
        .order_by()
        .aggregate(
            waiting=Count("pk"),
            due=Count("pk", filter=at_once | for_later),
            enqueued=Min("enqueued_at", filter=at_once),
            planned=Min("run_after", filter=for_later),
            tidying=Max("run_after", filter=Q(task_path=TIDYING)),
        )
    )
    failed = DBTaskResult.objects.filter(status=TaskResultStatus.FAILED, task_path=MAIL).count()
    # A worker plans the next tidying when it starts and whenever it tidies, always EVERY ahead.
    next_tidying = found.pop("tidying")
    worker_at = next_tidying and next_tidying - accounts.maintenance.tasks.EVERY
    since = min(filter(None, (found.pop("enqueued"), found.pop("planned"))), default=now)
    times = {
        "seconds": _seconds(since, now),
        "mail_seconds": _seconds(accounts.mail.queries.waiting_since() or now, now),
    }
    return Queue(failed=failed, worker_at=worker_at, **times, **found)


def _seconds(since, now):
    return max((now - since).total_seconds(), 0.0)
