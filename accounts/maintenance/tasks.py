"""What the worker tidies every few minutes, so that no table grows for ever and no interrupted task is lost."""

from datetime import timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django_tasks import TaskResultStatus, task
from django_tasks_db.models import DBTaskResult, get_date_max

import accounts.audit_trail.refusals
import accounts.bulk.actions
import accounts.imports.actions
import accounts.imports.uploads
import accounts.inactivity.actions
import accounts.mail.delivery
import accounts.sign_in.known_networks
import accounts.statistics.actions
from accounts.kernel import jobs, sent_forms, sessions
from accounts.kernel.audit import Action
from accounts.maintenance import giving_up
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
CLOCK_TOLERANCE = timedelta(minutes=1)  # between the hosts of one installation
MAIL_TRIES = tuple(enumerate(accounts.mail.delivery.DELAYS, start=1))
INTERRUPTED_AFTER = timedelta(
    minutes=2
)  # no task of ours runs as long, a slow mail server included
MOST_AT_ONCE = 10_000
RENAMING = (Action.USER_EDITED, Action.USER_DELETED, Action.PROFILE_CHANGED)
RENAMED_WITHIN = 3 * EVERY
KEEP_DONE = timedelta(days=1)
KEEP_FAILED = timedelta(days=30)
UNFINISHED_AFTER = timedelta(
    days=1
)  # a check or a choice that has not come to its end by then will not
KEEP_JOBS = timedelta(days=90)  # they hold names and addresses


@task()
def tidy():
    """
    Tidy, and come again; that comes first, so that a fault here is not the end of it.

    A fault in one step keeps no other from being done.

    :raises ExceptionGroup: of all faults, when everything was tried, so that the task is seen to have failed.
    """
    schedule()
    faults = []
    for step in STEPS:
        try:
            step()
        except Exception as fault:  # noqa: BLE001 - it is raised below
            faults.append(fault)
    if faults:
        raise ExceptionGroup("Tidying", faults)


def _delete_counters():
    Counter.objects.filter(expires_at__lt=timezone.now()).delete()


def _delete_tasks():
    now = timezone.now()
    DBTaskResult.objects.filter(
        status=TaskResultStatus.SUCCESSFUL, finished_at__lt=now - KEEP_DONE
    ).delete()
    DBTaskResult.objects.filter(
        status=TaskResultStatus.FAILED, finished_at__lt=now - KEEP_FAILED
    ).delete()


def _forget_jobs():
    now = timezone.now()
    too_late = now - timedelta(hours=settings.TEMPORARY_PASSWORD_HOURS)
    for job, row in ((ImportJob, ImportRow), (BulkJob, BulkRow)):
        job.objects.filter(created_at__lt=now - KEEP_JOBS).delete()
        row.objects.filter(job__finished_at__lt=too_late).exclude(sealed_password="").update(
            sealed_password=""
        )


def _refuse_unfinished():
    before = timezone.now() - UNFINISHED_AFTER
    unfinished = {"created_at__lt": before}
    for job in ImportJob.objects.filter(state=ImportState.CHECKING, **unfinished):
        accounts.imports.uploads.refuse(job, "unfinished")
    ImportPart.objects.filter(
        job__created_at__lt=before
    ).delete()  # that might have been read again
    for job in BulkJob.objects.filter(state=BulkState.COLLECTING, **unfinished):
        accounts.bulk.actions.refuse(job, "unfinished")


def _resume_jobs():
    jobs.resume(
        ImportJob,
        {
            ImportState.CHECKING: accounts.imports.uploads.check,
            ImportState.RUNNING: accounts.imports.actions.run,
        },
    )
    jobs.resume(
        BulkJob,
        {
            BulkState.COLLECTING: accounts.bulk.actions.collect,
            BulkState.RUNNING: accounts.bulk.actions.run,
        },
    )


def requeue_interrupted():
    """Give back to the queue what a worker had begun when it was killed, but not what kills one after the other."""
    now = timezone.now()
    long_ago = Q(started_at__lt=now - INTERRUPTED_AFTER) | Q(
        started_at__gt=now + INTERRUPTED_AFTER
    )  # by a wrong clock
    begun = DBTaskResult.objects.filter(long_ago, status=TaskResultStatus.RUNNING)
    giving_up.give_up(begun.exclude(task_path=tidy.module_path))
    begun.exclude(task_path=tidy.module_path).update(status=TaskResultStatus.READY, started_at=None)
    begun.filter(task_path=tidy.module_path).delete()


def add_search_keys():
    """Make searchable whom a version without the search index stored or renamed, while both were served."""
    renamed = AuditEvent.objects.filter(
        action__in=RENAMING, at__gt=timezone.now() - RENAMED_WITHIN
    ).values("target")
    # The version before makes the key without the letters of an international domain, whatever it stores of the person.
    lately = AuditEvent.objects.filter(
        at__gt=timezone.now() - RENAMED_WITHIN, target__email__contains="xn--"
    )
    touched = lately.values("target")
    for users in (
        User.objects.filter(search_key=""),
        User.objects.filter(Q(pk__in=renamed) | Q(pk__in=touched)),
    ):
        for user in users[:MOST_AT_ONCE]:
            known = user.search_key
            user.set_keys()
            if user.search_key != known:
                keys = {"name_key": user.name_key, "search_key": user.search_key}
                User.objects.filter(pk=user.pk, full_name=user.full_name, email=user.email).update(
                    **keys
                )


def schedule(after=EVERY):
    """See to it that the next tidying stands in the queue, once; `after` is how long from now, a timedelta."""
    plan_anew()
    with transaction.atomic():
        waiting = DBTaskResult.objects.filter(
            task_path=tidy.module_path, status=TaskResultStatus.READY
        )
        if not waiting.exists():
            tidy.using(run_after=timezone.now() + after).enqueue()


def plan_anew():
    """Have done at once what waits for a time later than any that is ever given: a clock was ahead when it was."""
    now = timezone.now()
    planned = DBTaskResult.objects.filter(status=TaskResultStatus.READY).exclude(
        run_after=get_date_max()
    )
    tries = (
        (Q(task_path=accounts.mail.delivery.deliver.module_path, args_kwargs__args__3=n), delay)
        for n, delay in MAIL_TRIES
    )
    for which, delay in ((Q(task_path=tidy.module_path), EVERY), *tries):
        planned.filter(which, run_after__gt=now + delay + CLOCK_TOLERANCE).update(run_after=now)


STEPS = (
    sessions.delete_dead,
    accounts.sign_in.known_networks.delete_old,
    accounts.audit_trail.refusals.record_the_rest,
    _delete_counters,
    _forget_jobs,
    _refuse_unfinished,
    sent_forms.tidy,
    add_search_keys,
    _delete_tasks,
    requeue_interrupted,
    _resume_jobs,
    accounts.statistics.actions.recount,
    accounts.inactivity.actions.check_daily,
)
