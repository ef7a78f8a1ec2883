"""Reading bulk changes."""

from urllib.parse import parse_qsl

from accounts.kernel import job_progress, policy
from accounts.kernel.policy import Permission
from accounts.models import BulkJob
from accounts.users.filters import Filters


def latest(*, actor):
    policy.require(actor, Permission.SEE_USERS)
    return job_progress.latest(BulkJob)


def get(public_id, *, actor):
    """
    Return the BulkJob with that public id.

    :raises NoSuchJob: if there is none.
    """
    policy.require(actor, Permission.SEE_USERS)
    return job_progress.get(BulkJob, public_id)


def filters_of(job):
    """
    Return the Filters by which the people were chosen; none where they were selected one by one.
    """
    return Filters.read(dict(parse_qsl(job.filters)))


def page(job, cursor, *, only_faults=False):
    """Return a Slice of the people of a job, see `jobs.page`."""
    return job_progress.page(job.rows.select_related("user"), cursor, only_faults=only_faults)


def iterate(job):
    """Return the people of a job, see `jobs.every`."""
    return job_progress.every(job.rows.select_related("user"))
