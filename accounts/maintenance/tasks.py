"""What the worker tidies every few minutes, so that no table grows for ever and no interrupted task is lost."""

from datetime import timedelta

from django.conf import settings
from django.db.models import Q
from django.utils import timezone

import accounts.bulk.actions
import accounts.imports.actions
import accounts.imports.uploads
from accounts.kernel import jobs
from accounts.kernel.audit import Action
from accounts.kernel.queue import tasks
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

MOST_AT_ONCE = 10_000
RENAMING = (Action.USER_EDITED, Action.USER_DELETED, Action.PROFILE_CHANGED)
RENAMED_WITHIN = 3 * tasks.EVERY
UNFINISHED_AFTER = timedelta(
    days=1
)  # a check or a choice that has not come to its end by then will not
KEEP_JOBS = timedelta(days=90)  # they hold names and addresses


@tasks.recurring
def delete_counters():
    Counter.objects.filter(expires_at__lt=timezone.now()).delete()


@tasks.recurring
def forget_jobs():
    now = timezone.now()
    too_late = now - timedelta(hours=settings.TEMPORARY_PASSWORD_HOURS)
    for job, row in ((ImportJob, ImportRow), (BulkJob, BulkRow)):
        job.objects.filter(created_at__lt=now - KEEP_JOBS).delete()
        row.objects.filter(job__finished_at__lt=too_late).exclude(sealed_password="").update(
            sealed_password=""
        )


@tasks.recurring
def refuse_unfinished():
    before = timezone.now() - UNFINISHED_AFTER
    unfinished = {"created_at__lt": before}
    for job in ImportJob.objects.filter(state=ImportState.CHECKING, **unfinished):
        accounts.imports.uploads.refuse(job, "unfinished")
    ImportPart.objects.filter(
        job__created_at__lt=before
    ).delete()  # that might have been read again
    for job in BulkJob.objects.filter(state=BulkState.COLLECTING, **unfinished):
        accounts.bulk.actions.refuse(job, "unfinished")


@tasks.recurring
def resume_jobs():
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


@tasks.recurring
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
