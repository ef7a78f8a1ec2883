"""Everybody whom the filters match, collected while the Admin waits and then by the worker."""

import zoneinfo
from datetime import datetime, timedelta

import pytest
from django.db import OperationalError
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

import accounts.bulk.actions
import accounts.statistics.actions
import accounts.statistics.queries
import accounts.users.actions
from accounts.kernel import jobs
from accounts.kernel.actor import Actor
from accounts.models import BulkJob, BulkRow, User
from tests.bulk.test_bulk import choose
from tests.conftest import maintain, text_of

EVERYBODY = {"query": "?role=member", "scope": "everything"}
# What its zone calls itself is no name of a zone for these.
ZONES = [
    "Etc/GMT+5",
    "Etc/GMT-14",
    "Antarctica/Troll",
    "America/Sao_Paulo",
    "EST",
    "Etc/UTC",
    "Europe/Paris",
]


@pytest.fixture
def crowd_of_25(new_user, monkeypatch):
    monkeypatch.setattr(accounts.bulk.actions, "AT_ONCE", 10)
    return [new_user(f"Person {number}", email=f"p{number}@example.com") for number in range(25)]


def refusal(admin, path):
    """What the page of a job says that was refused, and how many people it holds."""
    text = text_of(admin.get(path))
    assert "The people could not be collected" in text
    return text, BulkRow.objects.count()


class TestCollecting:
    def test_goes_on_in_the_worker(self, admin, crowd_of_25, work):
        path = choose(admin, "deactivate", query="?role=member", scope="everything")
        assert "10 people found so far" in text_of(admin.get(path))
        work()
        assert "Deactivate: 25 people" in text_of(admin.get(path))

    def test_is_the_workers_alone_where_there_are_many(self, admin, crowd_of_25, work, monkeypatch):
        monkeypatch.setattr(accounts.statistics.queries, "MOST_COUNTED", 20)
        accounts.statistics.actions.recount()
        path = choose(admin, "deactivate", query="?role=viewer", scope="everything")
        assert "0 people found so far" in text_of(admin.get(path))
        work()
        page = admin.get(path)
        assert "Deactivate: 0 people" in text_of(page)
        assert "disabled" in page.content.decode()

    def test_in_the_worker_takes_nobody_deleted(self, admin, crowd_of_25, work):
        User.objects.filter(role="member").update(is_active=False)
        gone = crowd_of_25[-1]
        accounts.users.actions.delete(gone.pk, actor=Actor.system())
        choose(admin, "activate", query="?status=deactivated", scope="everything")
        work()
        taken = set(BulkRow.objects.values_list("user", flat=True))
        assert {person.pk for person in crowd_of_25} - taken == {gone.pk}

    def test_takes_turns_when_it_is_long(self, admin, crowd_of_25, work, monkeypatch):
        monkeypatch.setattr(jobs, "SECONDS_AT_A_TIME", -1)
        choose(admin, "deactivate", query="?role=member", scope="everything")
        work()
        assert (BulkJob.objects.get().state, BulkRow.objects.count()) == ("ready", 25)

    def test_can_be_cancelled(self, admin, crowd_of_25, work):
        path = choose(admin, "deactivate", query="?role=member", scope="everything")
        admin.post(f"{path}cancel/")
        work()
        assert (BulkJob.objects.get().state, BulkRow.objects.count()) == ("cancelled", 10)

    def test_cannot_be_started_before_it_is_whole(self, admin, crowd_of_25):
        path = choose(admin, "deactivate", query="?role=member", scope="everything")
        assert admin.post(f"{path}start/").status_code == 409


class TestTimeZone:
    @pytest.mark.parametrize("zone", ZONES)
    def test_of_the_browser_is_the_workers_too(self, admin, max, work, zone):
        admin.cookies["timezone"] = zone
        admin.post(f"{choose(admin, 'deactivate', **EVERYBODY)}start/")
        work()
        assert (max.is_active, User.objects.get(pk=max.pk).is_active) == (True, False)

    @pytest.mark.parametrize("zone", ZONES)
    def test_does_not_keep_the_worker_from_collecting(self, admin, crowd_of_25, work, zone):
        admin.cookies["timezone"] = zone
        choose(admin, "deactivate", **EVERYBODY)
        work()
        assert (BulkJob.objects.get().state, BulkRow.objects.count()) == ("ready", 25)

    def test_says_when_days_begin(self, admin, max, work):
        begins = datetime(2026, 3, 1, tzinfo=zoneinfo.ZoneInfo("Etc/GMT+5"))
        User.objects.filter(pk=max.pk).update(
            last_sign_in_at=begins - timedelta(hours=1)
        )  # in UTC, that is the day
        admin.cookies["timezone"] = "Etc/GMT+5"
        path = choose(admin, "deactivate", query="?signed_in_before=2026-03-01", scope="everything")
        admin.post(f"{path}start/")
        work()
        assert BulkRow.objects.get().outcome == "done"

    def test_that_the_version_before_stored_under_no_name_is_utc(self, admin, max, work):
        path = choose(admin, "deactivate", **EVERYBODY)
        BulkJob.objects.update(filters="role=member&time_zone=-05")
        admin.post(f"{path}start/")
        work()
        assert BulkRow.objects.get().outcome == "done"


class TestThatFails:
    @pytest.fixture
    def path(self, admin, crowd_of_25):
        return choose(admin, "deactivate", **EVERYBODY)

    def fail_with(self, monkeypatch, error):
        def fail(*_arguments, **_options):
            raise error

        monkeypatch.setattr(BulkRow.objects, "bulk_create", fail)

    def test_by_a_fault_of_ours_ends_and_says_so(self, admin, path, work, monkeypatch):
        self.fail_with(monkeypatch, ZeroDivisionError)
        work()
        text, people = refusal(admin, path)
        assert ("A fault of ours" in text, people) == (True, 0)

    def test_by_a_fault_of_ours_is_logged(self, path, work, monkeypatch, caplog):
        self.fail_with(monkeypatch, ZeroDivisionError)
        work()
        assert "could not be prepared (ZeroDivisionError," in caplog.text

    def test_cannot_be_started(self, admin, path, work, monkeypatch):
        self.fail_with(monkeypatch, ZeroDivisionError)
        work()
        assert admin.post(f"{path}start/").status_code == 409

    def test_while_the_database_is_away_comes_again(self, path, work, monkeypatch, later):
        with monkeypatch.context() as away:
            self.fail_with(away, OperationalError)
            work()
        later(seconds=11)
        work()
        assert (BulkJob.objects.get().state, BulkRow.objects.count()) == ("ready", 25)

    def test_again_and_again_ends_after_a_day(self, admin, path):
        DBTaskResult.objects.update(status="FAILED")
        BulkJob.objects.update(created_at=timezone.now() - timedelta(hours=25))
        maintain()
        text, people = refusal(admin, path)
        assert ("did not come to its end within a day" in text, people) == (True, 0)

    def test_that_is_ready_in_time_stays(self, path, work, later):
        work()
        later(hours=25)
        maintain()
        assert BulkJob.objects.get().state == "ready"
