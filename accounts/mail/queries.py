"""Reading the queue of mails: what waits, and what could not be sent."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Min
from django.db.models.fields.json import KT
from django.utils.dateparse import parse_datetime
from django_tasks import TaskResultStatus
from django_tasks_db.models import DBTaskResult

from accounts.kernel import policy
from accounts.kernel.policy import Permission
from accounts.mail import delivery
from accounts.models import User

MOST_SHOWN = 100


@dataclass(frozen=True)
class FailedMail:
    id: UUID
    kind: str
    recipient: User | None
    failed_at: datetime
    tries: int
    error: str


def failed_count(*, actor):
    policy.require(actor, Permission.SEE_MAIL_QUEUE)
    return _mails(TaskResultStatus.FAILED).count()


def failed(*, actor):
    """Return the FailedMails, the latest first, at most MOST_SHOWN."""
    policy.require(actor, Permission.SEE_MAIL_QUEUE)
    rows = list(_mails(TaskResultStatus.FAILED).order_by("-finished_at")[:MOST_SHOWN])
    people = User.objects.in_bulk({row.args_kwargs["args"][1] for row in rows})
    return [_failed_mail(row, people) for row in rows]


def waiting(*, actor):
    """Return how many mails wait, and since when the oldest does (None: none waits)."""
    policy.require(actor, Permission.SEE_MAIL_QUEUE)
    return _mails(TaskResultStatus.READY).count(), waiting_since()


def waiting_since():
    """Return since when the oldest mail waits that is not sent yet, its tries in vain included, or None."""
    # A mail that is tried again is a new row; when it was first queued stands in its facts, in UTC.
    first = {"asked": Min(KT("args_kwargs__args__2__when")), "queued": Min("enqueued_at")}
    found = _mails(TaskResultStatus.READY).order_by().aggregate(**first)
    return min(filter(None, (parse_datetime(found["asked"] or ""), found["queued"])), default=None)


def _mails(status):
    return DBTaskResult.objects.filter(task_path=delivery.deliver.module_path, status=status)


def _failed_mail(row, people):
    name, user_id, *_facts = row.args_kwargs["args"]
    # Only the kind of the error: its text may name what Admins need not know, and its traceback does.
    error = row.exception_class_path.rpartition(".")[2]
    return FailedMail(
        row.pk,
        delivery.kind(name),
        people.get(user_id),
        row.finished_at,
        len(delivery.DELAYS) + 1,
        error,
    )
