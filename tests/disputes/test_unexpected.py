import re
from datetime import timedelta

import pytest
import time_machine
from django.core import mail, signing
from django.test import Client

import accounts.passwords.actions
from accounts.kernel import sessions
from accounts.kernel.crypto import tokens
from accounts.models import AuditEvent
from tests.conftest import PASSWORD, TEMPORARY, is_password_of, text_of

CHOSEN = "a sentence that somebody chose"


def signs_in(client, user, password):
    return client.post("/sign-in/", {"email": user.email, "password": password}).status_code == 302


def link_in(message):
    return re.search(r"http://admin.northwind.example(/unexpected/\S+)", message.body)[1]


@pytest.fixture
def link(admin, max, work):
    """The link in the mail about a reset of max's password."""
    admin.post(f"{max.get_absolute_url()}reset-password/", {"new_password": TEMPORARY})
    work()
    return link_in(mail.outbox.pop())


class TestAfterAReset:
    def test_changes_nothing_by_being_looked_at(self, client, link, max):
        assert (client.get(link).status_code, client.head(link).status_code) == (200, 200)
        assert is_password_of(max, TEMPORARY)
        client.post(link)
        assert not is_password_of(max, TEMPORARY)

    def test_freezes_the_temporary_password(self, client, link, max):
        client.post(link)
        assert (
            client.post("/sign-in/", {"email": max.email, "password": TEMPORARY}).status_code == 422
        )

    def test_signs_the_admin_out(self, admin, client, link):
        client.post(link)
        assert admin.get("/users/").status_code == 302

    def test_tells_the_other_admins(self, client, link, new_user, work):
        new_user("Grace Hopper", "admin")
        client.post(link)
        work()
        assert [message.to for message in mail.outbox if "somebody" in message.subject] == [
            ["grace@example.com"]
        ]

    @pytest.mark.parametrize(
        ("language", "said"),
        [
            ("en", "(Password reset by an Admin)"),
            ("fr", "(Mot de passe réinitialisé par un Admin)"),
        ],
    )
    def test_names_the_change_in_the_words_of_the_reader(
        self, client, link, new_user, work, language, said
    ):
        new_user("Grace Hopper", "admin", language=language)
        client.post(link)
        work()
        [message] = [message for message in mail.outbox if message.to == ["grace@example.com"]]
        assert said in " ".join(message.body.split())

    def test_leaves_an_entry(self, client, link, max):
        client.post(link)
        event = AuditEvent.objects.latest("pk")
        assert (event.action, event.target) == ("change.disputed", max)

    def test_works_once(self, client, link):
        client.post(link)
        assert client.post(link).status_code == 410

    def test_says_nothing_of_the_account(self, client, link, max):
        page = text_of(client.get(link)) + text_of(client.post(link))
        assert ("Password reset by an Admin" in page, "To get back in" in page) == (True, True)
        assert "Max" not in page
        assert max.email not in page

    def test_leaves_a_newer_temporary_password_alone(self, client, link, admin, max):
        newer = "maple-lantern-marble-frost"
        admin.post(f"{max.get_absolute_url()}reset-password/", {"new_password": newer})
        client.post(link)
        assert client.post("/sign-in/", {"email": max.email, "password": newer}).status_code == 302

    def test_leaves_a_newer_password_alone_that_a_reset_link_gave(self, client, link, max):
        accounts.passwords.actions.issue_reset_link.call(
            email=max.email, address=None, user_agent=""
        )
        max.refresh_from_db()
        choose = {"new_password": CHOSEN, "confirm_password": CHOSEN}
        client.post(client.get(f"/reset/{max.public_id}/{tokens.make(max)}/")["Location"], choose)
        assert "A newer password was set since" in text_of(client.post(link))
        assert signs_in(client, max, CHOSEN)

    def test_of_somebody_deleted_since_is_over(self, client, link, admin, max):
        admin.post(f"{max.get_absolute_url()}deactivate/")
        admin.post(f"{max.get_absolute_url()}delete/", {"typed": max.email})
        assert client.post(link).status_code == 410

    def test_from_before_a_restore_is_not_about_an_entry_with_the_same_number(self, client, link):
        event = AuditEvent.objects.get(action="password.reset_by_admin")
        with time_machine.travel(event.at - timedelta(hours=1)):
            older = tokens.make_for_dispute(event.pk, event.target.email)
        assert client.post(f"/unexpected/{older}/").status_code == 410

    @pytest.mark.parametrize("path", ["/unexpected/x/", "/unexpected/WzFd:1a:b/"])
    def test_made_up_leads_nowhere(self, client, path):
        assert client.get(path).status_code == 410

    def test_is_too_old_after_a_month(self, client, link, later):
        later(days=31)
        assert client.get(link).status_code == 410


class TestAfterTheTemporaryPasswordWasUsed:
    """Somebody else was handed it, signed in with it, and chose another."""

    @pytest.fixture
    def stranger(self, link, max):
        browser = Client()
        browser.post("/sign-in/", {"email": max.email, "password": TEMPORARY})
        browser.post("/password/change/", {"new_password": CHOSEN, "confirm_password": CHOSEN})
        assert browser.get("/profile/").status_code == 200
        return browser

    def test_signs_them_out(self, client, link, stranger, max):
        before = sessions.count(max)
        client.post(link)
        assert (before, sessions.count(max), stranger.get("/profile/").status_code) == (1, 0, 302)

    def test_ends_the_password_they_chose(self, client, link, stranger, max):
        before = signs_in(Client(), max, CHOSEN)
        client.post(link)
        assert (before, signs_in(client, max, CHOSEN)) == (True, False)

    def test_ends_also_the_one_they_chose_after_that(self, client, link, stranger, max):
        again = CHOSEN + " again"
        typed = {"current_password": CHOSEN, "new_password": again, "confirm_password": again}
        stranger.post("/password/change/", typed)
        before = signs_in(Client(), max, again)
        client.post(link)
        assert (before, signs_in(client, max, again)) == (True, False)

    def test_signs_the_admin_out_and_leaves_them_their_password(
        self, admin, client, link, stranger, ada
    ):
        client.post(link)
        assert admin.get("/users/").status_code == 302
        assert signs_in(client, ada, PASSWORD)

    def test_says_what_was_done_and_how_to_get_back_in(self, client, link, stranger):
        page = client.post(link)
        assert "does not work any more" in text_of(page)
        assert 'href="/forgot-password/"' in page.content.decode()

    def test_tells_the_owner_by_mail(self, client, link, stranger, max, work):
        work()
        mail.outbox.clear()
        client.post(link)
        work()
        [message] = mail.outbox
        assert (message.to, "/forgot-password/" in message.body) == ([max.email], True)

    def test_leaves_the_owner_the_reset_link(self, client, link, stranger, max):
        client.post(link)
        client.post("/forgot-password/", {"email": max.email})
        accounts.passwords.actions.issue_reset_link.call(
            email=max.email, address=None, user_agent=""
        )
        max.refresh_from_db()
        assert client.get(f"/reset/{max.public_id}/{tokens.make(max)}/").status_code == 302


class TestAfterAnotherChange:
    def test_of_a_role_signs_the_admin_out(self, admin, max, client, work):
        admin.post(f"{max.get_absolute_url()}role/", {"role": "viewer"})
        work()
        client.post(link_in(mail.outbox[0]))
        assert admin.get("/users/").status_code == 302

    def test_of_a_role_says_that_it_stands(self, admin, max, client, work):
        admin.post(f"{max.get_absolute_url()}role/", {"role": "viewer"})
        work()
        link = link_in(mail.outbox[0])
        assert "stays until an Admin undoes it" in text_of(client.get(link))
        assert "The change itself was not undone" in text_of(client.post(link))

    def test_of_a_role_is_told_to_the_other_admins_as_it_is(
        self, admin, max, client, work, new_user
    ):
        new_user("Grace Hopper", "admin")
        admin.post(f"{max.get_absolute_url()}role/", {"role": "viewer"})
        work()
        client.post(link_in(mail.outbox.pop()))
        work()
        assert "The change itself was not undone." in mail.outbox[0].body

    def test_of_an_address_is_offered_to_the_old_one(self, admin, max, client, work):
        admin.post(
            f"{max.get_absolute_url()}edit/",
            {"full_name": max.full_name, "email": "evil@example.com"},
        )
        work()
        [message] = [message for message in mail.outbox if message.to == ["max@example.com"]]
        assert client.post(link_in(message)).status_code == 200


class TestAfterTheAddressMoved:
    """Whoever has the old mailbox must not stop what the owner does with the account since."""

    @pytest.fixture
    def moved(self, admin, link, max):
        admin.post(
            f"{max.get_absolute_url()}edit/",
            {"full_name": max.full_name, "email": "max@example.org"},
        )
        accounts.passwords.actions.issue_reset_link.call(
            email="max@example.org", address=None, user_agent=""
        )
        max.refresh_from_db()
        browser = Client()
        opened = browser.get(f"/reset/{max.public_id}/{tokens.make(max)}/")["Location"]
        browser.post(opened, {"new_password": CHOSEN, "confirm_password": CHOSEN})
        return max

    def test_the_earlier_link_is_dead_before_anything_is_pressed(self, client, link, moved):
        assert [client.get(link).status_code, client.post(link).status_code] == [410, 410]

    def test_the_earlier_link_stops_nothing(self, admin, client, link, moved):
        client.post(link)
        assert signs_in(client, moved, CHOSEN)
        assert admin.get("/users/").status_code == 200

    def test_the_earlier_link_lives_again_with_its_address(self, admin, client, link, moved):
        admin.post(
            f"{moved.get_absolute_url()}edit/",
            {"full_name": moved.full_name, "email": "max@example.com"},
        )
        assert client.get(link).status_code == 200

    def test_the_link_to_the_old_address_about_the_move_itself_stops_the_admin_and_no_more(
        self, admin, client, moved, work
    ):
        work()
        [message] = [message for message in mail.outbox if message.to == ["max@example.com"]]
        assert client.post(link_in(message)).status_code == 200
        assert admin.get("/users/").status_code == 302
        assert signs_in(client, moved, CHOSEN)

    def test_a_link_to_the_new_address_dies_with_the_next_move(self, admin, client, moved, work):
        work()
        [message] = [
            message
            for message in mail.outbox
            if message.to == ["max@example.org"] and "unexpected" in message.body
        ]
        admin.post(
            f"{moved.get_absolute_url()}edit/",
            {"full_name": moved.full_name, "email": "max@example.net"},
        )
        assert client.get(link_in(message)).status_code == 410

    def test_a_link_that_moves_while_it_is_pressed_stops_nothing(
        self, admin, client, link, max, monkeypatch
    ):
        import accounts.disputes.actions

        def meanwhile(token, find=accounts.disputes.actions.find):
            event = find(token)
            monkeypatch.setattr(accounts.disputes.actions, "find", find)
            admin.post(
                f"{max.get_absolute_url()}edit/",
                {"full_name": max.full_name, "email": "max@example.org"},
            )
            return event

        monkeypatch.setattr(accounts.disputes.actions, "find", meanwhile)
        assert client.post(link).status_code == 410

    def test_a_link_that_the_version_before_mailed_is_dead_too(self, admin, client, link, max):
        event = AuditEvent.objects.get(action="password.reset_by_admin")
        old = f"/unexpected/{tokens._DISPUTES.sign_object([event.pk])}/"
        assert client.get(old).status_code == 200
        admin.post(
            f"{max.get_absolute_url()}edit/",
            {"full_name": max.full_name, "email": "max@example.org"},
        )
        assert client.get(old).status_code == 410

    def test_a_link_says_nothing_of_the_address(self, link):
        said = signing.b64_decode(link.split("/")[2].partition(":")[0].encode()).decode()
        assert str(AuditEvent.objects.get(action="password.reset_by_admin").pk) in said
        assert "max" not in said


class TestPageThatAsks:
    def test_names_the_change_that_it_is_about(self, client, link):
        page = text_of(client.get(link))
        assert "Password reset by an Admin" in page
        assert "Ada Lovelace" in page

    def test_stays_good_when_the_secret_key_is_rotated(self, client, link, settings):
        settings.SECRET_KEY_FALLBACKS = [settings.SECRET_KEY]
        settings.SECRET_KEY = "another-" + settings.SECRET_KEY
        assert client.get(link).status_code == 200
