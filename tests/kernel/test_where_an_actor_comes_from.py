"""What an entry says of how somebody came in, and of what it is about."""

from io import StringIO

import pytest
from django.core.management import call_command

import accounts.invitations.actions
from accounts.models import AuditEvent, Session
from tests.conftest import PASSWORD

CHOSEN = "a sentence that somebody chose"
pytestmark = pytest.mark.django_db

ORIGIN = ("via", "request_id", "session")


def origin(event):
    return tuple(getattr(event, name) for name in ORIGIN)


def test_a_page_names_the_request_and_the_session(ada, max, signed_in_as):
    client = signed_in_as(ada)
    response = client.post(f"/users/{max.public_id}/deactivate/", {"version": max.version})
    event = AuditEvent.objects.get(action="user.deactivated")
    assert origin(event) == ("page", response["X-Request-ID"], Session.objects.get().public_id)


def test_a_visitor_has_no_session(client, max):
    client.post("/sign-in/", {"email": max.email, "password": "wrong"})
    event = AuditEvent.objects.get(action="session.sign_in_failed")
    assert (event.via, event.session) == ("page", None)


def test_a_sign_in_names_the_session_that_begins(client, max):
    client.post("/sign-in/", {"email": max.email, "password": PASSWORD})
    event = AuditEvent.objects.get(action="session.signed_in")
    assert event.session == Session.objects.get(user=max).public_id


def test_a_sign_in_does_not_name_the_session_that_it_replaces(ada, max, signed_in_as):
    client = signed_in_as(ada)
    client.post("/sign-in/", {"email": max.email, "password": PASSWORD})
    event = AuditEvent.objects.get(action="session.signed_in")
    assert event.session == Session.objects.get(user=max).public_id


def test_joining_names_the_session_that_begins(ada, acting, client):
    _invitation, path = accounts.invitations.actions.invite(
        "new@example.com", actor=acting(ada), role="viewer", by_mail=False
    )
    form = {"full_name": "New", "new_password": CHOSEN, "confirm_password": CHOSEN}
    client.post(client.get(path)["Location"], form)
    event = AuditEvent.objects.get(action="invitation.accepted")
    assert event.session == Session.objects.get().public_id


def test_a_command_says_so():
    call_command("createadmin", "root@example.com", stdout=StringIO())
    assert origin(AuditEvent.objects.get()) == ("command", None, None)


def test_the_worker_says_so(client, max, work):
    client.post("/forgot-password/", {"email": max.email})
    work()
    assert origin(AuditEvent.objects.get(action="password.reset_requested")) == (
        "worker",
        None,
        None,
    )


def test_a_person_is_named_as_the_subject(ada, max, signed_in_as):
    signed_in_as(ada).post(f"/users/{max.public_id}/deactivate/", {"version": max.version})
    event = AuditEvent.objects.get(action="user.deactivated")
    assert (event.subject_type, event.subject_id) == ("user", str(max.public_id))


def test_what_is_no_person_is_named_as_the_subject(ada, acting):
    invitation, _link = accounts.invitations.actions.invite(
        "new@example.com", actor=acting(ada), role="viewer", by_mail=False
    )
    event = AuditEvent.objects.get()
    assert (event.target, event.subject_type, event.subject_id) == (
        None,
        "invitation",
        str(invitation.public_id),
    )


def test_an_entry_of_the_version_before_is_shown(ada, max, signed_in_as):
    AuditEvent.objects.create(
        action="user.edited", actor_kind="system", target=max, details={"gone_key": "kept"}
    )
    page = signed_in_as(ada).get("/audit/").content.decode()
    assert ("Name or address changed" in page, "gone_key" in page) == (True, True)
