"""A mail server that is away for hours: who asked for a link gets one that works, or Admins see that they did not."""

import re

import pytest
from django_tasks_db.models import DBTaskResult

import accounts.credentials.actions
import accounts.passwords.actions
import accounts.passwords.late_links
import accounts.passwords.mails
import accounts.roles.actions
import accounts.users.activation
from accounts.kernel import outbox
from accounts.models import AuditEvent, User
from tests.conftest import text_of

LINK = r"http://admin\.northwind\.example(/reset/\S+)"
NEW = "a long enough new passphrase"


@pytest.fixture
def server(mail_server, settings):
    """Return a function that takes the mail server away, or brings it back; the clock stands between."""
    port = settings.EMAIL_PORT

    def is_there(answer):
        settings.EMAIL_PORT = port if answer else 1

    is_there(False)
    return is_there


@pytest.fixture
def outage(server, work, later):
    """Return a function: the worker tries in vain, then so many minutes pass, then the mail server is back."""

    def last(minutes):
        work()
        later(minutes=minutes)
        server(True)
        work()

    return last


def ask_for_link(user):
    accounts.passwords.actions.issue_reset_link.call(email=user.email, address=None, user_agent="")


def links(mail_server):
    texts = [message.get_body(("plain",)).get_content() for message in mail_server.received]
    return [link for text in texts for link in re.findall(LINK, text)]


def failed():
    return DBTaskResult.objects.filter(task_path=outbox.deliver.module_path, status="FAILED")


def try_until_given_up(work, later):
    work()
    for delay in outbox.DELAYS:
        later(seconds=delay.total_seconds() + 1)
        work()


class TestAfterALongOutage:
    @pytest.mark.parametrize("minutes", [61, 8 * 60, 23 * 60])
    def test_the_link_in_the_mail_works(self, max, outage, client, mail_server, minutes):
        ask_for_link(max)
        outage(minutes)
        [link] = links(mail_server)
        page = client.get(link, follow=True)
        form = {"new_password": NEW, "confirm_password": NEW}
        assert client.post(page.redirect_chain[-1][0], form).status_code in (200, 302)
        assert client.post("/sign-in/", {"email": max.email, "password": NEW}).status_code == 302

    def test_it_works_as_long_as_any(self, max, outage, client, mail_server, later):
        ask_for_link(max)
        outage(120)
        [link] = links(mail_server)
        later(minutes=59)
        assert client.get(link).status_code == 302
        later(minutes=2)
        assert client.get(link, follow=True).status_code == 410

    def test_that_it_was_made_anew_is_recorded(self, max, outage):
        ask_for_link(max)
        outage(120)
        entry = AuditEvent.objects.latest("pk")
        assert (entry.action, entry.actor_kind, entry.target) == (
            "password.reset_requested",
            "system",
            max,
        )
        assert entry.details == {"made_anew": True}

    def test_tries_in_vain_change_nothing(self, max, work, later, server):
        ask_for_link(max)
        before = User.objects.get(pk=max.pk).reset_link_at
        try_until_given_up(work, later)
        assert (User.objects.get(pk=max.pk).reset_link_at, failed().count()) == (before, 1)

    def test_one_that_was_given_up_works_when_an_admin_tries_it_again(
        self, ada, max, work, later, server, signed_in_as, mail_server, client
    ):
        ask_for_link(max)
        try_until_given_up(work, later)
        server(True)
        signed_in_as(ada).post(f"/mail/{failed().get().pk}/retry/")
        work()
        assert [client.get(link).status_code for link in links(mail_server)] == [302]

    def test_after_a_day_it_is_a_failed_mail_that_admins_see(
        self, ada, max, outage, signed_in_as, mail_server
    ):
        ask_for_link(max)
        outage(24 * 60 + 1)
        assert mail_server.received == []
        page = text_of(signed_in_as(ada).get("/mail/"))
        assert "Reset link Max Planck" in page
        assert "LinkWaitedTooLong" in page

    def test_an_admins_link_is_made_anew_too(self, ada, max, acting, outage, client, mail_server):
        accounts.passwords.actions.send_link(max.pk, actor=acting(ada))
        outage(120)
        assert [client.get(link).status_code for link in links(mail_server)] == [302]

    def test_after_a_day_the_admins_news_come_without_a_link(
        self, ada, max, acting, outage, mail_server
    ):
        accounts.passwords.actions.send_link(max.pk, actor=acting(ada))
        outage(25 * 60)
        assert (len(mail_server.received), links(mail_server)) == (1, [])


class TestThatWasEndedMeanwhile:
    """By whatever: no mail brings it back, and nothing failed."""

    ENDINGS = {
        "deactivated": lambda user, actor: accounts.users.activation.deactivate(
            user.pk, actor=actor
        ),
        "another role": lambda user, actor: accounts.roles.actions.change_role(
            user.pk, actor=actor, role="viewer"
        ),
        "password set": lambda user, actor: accounts.passwords.actions.reset_by_admin(
            user, actor=actor
        ),
        "ended by an Admin": lambda user, actor: accounts.credentials.actions.expire(
            user.pk, actor=actor
        ),
    }

    @pytest.mark.parametrize("ending", ENDINGS)
    def test_is_not_sent(self, ada, max, acting, server, work, later, mail_server, ending):
        ask_for_link(max)
        work()
        self.ENDINGS[ending](max, acting(ada))
        later(minutes=120)
        server(True)
        work()
        assert (links(mail_server), failed().count()) == ([], 0)
        assert User.objects.get(pk=max.pk).reset_link_at is None

    def test_while_it_was_sent_stays_dead(
        self, ada, max, acting, server, outage, monkeypatch, mail_server, client
    ):
        """The person's password is set between the mail and the note of its link."""
        stored = accounts.passwords.late_links.store

        def too_late(*arguments):
            accounts.passwords.actions.reset_by_admin(max, actor=acting(ada))
            stored(*arguments)

        monkeypatch.setattr(accounts.passwords.late_links, "store", too_late)
        ask_for_link(max)
        outage(120)
        [link] = links(mail_server)
        assert client.get(link, follow=True).status_code == 410

    def test_by_a_newer_one_is_sent_once(self, max, outage, later, mail_server, client):
        ask_for_link(max)
        later(minutes=1)
        ask_for_link(max)
        outage(120)
        assert [client.get(link).status_code for link in links(mail_server)] == [302]


def test_a_mail_that_waits_never_goes_to_the_deleted(max, vera, server, outage, mail_server):
    """A deletion takes the person's mails out of the queue; this one came into it at the same moment."""
    for user in (max, vera):
        accounts.passwords.mails.PasswordWasChanged(how="link").queue(user)
    User.objects.filter(pk=max.pk).update(
        deleted_at=max.created_at, is_active=False, email="deleted-1@deleted.invalid"
    )
    outage(2)
    assert [message.recipients for message in mail_server.received] == [["vera@example.com"]]
