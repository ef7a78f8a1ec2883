"""What the product keeps can be read by its own user only, whatever the umask."""

import grp
import os
import socket
import stat
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest
from django.db import ConnectionHandler

from vectice_admin import private

ROOT = Path(__file__).parent.parent.parent
# One that this user may give a file to, and that new files do not get by themselves where there is such a one.
GROUP = (
    "daemon"
    if os.geteuid() == 0
    else grp.getgrgid(max(os.getgroups(), key=os.getegid().__ne__)).gr_name
)

pytestmark = pytest.mark.usefixtures("_lax_umask")


@pytest.fixture
def _as_made(monkeypatch):
    """What is made keeps the mode that it is made with: whoever opens it before it is closed keeps it open."""
    monkeypatch.setattr(Path, "chmod", lambda *_: pytest.fail("closed later"))


@pytest.fixture
def opened():
    """Return a function that opens an SQLite file as the product does, writes into it, and keeps it open."""
    connections = []

    def open_one(path):
        options = {"init_command": "PRAGMA journal_mode=WAL;"}
        connection = ConnectionHandler(
            {"default": {"ENGINE": "vectice_admin.sqlite", "NAME": path, "OPTIONS": options}}
        )["default"]
        connections.append(connection)
        connection.inc_thread_sharing()
        with connection.cursor() as cursor:
            cursor.execute("CREATE TABLE IF NOT EXISTS t (a)")
        return connection

    yield open_one
    for connection in connections:
        connection.close()


def modes(folder):
    return {path.name: stat.S_IMODE(path.stat().st_mode) for path in folder.iterdir()}


class TestSqlite:
    @pytest.fixture(autouse=True)
    def _may_open(self, django_db_blocker):
        with django_db_blocker.unblock():
            yield

    def test_makes_no_file_that_others_read(self, opened, tmp_path):
        opened(tmp_path / "x.sqlite3")
        assert modes(tmp_path) == dict.fromkeys(
            ("x.sqlite3", "x.sqlite3-wal", "x.sqlite3-shm"), 0o600
        )

    @pytest.mark.usefixtures("_as_made")
    def test_makes_none_that_others_read_for_a_moment(self, opened, tmp_path):
        opened(tmp_path / "x.sqlite3")
        assert set(modes(tmp_path).values()) == {0o600}

    def test_closes_files_of_the_version_before(self, opened, tmp_path):
        for name in ("x.sqlite3", "x.sqlite3-wal", "x.sqlite3-shm"):
            (tmp_path / name).touch(0o644)
        opened(tmp_path / "x.sqlite3")
        assert set(modes(tmp_path).values()) == {0o600}

    def test_keeps_the_locks_of_who_has_it_open_when_it_is_opened_again(self, opened, tmp_path):
        path = tmp_path / "x.sqlite3"
        first = opened(path)
        opened(path)
        # A command, say: who closes the database as the last one that has it open takes the -wal away.
        write = "import sqlite3, sys; c = sqlite3.connect(sys.argv[1]); c.execute('INSERT INTO t VALUES (1)'); c.commit(); c.close()"
        subprocess.run([sys.executable, "-c", write, path], check=True)
        assert (tmp_path / "x.sqlite3-wal").exists()
        with first.cursor() as cursor:
            assert cursor.execute("SELECT count(*) FROM t").fetchone() == (1,)

    def test_leaves_what_a_group_was_given(self, opened, tmp_path):
        (tmp_path / "x.sqlite3").touch(0o660)
        opened(tmp_path / "x.sqlite3")
        assert modes(tmp_path)["x.sqlite3"] == 0o660


class TestFolder:
    @pytest.mark.parametrize(
        ("before", "after"), [(None, 0o700), (0o755, 0o700), (0o777, 0o700), (0o750, 0o750)]
    )
    def test_is_closed_to_everybody_else(self, tmp_path, before, after):
        if before:
            (tmp_path / "var").mkdir(before)
        private.folder(tmp_path / "var")
        assert modes(tmp_path) == {"var": after}

    @pytest.mark.usefixtures("_as_made")
    def test_is_open_to_nobody_else_for_a_moment(self, tmp_path):
        private.folder(tmp_path / "var")
        assert modes(tmp_path) == {"var": 0o700}

    def test_is_the_one_that_settings_keep_all_in(self, read, monkeypatch):
        closed = []
        monkeypatch.setattr(private, "folder", closed.append)
        assert read(DATABASE_URL="")["VAR"] in closed


class TestUnixSocket:
    @pytest.fixture
    def served(self, tmp_path):
        """The path of a Unix socket at which gunicorn serves the product."""
        path = tmp_path / "web.sock"
        environment = {
            **os.environ,
            "DATABASE_URL": f"sqlite:///{tmp_path}/x.sqlite3",
            "DEBUG": "on",
            "REDIS_URL": "",
        }
        environment |= {"DJANGO_SETTINGS_MODULE": "vectice_admin.settings", "WEB_CONCURRENCY": "1"}
        environment |= {"BIND": f"unix:{path}", "SOCKET_GROUP": GROUP}
        command = [sys.executable, "-m", "gunicorn", "--config", "python:vectice_admin.gunicorn"]
        with subprocess.Popen(
            command, cwd=ROOT, env=environment, stderr=subprocess.DEVNULL
        ) as process:
            killer = threading.Timer(60, process.kill)
            killer.start()
            try:
                while process.poll() is None and not _answers(path):
                    time.sleep(0.1)
                yield path
            finally:
                killer.cancel()
                process.terminate()

    def test_is_for_the_group_of_the_proxy_alone(self, served):
        assert (stat.S_IMODE(served.stat().st_mode), served.group()) == (0o660, GROUP)


def _answers(path):
    with socket.socket(socket.AF_UNIX) as peer:
        peer.settimeout(0.2)
        try:
            peer.connect(str(path))
            peer.sendall(b"GET /health/live HTTP/1.1\r\nHost: x\r\n\r\n")
            return peer.recv(12) == b"HTTP/1.1 200"
        except OSError:
            return False
