"""What the worker tidies every few minutes, so that no table grows for ever and no interrupted task is lost."""

from datetime import timedelta

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django_tasks import TaskResultStatus, task
from django_tasks_db.models import DBTaskResult

from accounts import known_networks, refusals, sessions
from accounts.actions import bulk, dormancy, figures, imports, jobs, uploads
from accounts.audit import Action
from accounts.models import (
    AuditEvent,
    BulkJob,
    BulkRow,
    BulkState,
    Counter,
    ImportJob,
    ImportPart,
    ImportRow,
    ImportState,
    User,
)

EVERY = timedelta(minutes=5)
INTERRUPTED_AFTER = timedelta(minutes=2)  # no task of ours runs as long, a slow mail server included
MOST_AT_ONCE = 10_000
RENAMING = (Action.USER_EDITED, Action.USER_DELETED, Action.PROFILE_CHANGED)
RENAMED_WITHIN = 3 * EVERY
KEEP_DONE = timedelta(days=1)
KEEP_FAILED = timedelta(days=30)
UNFINISHED_AFTER = timedelta(days=1)  # a check or a choice that has not come to its end by then will not
KEEP_JOBS = timedelta(days=90)  # they hold names and addresses


@task()
def tidy():
    """Tidy, and come again; that comes first, so that a fault here is not the end of it."""
    schedule()
    now = timezone.now()
    sessions.delete_dead()
    known_networks.delete_old()
    refusals.record_the_rest()
    Counter.objects.filter(expires_at__lt=now).delete()
    done = DBTaskResult.objects.filter(status=TaskResultStatus.SUCCESSFUL, finished_at__lt=now - KEEP_DONE)
    failed = DBTaskResult.objects.filter(status=TaskResultStatus.FAILED, finished_at__lt=now - KEEP_FAILED)
    too_late = now - timedelta(hours=settings.TEMPORARY_PASSWORD_HOURS)
    for job, row in ((ImportJob, ImportRow), (BulkJob, BulkRow)):
        job.objects.filter(created_at__lt=now - KEEP_JOBS).delete()
        row.objects.filter(job__finished_at__lt=too_late).exclude(sealed_password="").update(sealed_password="")
    unfinished = {"created_at__lt": now - UNFINISHED_AFTER}
    for job in ImportJob.objects.filter(state=ImportState.CHECKING, **unfinished):
        uploads.refuse(job, "unfinished")
    ImportPart.objects.filter(job__created_at__lt=now - UNFINISHED_AFTER).delete()  # that might have been read again
    for job in BulkJob.objects.filter(state=BulkState.COLLECTING, **unfinished):
        bulk.refuse(job, "unfinished")
    add_search_keys()
    done.delete()
    failed.delete()
    requeue_interrupted()
    jobs.resume(ImportJob, {ImportState.CHECKING: uploads.check, ImportState.RUNNING: imports.run})
    jobs.resume(BulkJob, {BulkState.COLLECTING: bulk.collect, BulkState.RUNNING: bulk.run})
    figures.recount()
    dormancy.check_daily()


def requeue_interrupted():
    """Give back to the queue what a worker had begun when it was killed."""
    begun = DBTaskResult.objects.filter(
        status=TaskResultStatus.RUNNING, started_at__lt=timezone.now() - INTERRUPTED_AFTER
    )
    begun.exclude(task_path=tidy.module_path).update(status=TaskResultStatus.READY, started_at=None)
    begun.filter(task_path=tidy.module_path).delete()


def add_search_keys():
    """Make searchable whom a version without the search index stored or renamed, while both were served."""
    renamed = AuditEvent.objects.filter(action__in=RENAMING, at__gt=timezone.now() - RENAMED_WITHIN).values("target")
    for users in (User.objects.filter(search_key=""), User.objects.filter(pk__in=renamed)):
        for user in users[:MOST_AT_ONCE]:
            known = user.search_key
            user.set_keys()
            if user.search_key != known:
                keys = {"name_key": user.name_key, "search_key": user.search_key}
                User.objects.filter(pk=user.pk, full_name=user.full_name, email=user.email).update(**keys)


def schedule(after=EVERY):
    """See to it that the next tidying stands in the queue, once; `after` is how long from now, a timedelta."""
    with transaction.atomic():
        waiting = DBTaskResult.objects.filter(task_path=tidy.module_path, status=TaskResultStatus.READY)
        if not waiting.exists():
            tidy.using(run_after=timezone.now() + after).enqueue()
