"""A host or an origin that is not ours is refused, and the log says which it was and what to set."""

from itertools import count

import pytest
from django.test import Client

from vectice_admin import strangers

TOKEN = "a" * 32


HOURS = count(1)


@pytest.fixture(autouse=True)
def nobody_yet(later):
    """It is another hour than in any test before, so that nothing was said a moment ago."""
    later(hours=next(HOURS))


@pytest.fixture
def log(caplog):
    """Return a function that returns what was logged as warnings since it was last asked."""

    def lines():
        found = [record.getMessage() for record in caplog.records if record.levelname == "WARNING"]
        caplog.clear()
        return found

    return lines


def ask(host):
    return (
        Client(raise_request_exception=False).get("/sign-in/", headers={"host": host}).status_code
    )


def post(settings, **headers):
    browser = Client(enforce_csrf_checks=True, raise_request_exception=False)
    browser.cookies[settings.CSRF_COOKIE_NAME] = TOKEN
    form = {"email": "x@example.com", "password": "hunter2", "csrfmiddlewaretoken": TOKEN}
    secure = settings.SECURE_PROXY_SSL_HEADER is None
    return browser.post("/sign-in/", form, headers=headers, secure=secure).status_code


@pytest.mark.django_db
class TestHost:
    def test_that_is_not_ours_is_named_with_the_setting(self, log, settings):
        assert ask("people.example.org:8443") == 400
        (line,) = log()
        assert "'people.example.org:8443'" in line
        assert settings.PUBLIC_URL in line
        assert "ALLOWED_HOSTS" in line

    def test_that_is_ours_is_not(self, log):
        assert (ask("admin.northwind.example"), log()) == (200, [])

    def test_is_said_once_a_minute(self, log, later):
        said = []
        for minutes in (0, 0.5, 0.6, 1):
            later(minutes=minutes)
            ask("people.example.org")
            said.append(len(log()))
        assert said == [1, 0, 1, 1]

    def test_is_one_of_few_where_somebody_tries_many(self, log):
        for number in range(30):
            ask(f"host-{number}.example.org")
        assert len(log()) == strangers.MOST_NAMES

    @pytest.mark.parametrize("host", ["x" * 5000, "évil.example\x1b[31m", "a_b.example", "a b/c?d"])
    def test_is_shown_short_and_escaped_whatever_it_is(self, log, host):
        assert ask(host) == 400
        (line,) = log()
        assert line.isascii()
        assert line.isprintable()
        assert len(line) < 450


@pytest.mark.django_db
class TestOrigin:
    def test_that_is_not_ours_is_named_with_the_setting(self, log, settings):
        assert post(settings, origin="https://admin.northwind.example:8443") == 403
        (line,) = log()
        assert "'https://admin.northwind.example:8443'" in line
        assert f"PUBLIC_URL is {settings.PUBLIC_URL}" in line

    def test_is_taken_from_the_referer_without_its_path(self, log, settings):
        settings.SECURE_PROXY_SSL_HEADER = None
        assert (
            post(settings, referer="https://me:pw@other.example:8443/reset/abc/secret-token/")
            == 403
        )
        (line,) = log()
        assert "'https://other.example:8443'" in line
        assert "secret-token" not in line

    def test_that_is_ours_is_not_named_and_neither_is_a_missing_token(self, log, settings):
        assert post(settings, origin=settings.PUBLIC_URL) != 403
        assert Client(enforce_csrf_checks=True).post("/sign-in/", {}).status_code == 422
        assert log() == []
