"""A worker is killed in the middle of a bulk change: nobody is done twice, nobody is left out."""

import os
import signal
import subprocess
import sys
from datetime import timedelta

import pytest
import time_machine
from django.db import connection
from django.utils import timezone

from accounts import housekeeping
from accounts.actions import bulk
from accounts.models import AuditEvent, BulkJob, BulkRow, User

pytestmark = [pytest.mark.postgresql, pytest.mark.django_db(transaction=True)]
PEOPLE = 400


@pytest.fixture
def real_worker():
    """Return a function that starts the worker as operators do, on the test's database."""
    settings = connection.settings_dict
    where = f"{settings['HOST']}:{settings['PORT'] or 5432}/{settings['NAME']}"
    environment = {
        **os.environ,
        "DATABASE_URL": f"postgres://{settings['USER']}:{settings['PASSWORD']}@{where}",
        "DEBUG": "on",
        "DJANGO_SETTINGS_MODULE": "vectice_admin.settings",
    }
    started = []

    def start():
        command = [sys.executable, "manage.py", "worker", "--interval", "0.05"]
        started.append(subprocess.Popen(command, env=environment, stderr=subprocess.DEVNULL))
        return started[-1]

    yield start
    for process in started:
        process.kill()
        process.wait()


def wait_until(condition):
    """Look again and again, for a minute at most; each look is a query."""
    end = timezone.now() + timedelta(minutes=1)
    while timezone.now() < end:
        if condition():
            return
    raise AssertionError("It did not happen within a minute.")


def done():
    return BulkRow.objects.filter(outcome="done").count()


def test_goes_on_after_kill_9(ada, acting, real_worker, work):
    people = [User(email=f"p{number}@example.com", full_name=f"P {number}", role="member") for number in range(PEOPLE)]
    for person in people:
        person.set_keys()
    User.objects.bulk_create(people)
    from accounts.queries.filters import Filters

    job = bulk.choose_matching(Filters(role="member"), actor=acting(ada), action="deactivate")
    bulk.start(job.public_id, actor=acting(ada))

    worker = real_worker()
    wait_until(lambda: done() > 20)
    os.kill(worker.pid, signal.SIGKILL)
    worker.wait()
    assert 0 < done() < PEOPLE

    with time_machine.travel(timezone.now() + 2 * housekeeping.INTERRUPTED_AFTER):
        housekeeping.requeue_interrupted()
        work()
    events = AuditEvent.objects.filter(action="user.deactivated")
    assert (done(), BulkJob.objects.get().state) == (PEOPLE, "done")
    assert (events.count(), events.values("target").distinct().count()) == (PEOPLE, PEOPLE)
    assert not User.objects.filter(role="member", is_active=True).exists()
