"""
During an upgrade each version goes on with the sessions of the other.

The version before leaves the columns empty that came since, and looks into the session's contents.
"""

import pytest
from django.db import connection
from django.db.migrations.loader import MigrationLoader
from django.test import Client

from accounts.kernel import sessions
from accounts.kernel.session_store import SessionStore
from accounts.models import Session

NEW = "a sentence that nobody guesses"
CHOSEN = {"new_password": NEW, "confirm_password": NEW}


@pytest.fixture
def signed_in_before(settings, signed_in_as):
    """
    Return a function that returns a Client whose session has these contents and no column of this
    version.
    """

    def sign_in(user, **contents):
        key = signed_in_as(user, method="password").cookies[settings.SESSION_COOKIE_NAME].value
        store = SessionStore(key)
        store.update(contents)
        store.save()
        row = Session.objects.get()
        old = MigrationLoader(connection).project_state(("accounts", "0025_last_active_on")).apps
        old_session = old.get_model("accounts", "Session")
        kept = {
            field.attname: getattr(row, field.attname)
            for field in old_session._meta.concrete_fields
        }
        row.delete()
        old_session.objects.create(**kept)
        client = Client()
        client.cookies[settings.SESSION_COOKIE_NAME] = key
        return client

    return sign_in


def test_is_still_signed_in(max, signed_in_before):
    assert signed_in_before(max).get("/profile/").status_code == 200


def test_has_proven_the_password_when_it_began(max, signed_in_before, settings):
    store = SessionStore(signed_in_before(max).cookies[settings.SESSION_COOKIE_NAME].value)
    store.load()
    facts = sessions.facts(store)
    assert (facts.authenticated_at, facts.methods, facts.next_path) == (
        store.row.started_at,
        ("password",),
        "",
    )


def test_is_still_in_its_forced_change_and_leads_on(nils, signed_in_before):
    browser = signed_in_before(nils, knows_temporary_password=True, next="/roles/")
    assert browser.get("/profile/")["Location"] == "/password/change/"
    assert browser.post("/password/change/", CHOSEN)["Location"] == "/roles/"


def test_that_did_not_sign_in_with_the_temporary_password_is_asked_for_it(nils, signed_in_before):
    assert signed_in_before(nils).post("/password/change/", CHOSEN).status_code == 422


def test_begun_here_tells_the_version_before_that_the_temporary_password_is_known(
    nils, signed_in_as, settings
):
    browser = signed_in_as(nils, next_path="/roles/")
    contents = SessionStore(browser.cookies[settings.SESSION_COOKIE_NAME].value).load()
    assert (contents["knows_temporary_password"], contents["next"]) == (True, "/roles/")


def test_begun_here_is_known_by_its_columns(nils, signed_in_as, settings):
    browser = signed_in_as(nils, method="password")
    store = SessionStore(browser.cookies[settings.SESSION_COOKIE_NAME].value)
    store["knows_temporary_password"] = True
    store.save()
    assert browser.post("/password/change/", CHOSEN).status_code == 422
