"""A backup or a restore that is killed, or finds no room, leaves nothing that anybody would trust or trip over."""

import errno
import os
import signal
import sqlite3
import subprocess
import sys
import time

import psycopg
import pytest
from django.core.management import CommandError
from django.db import OperationalError, connection
from django.db.utils import ConnectionHandler

from tests.operations.conftest import ROOT
from tests.operations.test_backup import MARKED, PRODUCT, run
from vectice_admin.operations import files, refused, sqlite

pytestmark = pytest.mark.django_db(transaction=True)

KILLED = """
import os, sys, django
django.setup()
from django.core.management import call_command
from accounts.kernel import lifecycle
lifecycle.revoke_after_restore = lambda tables: os._exit(9)
call_command("restore", sys.argv[1])
"""
ASKED = """
import django
django.setup()
from django.test import Client
from vectice_admin.operations.doctor import stores
print(Client(headers={"host": "localhost"}).get("/health/ready").status_code, *[found.level for found in
    stores.findings() if found.subject == "Restore"])
"""
SESSIONS = """
import django
django.setup()
from django.db import connection
with connection.cursor() as cursor:
    cursor.execute("SELECT count(*) FROM accounts_session")
    print(cursor.fetchone()[0])
"""


@pytest.fixture
def backup(ada, signed_in_as, tmp_path):
    """A backup of a database in which ada is signed in."""
    signed_in_as(ada)
    run("backup", str(tmp_path / "backup.gz"))
    return tmp_path / "backup.gz"


def left_in(folder):
    return sorted(path.name for path in folder.iterdir() if ".part" in path.name)


class TestRestoreThatIsKilled:
    def test_leaves_a_database_that_is_refused(self, backup, installation):
        assert installation("-c", KILLED, str(backup), **PRODUCT).returncode == 9
        assert installation("-c", ASKED, **PRODUCT).stdout == "503 wrong\n"

    def test_leaves_one_that_is_not_backed_up(self, backup, installation, tmp_path):
        installation("-c", KILLED, str(backup), **PRODUCT)
        refused = installation("manage.py", "backup", str(tmp_path / "again"), **PRODUCT)
        assert (refused.returncode, "did not come to its end" in refused.stderr) == (1, True)

    def test_is_another_one_than_one_that_ended(self, backup, installation):
        installation("manage.py", "restore", str(backup), **PRODUCT)
        assert installation("-c", ASKED, **PRODUCT).stdout == "200\n"

    @pytest.mark.postgresql
    def test_takes_pg_restore_with_it_and_leaves_the_mark(
        self, backup, elsewhere, installation, tmp_path
    ):
        if connection.vendor != "postgresql":
            pytest.skip("only PostgreSQL needs pg_restore (TEST_DATABASE_URL)")
        note = tmp_path / "pid"
        stand_in(
            tmp_path, "pg_restore", f"echo $$ > {note}.new; mv {note}.new {note}; exec sleep 60"
        )
        path = f"{tmp_path}:{os.environ['PATH']}"
        environment = {
            **os.environ,
            "DATABASE_URL": elsewhere,
            "PUBLIC_URL": "http://localhost",
            **PRODUCT,
        }
        command = [sys.executable, "manage.py", "restore", str(backup)]
        parent = subprocess.Popen(command, cwd=ROOT, env={**environment, "PATH": path})
        wait_for(note.exists)
        child = int(note.read_text())
        assert is_alive(child)
        parent.send_signal(signal.SIGKILL)
        parent.wait()
        wait_for(lambda: not is_alive(child))
        assert "1" in installation("-c", MARKED, **PRODUCT).stdout


def stand_in(folder, name, script):
    (folder / name).write_text(f"#!/bin/sh\n{script}\n")
    (folder / name).chmod(0o755)


def is_alive(pid):
    """Return whether there is such a process, and not only what is left of one that nobody has waited for."""
    try:
        state = subprocess.run(
            ["ps", "-o", "stat=", "-p", str(pid)], capture_output=True, text=True, check=True
        ).stdout
    except subprocess.CalledProcessError:
        return False
    return not state.startswith("Z")


def wait_for(condition):
    end = time.monotonic() + 30
    while not condition():
        assert time.monotonic() < end
        time.sleep(0.05)


class TestRestoreThatIsRefused:
    @pytest.fixture
    def newer(self, ada, signed_in_as, tmp_path):
        """A backup that a newer version made, in which ada is signed in."""
        signed_in_as(ada)
        with connection.cursor() as cursor:
            cursor.execute(
                "INSERT INTO django_migrations (app, name, applied) VALUES ('accounts', '9999_later', CURRENT_TIMESTAMP)"
            )
        run("backup", str(tmp_path / "newer"))
        yield tmp_path / "newer"
        with connection.cursor() as cursor:
            cursor.execute("DELETE FROM django_migrations WHERE name = '9999_later'")

    def test_for_being_newer_has_its_sessions_ended(self, newer, installation):
        done = installation("manage.py", "restore", str(newer), **PRODUCT)
        assert (done.returncode, "migration 9999_later" in done.stderr) == (1, True)
        assert installation("-c", SESSIONS, **PRODUCT).stdout == "0\n"

    def test_for_being_newer_may_be_served_by_the_newer_version(self, newer, installation):
        installation("manage.py", "restore", str(newer), **PRODUCT)
        assert installation("-c", MARKED, **PRODUCT).stdout == "0\n"

    def test_for_being_incomplete_has_its_sessions_ended_and_is_never_ready(
        self, backup, installation
    ):
        code = "from vectice_admin.operations import backups; backups.audit_trail_is_guarded = lambda: False"
        code = f"import django; django.setup(); {code}; from django.core.management import call_command"
        done = installation(
            "-c",
            f"import sys; {code}; call_command('restore', sys.argv[1])",
            str(backup),
            **PRODUCT,
        )
        assert "the backup is incomplete" in done.stderr
        assert installation("-c", SESSIONS, **PRODUCT).stdout == "0\n"
        assert installation("-c", MARKED, **PRODUCT).stdout == "1\n"


class TestFullDisk:
    @pytest.fixture
    def database(self, tmp_path):
        """Return a function that opens an SQLite file as a database of its own, whatever is tested on."""
        opened = []

        def open_it(name, *, rows=0):
            options = {"ENGINE": "django.db.backends.sqlite3", "NAME": str(tmp_path / name)}
            opened.append(ConnectionHandler({"default": options})["default"])
            with opened[-1].cursor() as cursor:
                for table in ("django_migrations", "accounts_user") if rows else ():
                    cursor.execute(f"CREATE TABLE {table} (text)")
                    cursor.execute(f"INSERT INTO {table} SELECT hex(zeroblob({rows}))")
            return opened[-1]

        yield open_it
        for one in opened:
            one.close()

    @pytest.fixture
    def small(self, monkeypatch):
        """SQLite finds room for three pages in every database that it opens from now on."""

        def connect(*arguments, **options):
            made = sqlite3.Connection(*arguments, **options)
            made.execute("PRAGMA max_page_count = 3")
            return made

        monkeypatch.setattr(sqlite.sqlite3, "connect", connect)

    @pytest.mark.parametrize("compressed", [True, False])
    def test_is_one_line_of_a_backup_and_leaves_nothing(
        self, database, tmp_path, request, compressed
    ):
        full = database("full", rows=50_000)
        request.getfixturevalue("small")
        beside = tmp_path / "backup.gz"
        with (
            pytest.raises(CommandError) as said,
            refused.without_traceback(),
            files.private_file(beside) as part,
        ):
            sqlite.dump(full, part, compressed=compressed)
        assert (str(said.value), left_in(tmp_path)) == (refused.FULL, [])

    def test_is_not_blamed_on_the_file_that_is_restored(self, database, tmp_path):
        sqlite.dump(database("full", rows=50_000), tmp_path / "backup", compressed=True)
        empty = database("empty")
        with empty.cursor() as cursor:
            cursor.execute("PRAGMA max_page_count = 3")
        with pytest.raises(CommandError) as said, refused.without_traceback():
            sqlite.load(empty, tmp_path / "backup")
        assert (str(said.value), empty.introspection.table_names(), left_in(tmp_path)) == (
            refused.FULL,
            [],
            [],
        )

    @pytest.mark.postgresql
    @pytest.mark.parametrize("program", ["pg_dump", "pg_restore"])
    def test_is_said_by_postgresql_in_words_of_its_own(
        self, backup, installation, tmp_path, program
    ):
        if connection.vendor != "postgresql":
            pytest.skip("only PostgreSQL needs pg_dump (TEST_DATABASE_URL)")
        text = "could not write to file: No space left on device"
        stand_in(tmp_path, program, f"echo '{program}: error: {text}' >&2; exit 1")
        path = {"PATH": f"{tmp_path}:{os.environ['PATH']}"}
        if program == "pg_dump":
            installation("manage.py", "migrate", "--verbosity", "0", **PRODUCT)
        command, file = ("backup", "other") if program == "pg_dump" else ("restore", "backup.gz")
        done = installation("manage.py", command, str(tmp_path / file), **PRODUCT, **path)
        assert (done.returncode, done.stderr.strip()) == (1, f"Refused: {refused.FULL}")

    def test_is_known_by_what_each_driver_raises(self):
        def wrapped(cause):
            error = OperationalError(str(cause))
            error.__cause__ = cause
            return error

        full = sqlite3.OperationalError("database or disk is full")
        full.sqlite_errorcode = sqlite3.SQLITE_FULL
        found = [
            refused.full_disk(wrapped(cause))
            for cause in (full, psycopg.errors.DiskFull(), ValueError())
        ]
        assert found == [True, True, False]


class TestLeftOvers:
    OLD = (
        ".today.gz.0123abcd.part",
        ".today.gz.0123abcd.part-journal",
        "..today.gz.0123abcd.part.89abcdef.part",
    )

    @pytest.fixture
    def folder(self, tmp_path):
        for name in (*self.OLD, ".notes.part", "x.0123abcd.part", ".today.gz.0123abcd.partial"):
            (tmp_path / name).write_text("x")
        return tmp_path

    def test_are_removed_by_the_next_backup_which_touches_nothing_else(self, ada, folder):
        run("backup", str(folder / "backup"))
        assert left_in(folder) == [".notes.part", ".today.gz.0123abcd.partial", "x.0123abcd.part"]

    def test_stay_while_another_backup_is_written(self, ada, folder):
        with files.private_file(folder / "other") as part:
            for name in self.OLD:
                (folder / name).write_text("x")
            run("backup", str(folder / "backup"))
            assert part.exists()
            assert set(self.OLD) <= set(left_in(folder))

    def test_are_left_where_a_folder_cannot_be_locked_and_the_backup_is_made(
        self, ada, folder, monkeypatch
    ):
        """As on NFS, of which flock(2) says that a folder is not open for writing."""

        def refuse(*arguments):
            raise OSError(errno.EBADF, os.strerror(errno.EBADF))

        monkeypatch.setattr(files.fcntl, "flock", refuse)
        run("backup", str(folder / "backup"))
        assert (folder / "backup").stat().st_size > 0
        assert set(self.OLD) <= set(left_in(folder))

    def test_of_a_backup_that_is_killed_are_there_until_the_next(self, ada, folder, installation):
        """The process ends as by kill -9: none of its own tidying is done."""
        code = "import os, sys, pathlib; from vectice_admin.operations import files\n"
        code += "with files.private_file(pathlib.Path(sys.argv[1])): os._exit(9)"
        installation("-c", code, str(folder / "killed"))
        assert any("killed" in name for name in left_in(folder))
        run("backup", str(folder / "backup"))
        assert not any("killed" in name for name in left_in(folder))


def test_a_restore_that_was_killed_before_its_first_row_can_be_done_again(backup, installation):
    marked = "import django; django.setup(); from vectice_admin.operations import unfinished; unfinished.mark()"
    installation("-c", marked, **PRODUCT)
    assert installation("manage.py", "restore", str(backup), **PRODUCT).returncode == 0
    assert installation("-c", ASKED, **PRODUCT).stdout == "200\n"
