"""The task queue: what comes again, what is given up, and what is never called."""

from dataclasses import replace

import pytest
from django.db import OperationalError
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from accounts.kernel import outbox, sent_forms
from accounts.kernel.queue import entries, tasks, worker

pytestmark = pytest.mark.django_db
FACTS = {"how": "link", "when": "2026-11-26T12:00:00+00:00"}


@pytest.fixture
def queued(max):
    """A mail that waits in the queue."""
    return outbox.deliver.enqueue(name="password_was_changed", user_id=max.pk, facts=FACTS)


def row():
    return DBTaskResult.objects.get()


def work_with(monkeypatch, function):
    """Have the worker call `function` in place of what the queue names."""
    monkeypatch.setattr(tasks, "function", lambda path: function)
    worker.Worker(interval=0, name="test").run()


@pytest.fixture(autouse=True)
def own_connection(monkeypatch):
    """The worker looks after its connection; here it is the test's, and stays open."""
    monkeypatch.setattr("django_tasks_db.management.commands.db_worker.close_old_connections", bool)


def busy(**arguments):
    raise tasks.TryAgain from ConnectionRefusedError("10.0.0.7")


def away(**arguments):
    raise OperationalError("10.0.0.7 is shutting down")


class TestDatabaseAway:
    @pytest.mark.usefixtures("clock")
    def test_has_any_task_come_again(self, max, monkeypatch):
        sent_forms.erase_answer.enqueue(sent_id=1)
        work_with(monkeypatch, away)
        assert (row().status, row().run_after) == ("READY", timezone.now() + tasks.DELAYS[0])

    @pytest.mark.usefixtures("clock")
    def test_lets_regular_work_wait_for_its_next_turn(self, monkeypatch):
        worker.plan()
        work_with(monkeypatch, away)
        assert {row.run_after for row in DBTaskResult.objects.all()} == {
            timezone.now() + tasks.EVERY
        }


class TestTryAgain:
    @pytest.mark.usefixtures("clock")
    def test_comes_again_after_its_delay_in_the_same_place(self, queued, monkeypatch):
        work_with(monkeypatch, busy)
        assert (str(row().pk), row().status) == (queued.id, "READY")
        assert row().run_after == timezone.now() + outbox.DELAYS[0]
        [entry] = entries.latest(outbox.deliver)
        assert (entry.tries, entry.fault, entry.arguments["facts"]) == (
            *(1, "ConnectionRefusedError"),
            FACTS,
        )

    def test_keeps_no_text_of_the_fault_while_it_waits(self, queued, monkeypatch):
        work_with(monkeypatch, busy)
        stored = str(DBTaskResult.objects.values())
        assert ("ConnectionRefusedError" in stored, "10.0.0.7" in stored) == (True, False)

    def test_is_given_up_after_the_last_delay_for_what_kept_it(self, queued, monkeypatch, later):
        for delay in outbox.DELAYS:
            work_with(monkeypatch, busy)
            assert row().status == "READY"
            later(seconds=delay.total_seconds() + 1)
        work_with(monkeypatch, busy)
        [entry] = entries.latest(outbox.deliver, tasks.FAILED)
        assert (entry.tries, entry.fault) == (len(outbox.DELAYS), "ConnectionRefusedError")

    def test_waits_long_without_counting_as_killed(self, queued, monkeypatch, later):
        for delay in outbox.DELAYS[:3]:
            work_with(monkeypatch, busy)
            later(seconds=delay.total_seconds() + 1)
        row().claim("killed")
        later(minutes=10)
        worker.give_back()
        assert row().status == "READY"

    def test_brings_back_nothing_that_was_erased_meanwhile(self, queued, monkeypatch):
        def erased(**arguments):
            for entry in entries.latest(outbox.deliver):
                entry.rewrite(facts={})
            busy()

        work_with(monkeypatch, erased)
        [entry] = entries.latest(outbox.deliver)
        assert (entry.arguments["facts"], entry.tries) == ({}, 1)

    def test_brings_back_no_task_that_was_deleted_meanwhile(self, queued, monkeypatch):
        def deleted(**arguments):
            DBTaskResult.objects.all().delete()
            busy()

        work_with(monkeypatch, deleted)
        assert not DBTaskResult.objects.exists()

    def test_of_a_task_without_delays_is_a_fault(self, monkeypatch):
        path, task = sent_forms.erase_answer.module_path, sent_forms.erase_answer
        monkeypatch.setitem(tasks.TASKS, path, replace(task, delays=()))
        task.enqueue(sent_id=7)
        work_with(monkeypatch, busy)
        assert row().status == "FAILED"


class TestPath:
    @pytest.mark.parametrize(
        "path", ["accounts.nothing.here", "builtins.dict", "no_module", "x" * 300]
    )
    def test_that_is_no_task_is_not_called_and_ends_no_worker(self, queued, path):
        DBTaskResult.objects.update(task_path=path)
        worker.Worker(interval=0, name="test").run()
        assert row().status == "FAILED"

    def test_of_a_task_with_other_arguments_fails(self, queued):
        DBTaskResult.objects.update(args_kwargs={"args": [], "kwargs": {"nobody": 1}})
        worker.Worker(interval=0, name="test").run()
        assert row().status == "FAILED"


class TestRecurring:
    @pytest.mark.parametrize("status", ["FAILED", "SUCCESSFUL"])
    def test_comes_again_whatever_the_version_before_made_of_it(self, status):
        worker.plan()
        DBTaskResult.objects.update(status=status)
        worker.plan()
        assert set(DBTaskResult.objects.values_list("status", flat=True)) == {"READY"}

    def test_is_there_once_however_many_workers_plan_it(self):
        for _ in range(3):
            worker.plan()
        assert DBTaskResult.objects.count() == len(tasks.RECURRING)

    def test_that_is_being_done_is_left_alone(self):
        worker.plan()
        DBTaskResult.objects.update(status="RUNNING", started_at=timezone.now())
        worker.plan()
        worker.give_back()
        assert set(DBTaskResult.objects.values_list("status", flat=True)) == {"RUNNING"}

    @pytest.fixture
    def of_another_version(self, monkeypatch):
        """What only another version does again and again, planned by its worker; return its table."""
        with monkeypatch.context() as patch:
            patch.setattr(tasks, "RECURRING", {})
            tasks.recurring(busy)
            worker.plan()
            return tasks.RECURRING

    def test_that_only_another_version_knows_is_dropped_without_a_word(
        self, of_another_version, caplog
    ):
        worker.Worker(interval=0, name="test").run()
        assert (DBTaskResult.objects.count(), caplog.messages) == (0, [])

    def test_is_planned_again_by_the_version_that_knows_it(self, of_another_version, monkeypatch):
        worker.Worker(interval=0, name="test").run()
        monkeypatch.setattr(tasks, "RECURRING", of_another_version)
        worker.plan()
        assert row().status == "READY"


def test_takes_named_arguments_only(max):
    with pytest.raises(TypeError):
        outbox.deliver.enqueue("password_was_changed", max.pk, {})


def test_is_asked_by_what_its_arguments_are(max, ada, queued):
    assert entries.count(outbox.deliver, user_id=max.pk) == 1
    assert entries.count(outbox.deliver, user_id=ada.pk) == 0
    assert entries.count(outbox.deliver, tasks.WAITING, facts__how__in=["link", "x"]) == 1
    assert entries.count(outbox.deliver, tasks.FAILED) == 0
    assert entries.count(sent_forms.erase_answer) == 0
