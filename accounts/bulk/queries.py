"""Reading bulk changes."""

from collections.abc import Iterator
from urllib.parse import parse_qsl
from uuid import UUID

from accounts.kernel import job_progress, policy
from accounts.kernel.actor import Actor
from accounts.kernel.paging import Slice
from accounts.kernel.policy import Permission
from accounts.models import BulkJob, BulkRow
from accounts.users.filters import Filters


def latest(*, actor: Actor) -> list[BulkJob]:
    policy.require(actor, Permission.SEE_USERS)
    return job_progress.latest(BulkJob)


def get(public_id: UUID, *, actor: Actor) -> BulkJob:
    """
    Return the BulkJob with that public id.

    :raises NoSuchJob: if there is none.
    """
    policy.require(actor, Permission.SEE_USERS)
    return job_progress.get(BulkJob, public_id)


def filters_of(job: BulkJob) -> Filters:
    """
    Return the Filters by which the people were chosen; none where they were selected one by one.
    """
    return Filters.read(dict(parse_qsl(job.filters)))


def page(job: BulkJob, cursor: str, *, only_faults: bool = False) -> Slice[BulkRow]:
    """Return a Slice of the people of a job, see `job_progress.page`."""
    return job_progress.page(job.rows.select_related("user"), cursor, only_faults=only_faults)


def iterate(job: BulkJob) -> tuple[int, Iterator[BulkRow]]:
    """Return the people of a job, see `job_progress.iterate`."""
    return job_progress.iterate(job.rows.select_related("user"))
