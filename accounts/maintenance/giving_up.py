"""Tasks that end the worker each time they are tried: given up, so that what stands behind them is done."""

import logging

from django.utils import timezone
from django_tasks import TaskResultStatus
from django_tasks_db.models import DBTaskResult

import accounts.bulk.actions
import accounts.imports.actions
import accounts.imports.uploads
from accounts.kernel import jobs
from accounts.models import BulkJob, ImportJob

logger = logging.getLogger(__name__)

MOST_TRIES = 2
KILLED = "killed"  # the code of the reason, see `queries.imports` and `queries.bulk`


class WorkerKilled(Exception):
    """The worker ended in the middle of the task, as often as it was tried."""


def give_up(begun):
    """
    Have the tasks `begun`, a queryset, fail that were tried often enough, and end the jobs they belong to.

    A task says which workers began it, each time one did.
    """
    for row in begun:
        tries = len(row.worker_ids)
        if tries >= MOST_TRIES and _fail(row):
            logger.error(
                "The task %s was given up: it ended its worker %d times.", row.task_path, tries
            )
            _end_job(row)


def _fail(row):
    """Note with a task that it failed, and return whether it still stood as it was read."""
    error = f"{WorkerKilled.__module__}.{WorkerKilled.__qualname__}"
    as_read = DBTaskResult.objects.filter(
        pk=row.pk, status=TaskResultStatus.RUNNING, started_at=row.started_at
    )
    failed = {
        "status": TaskResultStatus.FAILED,
        "finished_at": timezone.now(),
        "exception_class_path": error,
    }
    return as_read.update(**failed)


def _end_job(row):
    ends = {
        accounts.imports.uploads.check.module_path: (ImportJob, accounts.imports.uploads.refuse),
        accounts.imports.actions.run.module_path: (ImportJob, jobs.give_up),
        accounts.bulk.actions.collect.module_path: (BulkJob, accounts.bulk.actions.refuse),
        accounts.bulk.actions.run.module_path: (BulkJob, jobs.give_up),
    }
    if row.task_path in ends:
        model, end = ends[row.task_path]
        for job in model.objects.filter(pk=row.args_kwargs["args"][0]):
            end(job, KILLED)
