"""A job, as the frame of changes knows it."""

from accounts.kernel.subject import JobSubject
from accounts.models import BulkJob


class BulkChange(JobSubject):
    model = BulkJob
