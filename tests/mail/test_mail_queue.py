"""What Admins see of mails that wait or could not be sent; how mails come to be there is shown in tests/mail."""

import pytest
from django.utils import timezone
from django_tasks import TaskResultStatus
from django_tasks_db.models import DBTaskResult

import accounts.roles.actions
from accounts.kernel import throttle
from accounts.kernel.actor import Actor
from accounts.models import Organization
from tests.conftest import text_of


@pytest.fixture
def queued(max):
    """Return a function that queues mails to Max, and makes them failed ones where that is asked for."""

    def queue(number=1, *, failed=False):
        for time in range(number):
            accounts.roles.actions.change_role(
                max.pk, actor=Actor.system(), role="viewer" if time % 2 == 0 else "member"
            )
        if failed:
            error = "smtplib.SMTPServerDisconnected"
            DBTaskResult.objects.update(
                status=TaskResultStatus.FAILED,
                exception_class_path=error,
                traceback="lost",
                finished_at=timezone.now(),
            )

    return queue


class TestQueue:
    def test_says_how_many_wait_and_since_when(self, admin, queued, later):
        queued(2)
        later(minutes=20)
        text = text_of(admin.get("/mail/"))
        assert "2 emails are waiting to be sent. The oldest has been waiting since" in text

    def test_names_the_failed_with_their_kind_their_recipient_and_the_kind_of_fault(
        self, admin, queued
    ):
        queued(failed=True)
        text = text_of(admin.get("/mail/"))
        assert "Role was changed Max Planck" in text.replace("Mail: ", "")
        assert ("SMTPServerDisconnected" in text, "smtplib" in text, "lost" in text) == (
            True,
            False,
            False,
        )

    def test_shows_the_first_hundred(self, admin, queued):
        queued(101, failed=True)
        assert len(admin.get("/mail/").context["failed"]) == 100

    def test_offers_no_second_try_while_none_is_sent(self, admin, queued):
        queued(failed=True)
        assert "Try again" in text_of(admin.get("/mail/"))
        Organization.objects.create(name="Northwind", mail_is_on=False)
        assert "Try again" not in text_of(admin.get("/mail/"))

    def test_is_for_admins(self, max, queued, signed_in_as):
        queued(failed=True)
        row, browser = DBTaskResult.objects.get(), signed_in_as(max)
        assert [
            browser.get("/mail/").status_code,
            browser.post(f"/mail/{row.pk}/retry/").status_code,
        ] == [403, 403]
        assert DBTaskResult.objects.get().status == TaskResultStatus.FAILED


class TestSecondTry:
    def test_is_made_once(self, admin, queued):
        queued(failed=True)
        path = f"/mail/{DBTaskResult.objects.get().pk}/retry/"
        said = [text_of(admin.post(path, follow=True)) for _time in range(2)]
        assert ["in the queue again" in said[0], "no longer among the failed ones" in said[1]] == [
            True,
            True,
        ]
        assert [row.status for row in DBTaskResult.objects.all()] == [TaskResultStatus.READY]

    def test_is_of_none_that_still_waits(self, admin, queued):
        queued()
        [waiting] = DBTaskResult.objects.all()
        admin.post(f"/mail/{waiting.pk}/retry/")
        assert [row.pk for row in DBTaskResult.objects.all()] == [waiting.pk]

    def test_counts_as_a_mail_to_its_address(self, admin, max, queued):
        queued(failed=True)
        before, _most = throttle.MAILS_TO_ADDRESS.room(max.email)
        admin.post(f"/mail/{DBTaskResult.objects.get().pk}/retry/")
        assert throttle.MAILS_TO_ADDRESS.room(max.email)[0] == before - 1


MAX = "the id of Max"


@pytest.mark.parametrize(
    ("stored", "shown"),
    [
        ({}, "– –"),
        ({"args": [], "kwargs": {"name": "telepathy"}}, "telepathy –"),
        ({"args": [], "kwargs": {"name": ["x"], "user_id": {}, "facts": 7}}, "['x'] –"),
        ({"args": [], "kwargs": {"name": "invitation", "user_id": 2**80}}, "Invitation –"),
        (
            {"args": [], "kwargs": {"name": "role_was_changed", "user_id": MAX}},
            "Role was changed Max",
        ),
        ({"args": ["role_was_changed"], "kwargs": {}}, "– –"),
    ],
)
class TestMalformedMail:
    """One that could not be sent because it cannot be read."""

    @pytest.fixture
    def failed(self, admin, max, stored):
        kwargs = {
            name: max.pk if value == MAX else value
            for name, value in stored.get("kwargs", {}).items()
        }
        return DBTaskResult.objects.create(
            task_path="accounts.kernel.outbox.deliver",
            args_kwargs=stored and stored | {"kwargs": kwargs},
            status=TaskResultStatus.FAILED,
            exception_class_path="builtins.TypeError",
            queue_name="named",
            backend_name="default",
            run_after=None,
        )

    def test_is_shown_with_what_is_known(self, admin, failed, shown):
        page = admin.get("/mail/")
        text = text_of(page).replace("Mail: ", "").replace("Recipient: ", "")
        assert (page.status_code, shown in text, "TypeError" in text) == (200, True, True)

    def test_fails_again_where_it_is_tried_again(self, admin, failed, shown, work):
        assert admin.post(f"/mail/{failed.pk}/retry/").status_code == 302
        work()
        assert [row.status for row in DBTaskResult.objects.all()] == [TaskResultStatus.FAILED]
