"""Each error page is our own, whoever in Django gives it."""

import logging
from io import StringIO

import psycopg
import pytest
from django.conf import settings
from django.db import OperationalError
from django.test import Client

from accounts.models import Organization
from accounts.web import responses
from tests.conftest import text_of
from vectice_admin import log


@pytest.fixture
def calm():
    """A client that shows the error page, as a browser would see it."""
    return Client(raise_request_exception=False)


def breaks_with(monkeypatch, error):
    def broken(*args, **kwargs):
        raise error

    monkeypatch.setattr("accounts.sign_in.views.forms.SignIn", broken)


class TestPages:
    def test_400(self, calm, db):
        response = calm.get("/sign-in/", headers={"host": "evil.test"})
        assert (response.status_code, "could not be understood" in text_of(response)) == (400, True)

    def test_403(self, calm, max, signed_in_as):
        response = signed_in_as(max).get("/users/")
        assert "You may not do this Only Admins may see the users of the organization." in text_of(
            response
        )

    def test_404(self, calm, db):
        assert "There is no such page" in text_of(calm.get("/nowhere/"))

    def test_405_with_what_is_allowed(self, calm, db):
        response = calm.get("/sign-out/")
        assert ("cannot be used that way" in text_of(response), response["Allow"]) == (True, "POST")

    def test_413(self, calm, db):
        assert "too much at once" in text_of(calm.post("/sign-in/", {"email": "x" * 200_000}))

    def test_500_tells_nothing_of_its_cause(self, calm, db, monkeypatch):
        breaks_with(monkeypatch, RuntimeError("secret of the inside"))
        response = calm.get("/sign-in/")
        assert (response.status_code, "secret" in response.content.decode()) == (500, False)

    def test_503_when_the_database_is_away(self, calm, db, monkeypatch):
        breaks_with(monkeypatch, OperationalError("connection refused by db.internal"))
        response = calm.get("/sign-in/")
        assert (
            response.status_code,
            response["Retry-After"],
            "db.internal" in response.content.decode(),
        ) == (
            503,
            "10",
            False,
        )

    def test_403_names_the_organization_as_it_is_called_by_now(self, calm, max, signed_in_as):
        Organization.objects.create(name="Southwind")
        assert "ask an Admin of Southwind." in text_of(signed_in_as(max).get("/users/"))

    def test_403_names_it_as_in_the_environment_where_the_database_does_not_answer(
        self, rf, monkeypatch
    ):
        def away():
            raise OperationalError

        monkeypatch.setattr(Organization, "current", away)
        page = responses.error(rf.get("/users/"), 403)
        assert "ask an Admin of Northwind Analytics." in text_of(page)

    def test_503_when_it_is_away_before_the_view(self, calm, max, monkeypatch, settings):
        def away(self):
            raise OperationalError

        monkeypatch.setattr("accounts.kernel.session_store.SessionStore._get_session_from_db", away)
        calm.cookies[settings.SESSION_COOKIE_NAME] = "x" * 32
        assert calm.get("/profile/").status_code == 503

    def test_csrf_failure_says_what_may_be_wrong(self, max):
        response = Client(enforce_csrf_checks=True).post("/profile/", {"full_name": "x"})
        assert (response.status_code, "allow cookies for this site" in text_of(response)) == (
            403,
            True,
        )

    @pytest.mark.parametrize(
        ("path", "status", "code"),
        [("/nowhere/", 404, "not_found"), ("/sign-out/", 405, "method_not_allowed")],
    )
    def test_are_a_code_for_programs(self, calm, db, path, status, code):
        response = calm.get(path, headers={"accept": "application/json"})
        assert (response.status_code, response.json()) == (status, {"code": code})


class TestLog:
    @pytest.fixture
    def written(self, calm, db, monkeypatch):
        """Return a function: what the log says of a page that a fault keeps from being made."""

        def ask(fault, cause=None):
            fault.__cause__ = cause

            def away(self):
                raise fault

            handler = logging.StreamHandler(stream := StringIO())
            handler.setFormatter(log.OneLine("%(message)s"))
            for name in ("vectice_admin.errors", "django.request"):
                monkeypatch.setattr(logging.getLogger(name), "handlers", [handler])
            monkeypatch.setattr(
                "accounts.kernel.session_store.SessionStore._get_session_from_db", away
            )
            calm.cookies[settings.SESSION_COOKIE_NAME] = "x" * 32
            assert calm.get("/profile/").status_code == 503
            return stream.getvalue()

        return ask

    def test_says_of_a_database_that_is_away_in_lines_alone(self, written):
        assert "Traceback" not in (
            text := written(OperationalError("hunter2"), psycopg.OperationalError("hunter2"))
        )
        assert ("out of reach: psycopg.OperationalError\n" in text, "hunter2" in text) == (
            True,
            False,
        )
        assert "out of reach: psycopg.errors.AdminShutdown\n" in written(
            OperationalError(), psycopg.errors.AdminShutdown()
        )

    def test_says_where_it_broke_when_the_database_answered_and_refused(self, written):
        text = written(OperationalError("hunter2"), psycopg.errors.QueryCanceled("hunter2"))
        assert "did not do what it was asked: psycopg.errors.QueryCanceled\nTraceback" in text
        assert (text.count("_get_session_from_db"), "hunter2" in text) == (1, False)

    def test_of_a_fault_has_no_password(self, calm, max, monkeypatch, caplog):
        def broken(*args, **kwargs):
            raise RuntimeError("the hasher broke")

        monkeypatch.setattr("accounts.kernel.crypto.hashers.matches", broken)
        calm.post("/sign-in/", {"email": max.email, "password": "marker-password-123"})
        assert "the hasher broke" in caplog.text
        assert "marker-password-123" not in caplog.text

    def test_masks_reset_links(self):
        record = logging.LogRecord(
            "x", logging.INFO, "", 0, "Not Found: %s", ("/reset/9f8b/tp2kab-1582f724/",), None
        )
        log.MaskLinks().filter(record)
        assert record.getMessage() == "Not Found: /…/"

    def test_keeps_one_event_on_one_line(self):
        record = logging.LogRecord(
            "x", logging.INFO, "", 0, "a\nINFO admin signed in\x1b[2J\u2028", (), None
        )
        assert log.OneLine("%(message)s").format(record) == r"a\nINFO admin signed in\x1b[2J\u2028"
