"""Reading long work: how far it is."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TypeVar
from uuid import UUID

from django.db.models import Count, QuerySet

from accounts.kernel import paging
from accounts.kernel.errors import NoSuchJob
from accounts.kernel.paging import Slice
from accounts.models import BulkJob, BulkRow, ImportJob, ImportRow, RowOutcome

J = TypeVar("J", BulkJob, ImportJob)
R = TypeVar("R", BulkRow, ImportRow)
LATEST = 20
PAGE_SIZE = 50


@dataclass(frozen=True)
class Progress:
    """
    How far a job is; `good` and `faulty` are rows without and with a remark, `percent` is a whole
    number.
    """

    total: int
    good: int
    faulty: int
    done: int
    skipped: int
    failed: int

    @property
    def worked_off(self) -> int:
        return self.done + self.skipped + self.failed

    @property
    def pending(self) -> int:
        return self.total - self.worked_off

    @property
    def percent(self) -> int:
        return self.worked_off * 100 // self.total if self.total else 100


def latest(model: type[J]) -> list[J]:
    return list(model.objects.select_related("started_by").order_by("-pk")[:LATEST])


def get(model: type[J], public_id: UUID) -> J:
    """
    Return the job with that public id.

    :raises NoSuchJob: if there is none.
    """
    job = model.objects.select_related("started_by").filter(public_id=public_id).first()
    if job is None:
        raise NoSuchJob(public_id)
    return job


def page(rows: QuerySet[R], cursor: str, *, only_faults: bool = False) -> Slice[R]:
    """
    Return a Slice of the rows of a job in their order.

    :raises NotACursor: if `cursor` is none.
    """
    rows = rows.exclude(fault="") if only_faults else rows
    return paging.take(
        rows, tuple(paging.integer_key(name) for name in rows.model.ORDER), cursor, PAGE_SIZE
    )


def iterate(rows: QuerySet[R]) -> tuple[int, Iterator[R]]:
    """
    Return the rows of a job that are there now, in their order: how many, and an iterator, a few at
    a time.
    """
    [name] = rows.model.ORDER
    rows = paging.until_now(rows, name)
    return rows.count(), paging.iterate(rows, name)


def progress(job: BulkJob | ImportJob) -> Progress:
    """
    Return how far a job is; both counts are read from an index, since pages ask again and again.
    """
    by_outcome = dict(job.rows.order_by().values_list("outcome").annotate(Count("pk")))
    total, faulty = sum(by_outcome.values()), job.rows.exclude(fault="").order_by().count()
    done, skipped, failed = (
        by_outcome.get(one, 0) for one in (RowOutcome.DONE, RowOutcome.SKIPPED, RowOutcome.FAILED)
    )
    return Progress(total, total - faulty, faulty, done, skipped, failed)
