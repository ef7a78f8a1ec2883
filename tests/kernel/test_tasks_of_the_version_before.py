"""What the version before left in the queue is done by this one: its paths, its arguments without names."""

import inspect
from io import BytesIO

import pytest
from django.core import mail
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

import accounts.bulk.actions
import accounts.imports.actions
import accounts.imports.uploads
import accounts.users.actions
from accounts.kernel import outbox
from accounts.kernel.queue import stored, tasks, worker
from accounts.models import BulkJob, ImportJob, SentForm, User
from tests.bulk.test_bulk import choose
from tests.conftest import text_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def admin(ada, signed_in_as):
    return signed_in_as(ada)


def left(path, *arguments, **fields):
    """Leave a task in the queue as commit b7384ce writes it."""
    return DBTaskResult.objects.create(
        task_path=path,
        args_kwargs={"args": list(arguments), "kwargs": {}},
        backend_name="default",
        queue_name="default",
        run_after=None,
        **fields,
    )


def mail_left(user, *tries, **fields):
    facts = {"how": "link", "when": timezone.now().isoformat(), "to": "", "by": "Grace Hopper"}
    return left(
        "accounts.delivery.deliver", "password_was_changed", user.pk, facts, *tries, **fields
    )


class TestTable:
    @pytest.mark.parametrize("path", stored.VERSION_BEFORE)
    def test_leads_to_a_task_with_these_arguments(self, path):
        now = stored.VERSION_BEFORE[path]
        parameters = inspect.signature(tasks.function(now.path)).parameters
        assert set(parameters) == {*now.names, *now.fixed} - {"tries"}


class TestMail:
    def test_is_sent(self, max, work):
        mail_left(max)
        work()
        assert [message.to for message in mail.outbox] == [[max.email]]

    @pytest.mark.usefixtures("clock")
    def test_comes_again_after_its_next_delay(self, max, work, mail_server, settings):
        settings.EMAIL_PORT = 1
        row = mail_left(max, 2)
        work()
        row.refresh_from_db()
        assert (row.status, row.run_after) == (
            "READY",
            timezone.now() + outbox.DELAYS[2],
        )

    def test_is_given_up_after_the_last(self, max, work, mail_server, settings):
        settings.EMAIL_PORT = 1
        row = mail_left(max, len(outbox.DELAYS))
        work()
        row.refresh_from_db()
        assert row.status == "FAILED"

    def test_that_failed_is_shown_and_tried_again(self, admin, max, work):
        row = mail_left(max, 5, status="FAILED", finished_at=timezone.now())
        assert "Password was changed Max Planck" in text_of(admin.get("/mail/"))
        admin.post(f"/mail/{row.pk}/retry/")
        work()
        assert [message.to for message in mail.outbox] == [[max.email]]

    @pytest.mark.parametrize("status", ["READY", "RUNNING", "FAILED", "SUCCESSFUL"])
    def test_is_erased_with_its_reader_and_whom_it_names(self, ada, acting, max, new_user, status):
        grace = new_user("Grace Hopper", "member", is_active=False)
        User.objects.update(is_active=False)
        User.objects.filter(pk=ada.pk).update(is_active=True)
        mail_left(max, status=status)
        left("accounts.actions.passwords.issue_reset_link", grace.email, None, "", status=status)
        assert "race" in self.stored()
        accounts.users.actions.delete(grace.pk, actor=acting(ada))
        assert "race" not in self.stored()
        accounts.users.actions.delete(max.pk, actor=acting(ada))
        assert "link" not in self.stored()

    def stored(self):
        return str(list(DBTaskResult.objects.values_list("args_kwargs")))


def test_a_reset_link_that_was_asked_for_is_mailed(max, work):
    left("accounts.actions.passwords.issue_reset_link", max.email, "192.0.2.9", "Firefox")
    work()
    assert [message.to for message in mail.outbox] == [[max.email]]


def test_a_bulk_change_goes_on(admin, max, work):
    path = choose(admin, "deactivate", max)
    admin.post(f"{path}start/")
    DBTaskResult.objects.all().delete()
    left("accounts.actions.bulk.run", BulkJob.objects.get().pk)
    work()
    assert (BulkJob.objects.get().state, User.objects.get(pk=max.pk).is_active) == ("done", False)


def test_people_are_collected(admin, max, work, monkeypatch):
    monkeypatch.setattr(accounts.bulk.actions, "AT_ONCE", 1)
    choose(admin, "deactivate", query="?role=member", scope="everything")
    DBTaskResult.objects.all().delete()
    left("accounts.actions.bulk.collect", BulkJob.objects.get().pk)
    work()
    assert (BulkJob.objects.get().state, BulkJob.objects.get().rows.count()) == ("ready", 1)


def test_an_import_is_checked_and_done(ada, acting, work):
    lines = "".join(f"p{number}@example.com\n" for number in range(1_500))
    job = accounts.imports.uploads.take(
        BytesIO(f"email\n{lines}".encode()), "people.csv", actor=acting(ada)
    )
    DBTaskResult.objects.all().delete()
    left("accounts.actions.uploads.check", job.pk)
    work()
    assert (ImportJob.objects.get().state, job.rows.count()) == ("checked", 1_500)
    job.rows.filter(line__gt=3).delete()
    accounts.imports.actions.start(job.public_id, actor=acting(ada), mode="create")
    DBTaskResult.objects.all().delete()
    left("accounts.actions.imports.run", job.pk)
    work()
    assert (ImportJob.objects.get().state, User.objects.filter(email__startswith="p").count()) == (
        "done",
        2,
    )


def test_what_an_answer_showed_is_erased(ada, work):
    sent = SentForm.objects.create(user=ada, key="x", about="page", subject="Ada", sealed="secret")
    left("accounts.actions.sent_forms.erase_answer", sent.pk)
    work()
    assert SentForm.objects.get().sealed == ""


@pytest.mark.parametrize("arguments", [(), (7,)])
def test_inactive_users_are_looked_for(work, arguments):
    row = left("accounts.actions.dormancy.check", *arguments)
    work()
    row.refresh_from_db()
    assert row.status == "SUCCESSFUL"


@pytest.mark.parametrize("status", ["READY", "RUNNING"])
def test_its_tidying_ends(work, status):
    row = left(
        "accounts.housekeeping.tidy",
        status=status,
        started_at=timezone.now() - 2 * worker.INTERRUPTED_AFTER,
    )
    worker.give_back()
    work()
    assert not DBTaskResult.objects.filter(
        pk=row.pk, status__in=("READY", "RUNNING", "FAILED")
    ).exists()


def test_it_takes_no_task_of_this_one(max, acting, ada, admin):
    """It would not know its arguments, and give it up as failed."""
    admin.post("/forgot-password/", {"email": max.email})
    path = choose(admin, "deactivate", max)
    admin.post(f"{path}start/")
    worker.plan()
    assert set(DBTaskResult.objects.values_list("queue_name", flat=True)) == {"named"}


def test_a_job_that_killed_the_workers_of_both_is_given_up(admin, max, caplog):
    path = choose(admin, "deactivate", max)
    admin.post(f"{path}start/")
    DBTaskResult.objects.all().delete()
    begun = timezone.now() - 2 * worker.INTERRUPTED_AFTER
    job = BulkJob.objects.get().pk
    left(
        "accounts.actions.bulk.run", job, status="RUNNING", started_at=begun, worker_ids=["a", "b"]
    )
    worker.give_back()
    assert "brought the worker down twice and was stopped" in text_of(admin.get(path))
