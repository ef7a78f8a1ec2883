"""One Admin chooses or uploads, another one starts it: what is done is done by the one who started it."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django_tasks_db.models import DBTaskResult

from accounts.models import AuditEvent, BulkJob, User
from tests.bulk.test_bulk import choose
from tests.conftest import BROWSER, maintain, text_of


@pytest.fixture
def ben(new_user):
    return new_user("Ben Franklin", "admin")


@pytest.fixture
def other(ben, signed_in_as):
    """The browser of the Admin who starts what the first one chose."""
    return signed_in_as(ben)


@pytest.fixture
def resumed(work):
    """Return a function that has the worker go on with jobs whose task failed."""

    def resume():
        DBTaskResult.objects.update(status="FAILED")
        maintain()
        work()

    return resume


def origin(action):
    event = AuditEvent.objects.get(action=action)
    return event.actor, event.address, event.user_agent


class TestBulkChange:
    def test_is_done_by_who_started_it(self, admin, other, ben, max, work):
        other.post(f"{choose(admin, 'reset_password', max)}start/")
        work()
        assert origin("password.reset_by_admin") == (ben, "127.0.0.1", "")

    def test_is_done_by_who_started_it_after_a_task_that_failed(
        self, admin, other, ben, max, resumed
    ):
        other.post(f"{choose(admin, 'reset_password', max)}start/", headers={"user-agent": BROWSER})
        resumed()
        assert origin("password.reset_by_admin") == (ben, "127.0.0.1", BROWSER)

    @pytest.mark.parametrize(
        "action", ["reset_password", "send_link", "deactivate", "change_role:viewer"]
    )
    def test_leaves_out_who_started_it(self, admin, other, ben, max, action, resumed):
        path = choose(admin, action, ben, max)
        before = ben.state
        other.post(f"{path}start/")
        resumed()
        assert User.objects.get(pk=ben.pk).state == before
        assert "Left as it is: You can't do this to your own account." in text_of(other.get(path))

    def test_counts_who_started_it_as_left_out(self, admin, other, ben, max):
        other.post(f"{choose(admin, 'deactivate', ben, max)}start/")
        assert AuditEvent.objects.get(action="bulk.started").details["rows"] == 1

    def test_of_nobody_but_who_would_start_it_does_not_run(self, admin, other, ben):
        path = choose(admin, "deactivate", ben)
        response = other.post(f"{path}start/")
        assert (response.status_code, "Nobody is left" in text_of(response)) == (422, True)
        assert BulkJob.objects.get().state == "ready"
        assert not AuditEvent.objects.filter(action="bulk.started").exists()

    def test_leaves_out_who_chose_as_their_page_said(self, admin, other, ada, max, work):
        other.post(f"{choose(admin, 'deactivate', ada, max)}start/")
        work()
        assert User.objects.get(pk=ada.pk).is_active

    def test_ends_when_who_started_it_loses_the_right(self, admin, other, ben, max, resumed):
        other.post(f"{choose(admin, 'deactivate', max)}start/")
        User.objects.filter(pk=ben.pk).update(role="viewer")
        resumed()
        assert User.objects.get(pk=max.pk).is_active

    def test_is_listed_under_who_started_it(self, admin, other, max):
        other.post(f"{choose(admin, 'deactivate', max)}start/")
        assert "Deactivate Ben Franklin" in text_of(admin.get("/users/bulk/"))


class TestImport:
    @pytest.fixture
    def path(self, admin):
        """The page of a file that the first Admin uploaded."""
        return admin.post(
            "/imports/", {"file": SimpleUploadedFile("a.csv", b"email\nnew@example.com\n")}
        )["Location"]

    def test_is_done_by_who_started_it_after_a_task_that_failed(self, path, other, ben, resumed):
        other.post(f"{path}start/", {"mode": "create"}, headers={"user-agent": BROWSER})
        resumed()
        assert origin("user.created") == (ben, "127.0.0.1", BROWSER)
