"""Temporary passwords that wait with a job: fetched once, and not before the last of them is made."""

import pytest

from accounts.kernel.crypto import encryption
from accounts.models import BulkAction, BulkJob, BulkRow, ImportJob, ImportMode, ImportRow
from accounts.models.job import CANCELLED, DONE, REFUSED, RUNNING

WAITING = "canyon-thrift-clunky-zebra"


@pytest.fixture(params=["bulk", "import"])
def job(request, ada, max):
    """A job with one person done, and where its passwords are had."""
    made = {"outcome": "done", "sealed_password": encryption.seal(WAITING)}
    if request.param == "bulk":
        job = BulkJob.objects.create(started_by=ada, action=BulkAction.RESET_PASSWORD)
        BulkRow.objects.create(job=job, user=max, **made)
        job.path = f"/users/bulk/{job.public_id}/passwords/"
    else:
        job = ImportJob.objects.create(
            started_by=ada, mode=ImportMode.CREATE, file_name="people.csv"
        )
        ImportRow.objects.create(job=job, line=1, email="new@example.com", **made)
        job.path = f"/imports/{job.public_id}/passwords/"
    return job


def asked(admin, job, state):
    """Ask for the passwords of the job in that state; return the status, and whether they still wait."""
    type(job).objects.filter(pk=job.pk).update(state=state)
    status = admin.post(job.path).status_code
    return status, job.rows.exclude(sealed_password="").exists()


@pytest.mark.parametrize("state", [RUNNING, REFUSED])
def test_are_not_had_of_a_job_that_is_not_done(admin, job, state):
    assert asked(admin, job, state) == (409, True)


@pytest.mark.parametrize("state", [DONE, CANCELLED])
def test_are_had_once_it_is(admin, job, state):
    assert asked(admin, job, RUNNING) == (409, True)
    assert (asked(admin, job, state), asked(admin, job, state)) == ((200, False), (409, False))
