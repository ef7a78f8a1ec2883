"""A file that cannot be sent to its end is seen to be cut off, through a real server."""

import os
import socket
import subprocess
import sys
from http.client import HTTPConnection, IncompleteRead

import pytest
from django.conf import settings
from django.db import connection
from django.utils.http import urlencode

from accounts.kernel import paging
from accounts.models import AuditEvent
from tests.wiring.test_gunicorn import ROOT, _wait_for

TOKEN = "a" * 32


@pytest.fixture
def served(transactional_db, tmp_path):
    """gunicorn with the product on the database of the tests: its port, and the path of its log."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    name = connection.settings_dict["NAME"]
    server = os.environ.get("TEST_DATABASE_URL", "").rpartition("/")[0]
    database = f"{server}/{name}" if server else f"sqlite:///{name}"
    environment = {
        **os.environ,
        "DATABASE_URL": database,
        "PORT": str(port),
        "REDIS_URL": "",
        "WEB_CONCURRENCY": "1",
    }
    environment |= {
        "DJANGO_SETTINGS_MODULE": "vectice_admin.settings",
        "SECRET_KEY": settings.SECRET_KEY,
    }
    command = [sys.executable, "-m", "gunicorn", "--config", "python:vectice_admin.gunicorn"]
    with (tmp_path / "log").open("wb") as log:
        process = subprocess.Popen(command, cwd=ROOT, env=environment, stderr=log)
    try:
        _wait_for(port)
        yield port, tmp_path / "log"
    finally:
        process.terminate()
        process.wait()


@pytest.fixture
def entries(transactional_db):
    """As many as are taken from the database twice, the oldest of which cannot be written into any file."""
    bad = AuditEvent.objects.create(
        action="user.edited", actor_kind="system", details=["no details"]
    )
    good = (
        AuditEvent(action="user.edited", actor_kind="system") for _ in range(paging.AT_ONCE + 500)
    )
    AuditEvent.objects.bulk_create(good)
    return bad


@pytest.fixture
def asked(served, ada, signed_in_as):
    """Return a function that asks for the audit trail as a file, and returns the answer with nothing read of it."""
    answers = HTTPConnection("127.0.0.1", served[0], timeout=30)

    def ask(kind, **filters):
        cookie = (
            f"session={signed_in_as(ada).cookies[settings.SESSION_COOKIE_NAME].value}; csrf={TOKEN}"
        )
        headers = {"Cookie": cookie, "Content-Type": "application/x-www-form-urlencoded"}
        body = urlencode({"csrfmiddlewaretoken": TOKEN, "format": kind, **filters})
        answers.request("POST", "/audit/export/", body, headers)
        return answers.getresponse()

    yield ask
    answers.close()


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
class TestAFile:
    def test_ends_where_it_is_whole(self, asked, entries, kind):
        response = asked(kind, action="audit.exported")
        assert (response.status, len(response.read()) > 100) == (200, True)

    def test_is_cut_off_where_it_is_not(self, asked, entries, kind):
        response = asked(kind)
        with pytest.raises(IncompleteRead) as cut_off:
            response.read()
        assert (response.status, len(cut_off.value.partial) > 100) == (200, True)


def test_the_log_says_so(served, asked, entries):
    with pytest.raises(IncompleteRead):
        asked("csv").read()
    assert "TypeError" in served[1].read_text()
