"""Reading imports."""

from collections.abc import Iterator
from uuid import UUID

from accounts.kernel import job_progress, policy
from accounts.kernel.actor import Actor
from accounts.kernel.paging import Slice
from accounts.kernel.policy import Permission
from accounts.models import ImportJob, ImportRow, Role


def latest(*, actor: Actor) -> list[ImportJob]:
    policy.require(actor, Permission.IMPORT_USERS)
    return job_progress.latest(ImportJob)


def get(public_id: UUID, *, actor: Actor) -> ImportJob:
    """
    Return the ImportJob with that public id.

    :raises NoSuchJob: if there is none.
    """
    policy.require(actor, Permission.IMPORT_USERS)
    return job_progress.get(ImportJob, public_id)


def page(job: ImportJob, cursor: str, *, only_faults: bool = False) -> Slice[ImportRow]:
    """Return a Slice of the rows of a job, in the order of the file, see `job_progress.page`."""
    return job_progress.page(job.rows.all(), cursor, only_faults=only_faults)


def iterate(job: ImportJob) -> tuple[int, Iterator[ImportRow]]:
    """Return the rows of a job in the order of the file, see `job_progress.iterate`."""
    return job_progress.iterate(job.rows.all())


def of_good_rows(job: ImportJob) -> dict[str, int]:
    """
    Return what should be known of the good rows of a job before they are imported; each number asks
    an index.

    They are the numbers of `admins`, of the `inactive`, and of the `nameless`.
    """
    good = job.rows.filter(fault="")
    return {
        "admins": good.filter(role=Role.ADMIN).count(),
        "inactive": good.filter(is_active=False).count(),
        "nameless": good.filter(full_name="").count(),
    }
