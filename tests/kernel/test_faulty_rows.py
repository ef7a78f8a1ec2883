"""A row of the queue that this version cannot read, or knows too little of, stops the worker for no other."""

from datetime import timedelta

import pytest
from django.core import mail
from django.core.management import call_command
from django.utils import timezone
from django_tasks_db.management.commands import db_worker
from django_tasks_db.models import DBTaskResult

from accounts.kernel import outbox
from accounts.kernel.queue import tasks, worker
from accounts.kernel.queue.entries import Entry

pytestmark = pytest.mark.django_db
MAIL, RUN = "accounts.kernel.outbox.deliver", "accounts.kernel.jobs.run"
MALFORMED = [
    {},
    [],
    {"args": []},
    {"args": [], "kwargs": None},
    {"args": ["x"], "kwargs": {}},
    {"args": [], "kwargs": {"name": "x"}, "tries": "often"},
]
UNKNOWN_KIND = {"args": [], "kwargs": {"kind": "telepathy", "job_id": 1}}


@pytest.fixture(autouse=True)
def own_connection(monkeypatch):
    """The worker looks after its connection and its signals; here they are the test's."""
    monkeypatch.setattr(db_worker, "close_old_connections", lambda: None)
    monkeypatch.setattr(db_worker.Worker, "configure_signals", lambda self: None)


@pytest.fixture
def worked(max):
    """Return a function that queues a mail to Max, starts a worker, and returns whether it was sent."""

    def work():
        facts = {"how": "link", "when": timezone.now().isoformat()}
        outbox.deliver.enqueue(name="password_was_changed", user_id=max.pk, facts=facts)
        call_command("worker", batch=True, interval=0)
        return [message.to for message in mail.outbox] == [[max.email]]

    return work


def stored(arguments, path=MAIL, **fields):
    row = {"queue_name": "named", "backend_name": "default", "run_after": timezone.now()} | fields
    return DBTaskResult.objects.create(task_path=path, args_kwargs=arguments, **row)


def killed(arguments, path=MAIL):
    at = timezone.now() - 2 * worker.INTERRUPTED_AFTER
    return stored(arguments, path, status="RUNNING", started_at=at, worker_ids=["first", "second"])


def state(row):
    row.refresh_from_db()
    return row.status


@pytest.mark.parametrize("arguments", MALFORMED)
def test_a_malformed_task_fails_alone(worked, arguments):
    row = stored(arguments)
    assert (worked(), state(row)) == (True, "FAILED")


@pytest.mark.parametrize("arguments", MALFORMED)
def test_a_malformed_task_that_killed_its_workers_is_given_up_alone(worked, arguments):
    row = killed(arguments, RUN)
    assert (worked(), state(row)) == (True, "FAILED")


def test_a_job_of_a_kind_that_only_another_version_knows_fails_alone(worked):
    row = stored(UNKNOWN_KIND, RUN)
    assert (worked(), state(row)) == (True, "FAILED")


def test_one_that_killed_its_workers_is_given_up_alone(worked, caplog):
    rows = [killed(UNKNOWN_KIND, RUN) for _ in range(2)]
    assert worked()
    assert [state(row) for row in rows] == ["FAILED", "FAILED"]
    assert f"The task {RUN} is at fault and was passed over (KeyError)." in caplog.messages
    assert "telepathy" not in caplog.text


def test_a_mail_that_came_again_more_often_than_this_version_tries_is_tried_a_last_time(worked):
    arguments = {"args": [], "kwargs": {"name": "x", "user_id": 1, "facts": {}}, "tries": 9}
    later = timezone.now() + outbox.DELAYS[-1] + timedelta(hours=6)
    row = stored(arguments, run_after=later)
    assert (worked(), state(row)) == (True, "FAILED")


def test_it_waits_as_long_as_the_longest_delay_of_this_version(worked):
    arguments = {"args": [], "kwargs": {"name": "x", "user_id": 1, "facts": {}}, "tries": 9}
    row = stored(arguments, run_after=timezone.now() + outbox.DELAYS[-1])
    assert (worked(), state(row)) == (True, "READY")


def test_what_fails_while_a_task_is_planned_anew_keeps_no_other_from_it(monkeypatch, caplog):
    arguments = {"args": [], "kwargs": {"name": "x", "user_id": 1, "facts": {}}, "tries": 1}
    too_late = timezone.now() + outbox.DELAYS[-1]
    faulty, sound = (stored(arguments, run_after=too_late, priority=n) for n in (1, 0))
    read = Entry.of

    def fails_for_one(row):
        if row.pk == faulty.pk:
            raise ValueError("max@example.com")
        return read(row)

    monkeypatch.setattr(Entry, "of", fails_for_one)
    worker.plan()
    planned = DBTaskResult.objects.filter(run_after__lte=timezone.now()).exclude(
        pk__in=tasks.RECURRING
    )
    assert [row.pk for row in planned] == [sound.pk]
    assert f"The task {MAIL} is at fault and was passed over (ValueError)." in caplog.messages
    assert "max@example.com" not in caplog.text
