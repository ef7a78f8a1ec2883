"""The worker and what it tidies: what grows shrinks, and what is planned once is there once, whatever the clock did."""

import logging
import time
from datetime import timedelta

import pytest
from django.core.management import call_command
from django.db import OperationalError
from django.utils import timezone
from django_tasks_db.management.commands import db_worker
from django_tasks_db.models import DBTaskResult
from prometheus_client import CollectorRegistry

import accounts.inactivity.actions
import accounts.passwords.mails
from accounts.kernel import sessions
from accounts.kernel.outbox import DELAYS, deliver
from accounts.kernel.queue import tasks, worker
from accounts.models import CachedCount, Counter, Session
from tests.conftest import maintain
from vectice_admin.metrics import FromTheDatabase
from vectice_admin.operations.doctor import background, stores

pytestmark = pytest.mark.django_db
DAY, HOUR = timedelta(days=1), timedelta(hours=1)


@pytest.fixture(autouse=True)
def own_connection(monkeypatch):
    """The worker looks after its connection and its signals; here they are the test's."""
    monkeypatch.setattr(db_worker, "close_old_connections", lambda: None)
    monkeypatch.setattr(db_worker.Worker, "configure_signals", lambda self: None)


def start():
    call_command("worker", batch=True, interval=0)


def planned():
    """Return for how long from now each task is planned that comes again and again."""
    rows = DBTaskResult.objects.filter(pk__in=tasks.RECURRING, status="READY")
    assert rows.count() == len(tasks.RECURRING)
    return {row.run_after - timezone.now() for row in rows}


def regular_tasks_failed():
    registry = CollectorRegistry()
    registry.register(FromTheDatabase())
    return registry.get_sample_value("vectice_regular_tasks_failed")


class TestTidying:
    def test_deletes_dead_sessions_and_no_other(self, ada, signed_in_as, later):
        for _ in range(2):
            signed_in_as(ada)
        later(hours=13)
        signed_in_as(ada)
        maintain()
        assert Session.objects.count() == 1

    @pytest.mark.parametrize(("status", "days"), [("SUCCESSFUL", 1), ("FAILED", 30)])
    @pytest.mark.usefixtures("clock")
    def test_deletes_tasks_that_are_done_or_failed_after_their_time(self, max, status, days):
        now = timezone.now()
        for hours in (-1, 1):
            result = deliver.enqueue(name="password_was_reset", user_id=max.pk, facts={})
            finished_at = now - timedelta(days=days, hours=hours)
            DBTaskResult.objects.filter(pk=result.id).update(status=status, finished_at=finished_at)
        maintain()
        left = DBTaskResult.objects.filter(status=status).values_list("finished_at", flat=True)
        assert list(left) == [now - timedelta(days=days, hours=-1)]

    @pytest.mark.parametrize("path", sorted(tasks.RECURRING.values()))
    def test_does_everything_else_where_one_thing_is_at_fault(
        self, monkeypatch, clock, later, path
    ):
        """And tries that again the next time; until it is done, the doctor and the metrics say so."""
        done = []

        def noted(other):
            return lambda: done.append(other)

        def broken():
            raise ValueError("at fault")

        for other in tasks.RECURRING.values():
            monkeypatch.setattr(other, noted(other))
        monkeypatch.setattr(path, broken)
        start()
        others = sorted({*tasks.RECURRING.values()} - {path})
        assert sorted(done) == others
        [finding] = [
            finding for finding in background.findings() if finding.subject == "Regular task"
        ]
        assert (finding.level, path in finding.text, "ValueError" in finding.text) == (
            "wrong",
            True,
            True,
        )
        assert regular_tasks_failed() == 1
        monkeypatch.setattr(path, noted(path))
        later(minutes=6)
        start()
        assert sorted(done) == sorted([*others, *others, path])
        assert "Regular task" not in {finding.subject for finding in background.findings()}
        assert regular_tasks_failed() == 0

    @pytest.mark.usefixtures("clock")
    def test_looks_for_inactive_users_where_counting_kills_the_worker(self, monkeypatch):
        """As often as it does: it takes nothing else with it."""
        worker.plan()
        counting = DBTaskResult.objects.get(task_path="accounts.statistics.actions.recount")
        for number in range(3):
            counting.refresh_from_db()
            counting.claim(f"worker-{number}")
            DBTaskResult.objects.filter(pk=counting.pk).update(started_at=timezone.now() - HOUR)
            worker.give_back()
        start()
        assert CachedCount.objects.filter(name=accounts.inactivity.actions.CHECKED).exists()
        counting.refresh_from_db()
        assert (counting.status, counting.run_after) == ("READY", timezone.now() + tasks.EVERY)
        [finding] = [
            finding for finding in background.findings() if finding.subject == "Regular task"
        ]
        assert "WorkerKilled" in finding.text

    def test_deletes_counters_where_sessions_cannot_be(self, monkeypatch):
        """The same with what is really done."""
        Counter.objects.create(key="x", value=1, expires_at=timezone.now() - DAY)

        def broken():
            raise ValueError

        monkeypatch.setattr(sessions, "delete_dead", broken)
        start()
        assert not Counter.objects.filter(key="x").exists()


class TestWorker:
    def test_adds_no_chain_of_tidying_with_each_start(self):
        for _ in range(3):
            start()
        assert DBTaskResult.objects.filter(task_path__in=tasks.RECURRING.values()).count() == len(
            tasks.RECURRING
        )

    def test_tidies_at_once_and_then_every_few_minutes(self, clock):
        Counter.objects.create(key="x", value=1, expires_at=timezone.now() - DAY)
        start()
        assert not Counter.objects.filter(key="x").exists()
        assert planned() == {tasks.EVERY}

    def test_says_nothing_of_a_task_that_is_done(self, max, caplog, mail_server):
        caplog.set_level(logging.WARNING)
        accounts.passwords.mails.PasswordWasChanged(how="link").queue(max)
        start()
        assert (len(mail_server.received), caplog.records) == (1, [])
        assert not logging.getLogger("django_tasks").isEnabledFor(logging.INFO)

    def test_says_in_one_record_that_a_task_failed(self, max, caplog):
        deliver.enqueue(name="no such mail", user_id=max.pk, facts={})
        start()
        assert [record.levelname for record in caplog.records] == ["ERROR"]

    def test_shows_that_it_is_alive(self, settings, tmp_path):
        settings.WORKER_ALIVE_PATH = str(tmp_path / "alive")
        start()
        assert (tmp_path / "alive").exists()

    def test_works_on_where_it_cannot_show_it(self, settings, tmp_path, max, mail_server):
        settings.WORKER_ALIVE_PATH = str(tmp_path / "nowhere" / "alive")
        accounts.passwords.mails.PasswordWasChanged(how="link").queue(max)
        start()
        assert len(mail_server.received) == 1

    def test_shows_that_it_is_alive_while_the_database_is_away(
        self, settings, tmp_path, monkeypatch
    ):
        settings.WORKER_ALIVE_PATH = str(tmp_path / "alive")

        def away():
            raise OperationalError("away")

        def stop(seconds):
            raise KeyboardInterrupt

        monkeypatch.setattr(worker, "give_back", away)
        monkeypatch.setattr("accounts.management.commands.worker.connection.close", lambda: None)
        monkeypatch.setattr(time, "sleep", stop)
        with pytest.raises(KeyboardInterrupt):
            start()
        assert (tmp_path / "alive").exists()


class TestClockThatWasAhead:
    """By a day, while a tidying and a mail's next try were planned; now it is right again."""

    @pytest.fixture
    def ahead(self, clock, later, max, mail_server, settings):
        later(days=1)
        settings.EMAIL_PORT, port = 1, settings.EMAIL_PORT
        accounts.passwords.mails.PasswordWasChanged(how="link").queue(max)
        start()
        settings.EMAIL_PORT = port
        later(days=-1)

    def test_is_found_by_the_doctor(self, ahead):
        [worker] = [finding for finding in background.findings() if finding.subject == "Worker"]
        assert (worker.level, "1440 minutes from now" in worker.text) == ("wrong", True)

    def test_keeps_no_worker_from_tidying(self, ahead):
        assert planned() == {DAY + tasks.EVERY}
        start()
        assert planned() == {tasks.EVERY}

    def test_keeps_no_mail_waiting(self, ahead, mail_server):
        start()
        assert len(mail_server.received) == 1

    def test_is_noticed_by_a_worker_that_runs_on(self, ahead, monkeypatch):
        """It looks by a clock of its own, and not only when it starts."""
        seconds = iter(range(0, 10_000, 400))
        monkeypatch.setattr(time, "monotonic", lambda: next(seconds))
        regular, found = DBTaskResult.objects.filter(pk__in=tasks.RECURRING), []

        def run(mine):
            found.append(planned())
            regular.update(run_after=timezone.now() + 2 * DAY)
            mine.running = len(found) < 3

        monkeypatch.setattr("accounts.management.commands.worker.Worker.run", run)
        call_command("worker", interval=0)
        assert found == [{timedelta(0)}] * 3

    def test_gives_back_what_it_began(self, clock, max):
        result = deliver.enqueue(name="password_was_reset", user_id=max.pk, facts={})
        DBTaskResult.objects.filter(pk=result.id).update(
            status="RUNNING", started_at=timezone.now() + DAY
        )
        worker.give_back()
        assert DBTaskResult.objects.get(pk=result.id).status == "READY"


@pytest.mark.usefixtures("clock")
def test_what_is_planned_as_it_should_be_stays_so(max):
    worker.plan()
    DBTaskResult.objects.update(run_after=timezone.now() + tasks.EVERY)
    for tries, delay in enumerate(DELAYS, start=1):
        deliver.at(timezone.now() + delay).enqueue(
            name="password_was_reset", user_id=max.pk, facts={}
        )
        DBTaskResult.objects.filter(
            args_kwargs__kwargs__name="password_was_reset", args_kwargs__tries=None
        ).update(
            args_kwargs={
                "args": [],
                "kwargs": {"name": "password_was_reset", "user_id": max.pk, "facts": {}},
                "tries": tries,
            }
        )
    before = sorted(DBTaskResult.objects.values_list("run_after", flat=True))
    worker.plan()
    assert sorted(DBTaskResult.objects.values_list("run_after", flat=True)) == before


def test_a_backup_that_is_yet_to_come_is_a_finding(db):
    from vectice_admin.caches import CounterCache
    from vectice_admin.operations import backups

    CounterCache("", {}).set(backups.LAST, int((timezone.now() + DAY).timestamp()), None)
    assert [found.level for found in stores.findings() if found.subject == "Backup"] == ["wrong"]
