"""A reset link that has ended stays so, whatever happens in between, and no mail that waits brings it back."""

import pytest
from django.core import mail
from django.test import Client

import accounts.credentials.actions
import accounts.passwords.actions
import accounts.roles.actions
import accounts.users.actions
import accounts.users.activation
from accounts.kernel.crypto import hashers, tokens
from accounts.models import AuditEvent, Session, User
from tests.conftest import PASSWORD, text_of

NEW = "a sentence that nobody guesses"
OTHER = "another sentence that nobody guesses"


def choose(client, max, **also):
    return client.post(
        f"/reset/{max.public_id}/choose/", {"new_password": NEW, "confirm_password": NEW, **also}
    )


ENDINGS = {
    "deactivated and activated": lambda max, ada: (
        accounts.users.activation.deactivate(max.pk, actor=ada),
        accounts.users.activation.activate(max.pk, actor=ada),
    ),
    "another address and the old one again": lambda max, ada: (
        accounts.users.actions.edit(
            max.pk, actor=ada, full_name=max.full_name, email="planck@example.com"
        ),
        accounts.users.actions.edit(max.pk, actor=ada, full_name=max.full_name, email=max.email),
    ),
    "another role and the old one again": lambda max, ada: (
        accounts.roles.actions.change_role(max.pk, actor=ada, role="viewer"),
        accounts.roles.actions.change_role(max.pk, actor=ada, role=max.role),
    ),
    "ended by an Admin": lambda max, ada: accounts.credentials.actions.expire(max.pk, actor=ada),
    "reset by an Admin": lambda max, ada: accounts.passwords.actions.reset_by_admin(max, actor=ada),
}


class TestLink:
    @pytest.mark.parametrize("ending", ENDINGS)
    def test_that_was_ended_does_not_open(self, client, ada, max, link, acting, ending):
        ENDINGS[ending](max, acting(ada))
        assert client.get(link).status_code == 410

    @pytest.mark.parametrize("ending", ENDINGS)
    def test_that_was_ended_while_the_form_was_open_sets_nothing(
        self, client, ada, max, link, acting, ending
    ):
        client.get(link)
        ENDINGS[ending](max, acting(ada))
        before = User.objects.get(pk=max.pk).password
        assert choose(client, max).status_code == 410
        assert User.objects.get(pk=max.pk).password == before

    @pytest.mark.parametrize("ending", ENDINGS)
    def test_that_was_ended_is_in_no_mail_that_waits(self, client, ada, max, acting, work, ending):
        accounts.passwords.actions.issue_reset_link.call(
            email=max.email, address=None, user_agent=""
        )
        ENDINGS[ending](max, acting(ada))
        work()
        assert "/reset/" not in "".join(message.body for message in mail.outbox)

    def test_that_lives_is_in_the_mail_that_waits(self, link, work):
        work()
        assert link in mail.outbox[0].body

    def test_is_dead_for_who_is_deactivated_while_it_is_being_used(
        self, client, ada, max, link, acting, monkeypatch
    ):
        """Between the page and the lock, where the policy is asked, not only before the page."""
        client.get(link)
        make = hashers.make

        def deactivate_first(password):
            accounts.users.activation.deactivate(max.pk, actor=acting(ada))
            return make(password)

        monkeypatch.setattr(hashers, "make", deactivate_first)
        response = choose(client, max)
        assert (response.status_code, "does not work any more" in text_of(response)) == (410, True)


class TestUsedInABrowserOfAnother:
    def test_is_done_by_who_has_the_link_not_by_who_is_signed_in(
        self, max, vera, link, signed_in_as
    ):
        browser = signed_in_as(vera)
        browser.get(link)
        choose(browser, max)
        event = AuditEvent.objects.get(action="password.reset_by_link")
        assert (event.actor, event.actor_kind, event.target) == (None, "visitor", max)

    def test_asks_nothing_of_who_is_signed_in(self, max, vera, link, signed_in_as):
        """Somebody who may hardly do anything, being deactivated in this very moment, stands in nobody's way."""
        browser = signed_in_as(vera)
        browser.get(link)
        User.objects.filter(pk=vera.pk).update(is_active=False)
        assert choose(browser, max)["Location"] == "/reset/done/"


class TestLinkByAnAdmin:
    """The Admin takes the password away; a mail brings a link."""

    @pytest.fixture
    def taken(self, ada, max, signed_in_as, acting):
        browsers = [signed_in_as(max), signed_in_as(max)]
        accounts.passwords.actions.send_link(max.pk, actor=acting(ada))
        return browsers

    def test_signs_out_of_all_devices(self, taken, max):
        assert not Session.objects.filter(user=max).exists()
        assert {browser.get("/profile/").status_code for browser in taken} == {302}

    def test_says_how_many_they_were(self, taken):
        assert (
            AuditEvent.objects.get(action="password.reset_by_admin").details["sessions_ended"] == 2
        )

    def test_leaves_no_password(self, taken, max):
        typed = {"email": max.email, "password": PASSWORD}
        assert Client().post("/sign-in/", typed).status_code == 422

    def test_brings_a_link_that_works(self, taken, client, max, work):
        work()
        max.refresh_from_db()
        link = f"/reset/{max.public_id}/{tokens.make(max)}/"
        assert link in mail.outbox[0].body
        client.get(link)
        assert choose(client, max)["Location"] == "/reset/done/"
