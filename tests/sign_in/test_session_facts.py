"""What a session knows of the sign-in that began it."""

import pytest
from django.utils import timezone

import accounts.invitations.actions
from accounts.kernel import sessions
from accounts.kernel.session_store import SessionStore
from accounts.models import Invitation
from tests.conftest import PASSWORD, TEMPORARY

NEW = "a sentence that nobody guesses"
CHOSEN = {"new_password": NEW, "confirm_password": NEW}


@pytest.fixture
def facts(client, settings):
    """Return a function that returns the Facts of the client's session."""

    def read():
        store = SessionStore(client.cookies[settings.SESSION_COOKIE_NAME].value)
        store.load()
        return sessions.facts(store)

    return read


def sign_in(client, user, password):
    client.post("/sign-in/", {"email": user.email, "password": password, "next": "/roles/"})


def test_of_a_password(client, max, facts, clock):
    sign_in(client, max, PASSWORD)
    assert facts() == sessions.Facts(timezone.now(), ("password",), None, "")


def test_of_a_temporary_password(client, nils, facts, clock):
    sign_in(client, nils, TEMPORARY)
    assert facts() == sessions.Facts(timezone.now(), ("temporary_password",), None, "/roles/")


def test_once_an_own_password_is_chosen(client, nils, facts, later):
    sign_in(client, nils, TEMPORARY)
    later(minutes=3)
    client.post("/password/change/", CHOSEN)
    assert facts() == sessions.Facts(timezone.now(), ("password",), None, "")


def test_of_who_joins_by_a_link(client, ada, facts, acting, clock):
    accounts.invitations.actions.invite("new@example.com", actor=acting(ada), role="member")
    client.get(accounts.invitations.actions.path_of(Invitation.objects.get()))
    client.post(f"/join/{Invitation.objects.get().public_id}/", {"full_name": "New", **CHOSEN})
    assert facts() == sessions.Facts(timezone.now(), ("link",), None, "")
