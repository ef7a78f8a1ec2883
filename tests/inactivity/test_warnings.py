"""Nobody is deactivated for not signing in whom no mail server took a warning for."""

from datetime import timedelta

import pytest
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

import accounts.inactivity.actions
from accounts.kernel import outbox
from accounts.kernel.queue import entries, tasks
from accounts.models import DormancyWarning, Organization, User
from tests.conftest import text_of

AWAY = 1  # nobody listens at this port


@pytest.fixture(autouse=True)
def rule(clock):
    """Ninety days, in force for long."""
    since = timezone.now() - timedelta(days=400)
    Organization.objects.create(name="Northwind", dormant_days=90, dormant_since=since)


@pytest.fixture
def dormant(max):
    """Max, whose day comes in three days."""
    User.objects.filter(pk=max.pk).update(last_sign_in_at=timezone.now() - timedelta(days=87))
    return max


@pytest.fixture
def port(mail_server, settings):
    """Where the mail server listens; it is away until `settings.EMAIL_PORT` is that."""
    port, settings.EMAIL_PORT = settings.EMAIL_PORT, AWAY
    return port


@pytest.fixture
def a_day(work, later):
    """Return a function that lets a day pass: the check, then whatever the queue tries."""

    def live(days=1):
        for _day in range(days):
            accounts.inactivity.actions.check()
            for _try in range(12):
                work()
                later(hours=2)

    return live


def is_active(user):
    return User.objects.get(pk=user.pk).is_active


def subjects(mail_server):
    return [message["Subject"].removeprefix("Vectice Admin: ") for message in mail_server.received]


class TestWhileTheMailServerIsAway:
    def test_nobody_is_deactivated(self, dormant, port, a_day):
        a_day(10)
        assert is_active(dormant)

    def test_a_warning_counts_as_none(self, dormant, port, a_day):
        a_day()
        assert DBTaskResult.objects.filter(status="FAILED").exists()
        assert DormancyWarning.objects.get().sent_at is None

    def test_a_warning_is_queued_once_a_day_at_most(self, dormant, port, a_day):
        a_day(3)
        assert DBTaskResult.objects.filter(status="FAILED").count() == 3

    def test_a_warning_that_is_still_tried_is_not_queued_again(self, dormant, port, work, later):
        accounts.inactivity.actions.check()
        work()
        later(hours=3)
        accounts.inactivity.actions.check()
        assert DBTaskResult.objects.filter(status="READY").count() == 1

    def test_the_page_names_a_day_that_leaves_time_for_the_warning(
        self, dormant, port, a_day, ada, signed_in_as
    ):
        a_day(10)
        due = timezone.now() + timedelta(days=3)
        assert f"{due.day} {due:%b %Y}" in text_of(signed_in_as(ada).get("/users/dormant/"))


class TestWhoHasNoMailbox:
    @pytest.fixture
    def refused(self, dormant, mail_server):
        mail_server.refusal = "550 5.1.1 No such user here"

    def test_is_deactivated_three_days_after_the_server_said_so(self, refused, dormant, a_day):
        a_day(3)
        assert is_active(dormant)
        a_day()
        assert not is_active(dormant)

    def test_is_not_written_to_again_and_again(self, refused, a_day):
        a_day(3)
        assert DBTaskResult.objects.filter(status="FAILED").count() == 1

    def test_is_told_apart_from_a_server_that_takes_nothing(self, dormant, mail_server, a_day):
        mail_server.refusal = "550 5.7.1 Relaying denied"
        a_day(10)
        assert is_active(dormant)


class TestOnceTheMailServerIsBack:
    @pytest.fixture
    def back(self, dormant, port, a_day, settings):
        """Five days without it."""
        a_day(5)
        settings.EMAIL_PORT = port

    def test_the_warning_is_sent_with_three_days_ahead(self, back, mail_server, a_day):
        a_day()
        assert subjects(mail_server) == ["your account will be deactivated in 3 days"]

    def test_three_days_pass_after_the_warning(self, back, dormant, mail_server, a_day):
        a_day(3)
        assert is_active(dormant)
        a_day()
        assert not is_active(dormant)
        assert subjects(mail_server)[1:] == ["your account was deactivated"]

    def test_failed_ones_that_are_tried_again_tell_nobody_twice(
        self, back, mail_server, a_day, work
    ):
        for failed in entries.latest(outbox.deliver, tasks.FAILED):
            outbox.deliver.enqueue(**failed.arguments)
        a_day()
        assert len(mail_server.received) == 1

    def test_the_page_names_the_day(self, back, dormant, a_day, ada, signed_in_as):
        due = timezone.now() + timedelta(days=3)
        a_day()
        assert f"{due.day} {due:%b %Y}" in text_of(signed_in_as(ada).get("/users/dormant/"))


def test_a_warning_is_sent_when_the_mail_server_took_it(dormant, mail_server, work, later):
    accounts.inactivity.actions.check()
    later(minutes=10)
    work()
    assert DormancyWarning.objects.get().sent_at == timezone.now()


def test_a_warning_of_the_version_before_counts_from_when_it_was_queued(
    dormant, mail_server, a_day, later
):
    due = (timezone.now() + timedelta(days=3)).date()
    DormancyWarning.objects.create(user=dormant, due_on=due, days=3, sent_at=timezone.now())
    later(days=3)
    assert is_active(dormant)
    a_day()
    assert not is_active(dormant)
