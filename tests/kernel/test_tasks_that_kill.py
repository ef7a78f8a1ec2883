"""What ends the worker each time it is tried is given up, and whoever waits for it is told."""

from dataclasses import replace
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone
from django_tasks import TaskResultStatus
from django_tasks_db.models import DBTaskResult

import accounts.roles.actions
import accounts.tabular.limits
from accounts.kernel import outbox
from accounts.kernel.actor import Actor
from accounts.kernel.queue import tasks, worker
from accounts.models import ImportJob, ImportPart, User
from tests.conftest import maintain, text_of

FILE = b"email\na@example.com\n"


@pytest.fixture
def killed():
    """Return a function that has a worker begin what waits, and die with it so many times."""

    def kill(times):
        for number in range(times):
            task = DBTaskResult.objects.ready().get()
            task.claim(f"worker-{number}")
            DBTaskResult.objects.update(started_at=timezone.now() - 2 * worker.INTERRUPTED_AFTER)
            worker.give_back()
        return task

    return kill


@pytest.fixture
def checked(admin):
    """The address of an import that can be started."""
    return admin.post("/imports/", {"file": SimpleUploadedFile("people.csv", FILE)})["Location"]


class TestCheckOfAFile:
    @pytest.fixture
    def path(self, admin, monkeypatch):
        monkeypatch.setattr(accounts.tabular.limits, "SHORT_FILE", 10)
        return admin.post("/imports/", {"file": SimpleUploadedFile("people.csv", FILE)})["Location"]

    def test_that_killed_once_is_tried_again(self, path, killed, work):
        killed(1)
        work()
        assert ImportJob.objects.get().state == "checked"

    def test_that_killed_twice_is_given_up_and_that_is_said(
        self, admin, path, killed, work, caplog
    ):
        killed(2)
        work()
        assert (ImportJob.objects.get().state, ImportPart.objects.exists()) == ("refused", False)
        assert "brought the worker down twice" in text_of(admin.get(path))
        [line] = [record for record in caplog.records if record.levelname == "ERROR"]
        assert "jobs.prepare was given up" in line.getMessage()

    def test_that_is_given_up_stays_so(self, path, killed, work):
        killed(2)
        maintain()
        work()
        assert ImportJob.objects.get().state == "refused"


class TestRun:
    def test_that_killed_twice_is_stopped_and_that_is_said(self, admin, checked, killed, work):
        admin.post(f"{checked}start/", {"mode": "create"})
        killed(2)
        maintain()
        work()
        page = text_of(admin.get(checked))
        assert "brought the worker down twice and was stopped" in page
        assert "cannot be imported" not in page
        assert (ImportJob.objects.get().state, User.objects.count()) == ("cancelled", 1)

    def test_of_a_bulk_change_too(self, admin, max, killed):
        page = admin.post(
            reverse("choose-bulk"), {"action": "deactivate", "user": [str(max.public_id)]}
        )["Location"]
        admin.post(f"{page}start/")
        killed(2)
        assert "brought the worker down twice and was stopped" in text_of(admin.get(page))
        max.refresh_from_db()
        assert max.is_active


def test_a_task_that_another_worker_gave_back_meanwhile_is_not_given_up(max, monkeypatch):
    for role in ("viewer", "member"):
        accounts.roles.actions.change_role(max.pk, actor=Actor.system(), role=role)
    rows = DBTaskResult.objects.all()
    long_ago = timezone.now() - 2 * worker.INTERRUPTED_AFTER
    rows.update(status="RUNNING", worker_ids=["a", "b"], started_at=long_ago)

    def by_another(**_arguments):
        rows.filter(status="RUNNING").update(status="READY", started_at=None)

    deliver = replace(outbox.deliver, given_up=by_another)
    monkeypatch.setitem(tasks.TASKS, deliver.module_path, deliver)
    worker.give_back()
    assert sorted(row.status for row in rows.all()) == ["FAILED", "READY"]


def test_a_task_that_is_still_being_done_is_left_alone(checked, admin):
    admin.post(f"{checked}start/", {"mode": "create"})
    task = DBTaskResult.objects.get(status=TaskResultStatus.READY)
    for number in range(3):
        task.claim(f"worker-{number}")
    DBTaskResult.objects.update(
        started_at=timezone.now() - worker.INTERRUPTED_AFTER + timedelta(seconds=9)
    )
    worker.give_back()
    assert DBTaskResult.objects.get(pk=task.pk).status == TaskResultStatus.RUNNING
