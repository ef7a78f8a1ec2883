"""A job, as the frame of changes knows it."""

from accounts.kernel.errors import NoSuchJob, StaleJob
from accounts.kernel.subject import Lock, Subject
from accounts.models import BulkJob


class Job(Subject):
    """What the actor decided upon is its state: `expected` are those in which it may be."""

    model = BulkJob
    name = "job"
    missing = NoSuchJob
    lock = Lock.JOB

    def is_as_expected(self, row, expected):
        return row.state in expected

    def stale(self, row):
        return StaleJob(row.public_id)
