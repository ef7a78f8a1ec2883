"""The database goes away, in each of the ways it can, behind a real server; everybody is told so, soon."""

import os
import select
import socket
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from http.client import HTTPConnection
from urllib.parse import urlsplit

import pytest
from django.conf import settings
from django.db import connection

from tests.wiring.test_gunicorn import ROOT, _wait_for
from vectice_admin.outage import Outage

VISITORS = 24  # at once; there are eight threads


class Way:
    """A way to PostgreSQL that can be `open`, or one that `refuses`, or one that takes everything and says nothing."""

    def __init__(self, host, port):
        self.there, self.state, self.tries = (host, port), "open", 0
        self.listener = socket.create_server(("127.0.0.1", 0), backlog=64)
        self.port = self.listener.getsockname()[1]
        threading.Thread(target=self._listen, daemon=True).start()

    def is_now(self, state):
        self.state, self.tries = state, 0

    def _listen(self):
        while True:
            try:
                near, _address = self.listener.accept()
            except OSError:
                return
            self.tries += 1
            threading.Thread(target=self._carry, args=(near,), daemon=True).start()

    def _carry(self, near):
        far = None
        with near:
            while self.state != "refuses":
                if self.state == "silent":
                    time.sleep(0.05)
                    continue
                far = far or socket.create_connection(self.there)
                for ready in select.select([near, far], [], [], 0.05)[0]:
                    if self.state != "open":
                        break
                    data = ready.recv(65536)
                    if not data:
                        return far.close()
                    (far if ready is near else near).sendall(data)
        if far:
            far.close()


@pytest.fixture
def way(transactional_db):
    if connection.vendor != "postgresql":
        pytest.skip("an outage needs PostgreSQL (TEST_DATABASE_URL)")
    url = urlsplit(os.environ["TEST_DATABASE_URL"])
    way = Way(url.hostname, url.port or 5432)
    yield way
    way.is_now("refuses")
    way.listener.close()


@pytest.fixture
def ask(way, tmp_path):
    """Return a function that asks a server behind `way` for a page; it returns the status and Retry-After."""
    url = urlsplit(os.environ["TEST_DATABASE_URL"])
    database = f"postgres://{url.netloc.rpartition('@')[0]}@127.0.0.1:{way.port}/{connection.settings_dict['NAME']}"
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
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

    # Somebody's session is looked for; the answers need no files that `collectstatic` makes.
    headers = {"Accept": "application/json", "Cookie": "session=" + "x" * 32}

    def asks(path="/profile/"):
        client = HTTPConnection(
            "127.0.0.1", port, timeout=10
        )  # far beyond the two seconds, for a machine that is busy
        client.request("GET", path, headers=headers)
        answer = client.getresponse()
        answer.read()
        client.close()
        return answer.status, answer.getheader("Retry-After")

    with (tmp_path / "log").open("wb") as log:
        process = subprocess.Popen(command, cwd=ROOT, env=environment, stderr=log)
    try:
        _wait_for(port)
        yield asks
    finally:
        process.terminate()
        process.wait()


def at_once(ask):
    with ThreadPoolExecutor(VISITORS) as visitors:
        return set(visitors.map(lambda _: ask(), range(VISITORS)))


@pytest.mark.postgresql
@pytest.mark.parametrize("state", ["refuses", "silent"])
def test_everybody_is_told_and_served_again(way, ask, state):
    assert at_once(ask) == {(302, None)}
    connections = way.tries
    way.is_now(state)
    assert (at_once(ask), at_once(ask)) == ({(503, "10")}, {(503, "10")})
    assert (ask("/health/live")[0], ask("/health/ready")[0]) == (200, 503)
    assert way.tries <= 3 * connections + 10  # not one for each who asked
    way.is_now("open")
    end = time.monotonic() + 10
    while ask()[0] != 302:
        assert time.monotonic() < end
        time.sleep(0.2)
    assert at_once(ask) == {(302, None)}


@pytest.fixture
def held_up():
    """Nobody's session is found until this is called, though the server is there."""
    rows = connection.copy()
    rows.set_autocommit(False)
    with rows.cursor() as cursor:
        cursor.execute("LOCK TABLE accounts_session IN ACCESS EXCLUSIVE MODE")
    yield rows.rollback
    rows.close()


@pytest.mark.postgresql
class TestAStatementUnderWay:
    def test_is_not_waited_for_where_the_server_falls_silent(self, way, ask, held_up):
        with ThreadPoolExecutor(VISITORS) as visitors:
            asked = [visitors.submit(ask) for _ in range(VISITORS)]
            time.sleep(0.5)
            way.is_now("silent")
            assert {answer.result() for answer in asked} == {(503, "10")}

    def test_is_waited_for_where_it_only_takes_long(self, way, ask, held_up):
        with ThreadPoolExecutor(1) as visitor:
            asked = visitor.submit(ask)
            time.sleep(3)
            held_up()
            assert asked.result() == (302, None)


class TestOutage:
    def test_lets_one_see_in_two_seconds(self, monkeypatch):
        now = [0.0]
        monkeypatch.setattr(time, "monotonic", lambda: now[0])
        outage = Outage()
        assert [outage.may_try() for _ in range(2)] == [True, True]
        outage.began()
        seen = []
        for now[0] in (0.1, 1.9, 2.1, 2.2, 4.0, 4.2, 4.3):
            seen.append(outage.may_try())
        assert seen == [False, False, True, False, False, True, False]
        outage.ended()
        assert outage.may_try()


def test_threads_do_not_wait_for_each_others_organization(ada, monkeypatch):
    """In Python 3.11 functools.cached_property lets one thread through for all objects together."""
    from accounts.kernel.actor import Actor
    from accounts.models import Organization

    both = threading.Barrier(2, timeout=10)
    monkeypatch.setattr(Organization, "current", lambda: both.wait() >= 0)
    with ThreadPoolExecutor(2) as threads:
        assert list(
            threads.map(lambda actor: actor.organization, [Actor.system(), Actor.system()])
        ) == [True, True]
