"""A worker is killed or loses its database in the middle of work: nothing is done twice, nothing is left out."""

import io
import os
import signal
import subprocess
import sys
from datetime import timedelta

import pytest
import time_machine
from django.db import connection
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

import accounts.bulk.actions
import accounts.imports.uploads
from accounts.kernel.queue import worker
from accounts.models import AuditEvent, BulkJob, BulkRow, ImportJob, ImportPart, ImportRow, User

pytestmark = [pytest.mark.postgresql, pytest.mark.django_db(transaction=True)]
PEOPLE = 400
LINES = 20_000


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


def test_a_bulk_change_goes_on_after_kill_9(ada, acting, real_worker, work):
    people = [
        User(email=f"p{number}@example.com", full_name=f"P {number}", role="member")
        for number in range(PEOPLE)
    ]
    for person in people:
        person.set_keys()
    User.objects.bulk_create(people)
    from accounts.users.filters import Filters

    job = accounts.bulk.actions.choose_matching(
        Filters(role="member"), actor=acting(ada), action="deactivate"
    )
    accounts.bulk.actions.start(job.public_id, actor=acting(ada))

    process = real_worker()
    wait_until(lambda: done() > 20)
    os.kill(process.pid, signal.SIGKILL)
    process.wait()
    assert 0 < done() < PEOPLE

    with time_machine.travel(timezone.now() + 2 * worker.INTERRUPTED_AFTER):
        worker.give_back()
        work()
    events = AuditEvent.objects.filter(action="user.deactivated")
    assert (done(), BulkJob.objects.get().state) == (PEOPLE, "done")
    assert (events.count(), events.values("target").distinct().count()) == (PEOPLE, PEOPLE)
    assert not User.objects.filter(role="member", is_active=True).exists()


def test_the_check_of_a_file_goes_on_after_kill_9(ada, acting, real_worker, work):
    # The first thousand stand in the file again at its end, so with the kill in between.
    lines = "".join(f"p{number % 19_000}@example.com\n" for number in range(LINES))
    accounts.imports.uploads.take(
        io.BytesIO(f"email\n{lines}".encode()), "people.csv", actor=acting(ada)
    )

    process = real_worker()
    wait_until(lambda: ImportRow.objects.count() > 3 * accounts.imports.uploads.ROWS_AT_A_TIME)
    os.kill(process.pid, signal.SIGKILL)
    process.wait()
    assert ImportRow.objects.count() < LINES

    with time_machine.travel(timezone.now() + 2 * worker.INTERRUPTED_AFTER):
        worker.give_back()
        work()
    assert (ImportJob.objects.get().state, ImportPart.objects.count()) == ("checked", 0)
    assert list(ImportRow.objects.order_by("line").values_list("line", flat=True)) == list(
        range(2, LINES + 2)
    )
    assert ImportRow.objects.filter(fault="twice").count() == 1_000


def test_a_worker_goes_on_after_its_connections_are_cut(ada, max, acting, real_worker):
    process = real_worker()
    wait_until(DBTaskResult.objects.filter(started_at__isnull=False).exists)  # regular work
    with connection.cursor() as cursor:
        others = "datname = current_database() AND pid <> pg_backend_pid()"
        cursor.execute(f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE {others}")
        assert cursor.rowcount > 0
    job = accounts.bulk.actions.choose([max.public_id], actor=acting(ada), action="deactivate")
    accounts.bulk.actions.start(job.public_id, actor=acting(ada))
    wait_until(lambda: done() == 1)
    assert process.poll() is None
