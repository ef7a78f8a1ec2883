"""SECRET_KEY is rotated: what was made with the former key stays good as long as that is among the fallbacks."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

import accounts.invitations.actions
from accounts.kernel.crypto import encryption, tokens
from tests.conftest import PASSWORD

NEW = "another-key-for-tests-0123456789-abcdefghijklmnopqrstuvwxyz"
OWN = "a sentence that nobody guesses"


@pytest.fixture
def rotate(settings):
    """Return a function that gives the product another key, with the former one among the fallbacks or not."""

    def change(*, keep=True):
        settings.SECRET_KEY_FALLBACKS = [settings.SECRET_KEY] if keep else []
        settings.SECRET_KEY = NEW

    return change


@pytest.fixture
def reset_link(max):
    max.reset_link_at = timezone.now()
    max.save()
    return f"/reset/{max.public_id}/{tokens.make(max)}/"


@pytest.fixture
def invitation_link(ada, acting):
    return accounts.invitations.actions.invite(
        "new@example.com", actor=acting(ada), role="member", by_mail=False
    )[1]


class TestWithTheFormerKeyAsFallback:
    def test_nobody_is_signed_out(self, ada, signed_in_as, rotate):
        client = signed_in_as(ada)
        rotate()
        assert client.get("/users/").status_code == 200

    def test_the_cookie_stays_the_same(self, ada, signed_in_as, rotate, settings):
        client = signed_in_as(ada)
        before = client.cookies[settings.SESSION_COOKIE_NAME].value
        rotate()
        client.get("/users/")
        assert client.cookies[settings.SESSION_COOKIE_NAME].value == before

    def test_requests_under_way_with_the_same_cookie_are_all_answered(
        self, ada, signed_in_as, rotate
    ):
        cookies = signed_in_as(ada).cookies.output(header="", sep=";")
        rotate()
        assert [
            Client(headers={"cookie": cookies}).get("/users/").status_code for _ in range(4)
        ] == [200] * 4

    def test_hosts_with_the_new_and_the_former_key_answer_in_turn(
        self, ada, signed_in_as, settings
    ):
        cookies, former = signed_in_as(ada).cookies.output(header="", sep=";"), settings.SECRET_KEY
        answers = []
        for key, fallback in [(NEW, former), (former, NEW)] * 3:
            settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = key, [fallback]
            answers.append(Client(headers={"cookie": cookies}).get("/users/").status_code)
        assert answers == [200] * 6

    def test_who_came_by_meanwhile_stays_signed_in_without_it(
        self, ada, signed_in_as, rotate, settings
    ):
        client = signed_in_as(ada)
        rotate()
        client.get("/users/")
        settings.SECRET_KEY_FALLBACKS = []
        assert client.get("/users/").status_code == 200

    def test_a_change_of_the_password_ends_the_other_sessions(self, max, signed_in_as, rotate):
        here, elsewhere = signed_in_as(max), signed_in_as(max)
        rotate()
        for browser in (here, elsewhere):
            browser.get("/profile/")
        here.post(
            "/password/change/",
            {"current_password": PASSWORD, "new_password": OWN, "confirm_password": OWN},
        )
        assert [browser.get("/profile/").status_code for browser in (here, elsewhere)] == [200, 302]

    def test_a_session_from_before_a_new_password_is_none(self, max, signed_in_as, rotate):
        client = signed_in_as(max)
        rotate()
        max.set_own_password(max.password)
        max.save()
        assert client.get("/profile/").status_code == 302

    def test_reset_links_stay_good(self, client, reset_link, rotate):
        rotate()
        assert client.get(reset_link, follow=True).status_code == 200

    def test_invitations_stay_good(self, client, invitation_link, rotate):
        rotate()
        assert client.get(invitation_link, follow=True).status_code == 200

    def test_sealed_passwords_can_be_fetched(self, rotate):
        box = encryption.seal("maple-orbit")
        rotate()
        assert encryption.unseal(box) == "maple-orbit"

    def test_forms_that_are_open_can_be_sent(self, ada, max, signed_in_as, rotate):
        client = signed_in_as(ada)
        client.get(f"{max.get_absolute_url()}deactivate/")
        rotate()
        assert client.post(f"{max.get_absolute_url()}deactivate/").status_code == 302


class TestWithoutIt:
    def test_everybody_is_signed_out(self, ada, signed_in_as, rotate):
        client = signed_in_as(ada)
        rotate(keep=False)
        assert client.get("/users/").status_code == 302

    def test_links_are_dead(self, client, reset_link, invitation_link, rotate):
        rotate(keep=False)
        assert [client.get(link).status_code for link in (reset_link, invitation_link)] == [
            410,
            410,
        ]


def test_a_link_made_with_the_new_key_is_good_as_well(client, max, rotate):
    rotate()
    max.reset_link_at = timezone.now() - timedelta(minutes=1)
    max.save()
    assert client.get(f"/reset/{max.public_id}/{tokens.make(max)}/", follow=True).status_code == 200
