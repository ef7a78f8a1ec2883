"""A backup is worth what its restore is: into an empty place, and somebody signs in there."""

import gzip
import stat
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection

from accounts.kernel import audit
from accounts.models import AuditEvent
from accounts.profile.events import ProfileChanged
from tests.conftest import PASSWORD
from vectice_admin.operations import backups

SIGN_IN = f"""
import django
from django.conf import settings
settings.STORAGES["staticfiles"]["BACKEND"] = "django.contrib.staticfiles.storage.StaticFilesStorage"
django.setup()
from django.test import Client
client = Client(headers={{"host": "localhost"}})
sent = client.post("/sign-in/", {{"email": "ada@example.com", "password": "{PASSWORD}"}})
print(sent.status_code, client.get("/users/").status_code)
"""
TAMPER = """
import django
django.setup()
from accounts.models import AuditEvent
from django.db import DatabaseError
try:
    AuditEvent.objects.update(address=None)
except DatabaseError as refused:
    print(AuditEvent.objects.count(), refused)
"""
MARKED = "import django; django.setup(); from vectice_admin.operations import unfinished; print(int(unfinished.is_marked()))"
PRODUCT = {"DJANGO_SETTINGS_MODULE": "vectice_admin.settings"}


def run(*arguments):
    out = StringIO()
    call_command(*arguments, stdout=out)
    return out.getvalue()


@pytest.fixture
def backup(transactional_db, ada, acting, tmp_path):
    """A backup of a database in which there are ada and an audit entry."""
    audit.record(ProfileChanged(), actor=acting(ada), target=ada)
    run("backup", str(tmp_path / "backup.gz"))
    return tmp_path / "backup.gz"


class TestBackup:
    def test_may_be_read_by_its_owner_only(self, backup):
        assert stat.S_IMODE(backup.stat().st_mode) == 0o600

    def test_leaves_nothing_beside_it(self, backup):
        assert [path.name for path in backup.parent.iterdir() if "backup" in path.name] == [
            "backup.gz"
        ]

    def test_is_never_written_over(self, backup):
        before = backup.read_bytes()
        with pytest.raises(CommandError, match="is there already"):
            run("backup", str(backup))
        assert backup.read_bytes() == before

    def test_says_that_the_folder_is_missing(self, transactional_db, tmp_path):
        with pytest.raises(CommandError, match="is no folder"):
            run("backup", str(tmp_path / "nowhere" / "backup"))

    def test_of_nothing_is_refused(self, installation, tmp_path):
        done = installation("manage.py", "backup", str(tmp_path / "nothing"), **PRODUCT)
        assert (done.returncode, done.stdout, "nothing to back up" in done.stderr) == (1, "", True)
        assert len(done.stderr.splitlines()) == 1

    def test_that_fails_leaves_nothing(self, transactional_db, tmp_path, monkeypatch):
        def broken(part, path):
            raise OSError(28, "No space left on device", str(part))

        monkeypatch.setattr(backups, "move_in_place", broken)
        with pytest.raises(CommandError, match="The disk is full"):
            run("backup", str(tmp_path / "backup"))
        assert list(tmp_path.glob("*backup*")) == []

    def test_is_remembered_in_the_database(self, backup):
        assert backups.last_made_at() is not None

    @pytest.mark.postgresql
    def test_says_that_pg_dump_is_missing(self, transactional_db, tmp_path, monkeypatch):
        if connection.vendor != "postgresql":
            pytest.skip("only PostgreSQL needs pg_dump (TEST_DATABASE_URL)")
        monkeypatch.setenv("PATH", str(tmp_path))
        with pytest.raises(CommandError, match="pg_dump is not on the PATH"):
            run("backup", str(tmp_path / "backup"))


class TestRestore:
    def test_lets_people_sign_in_again(self, backup, installation):
        done = installation("manage.py", "restore", str(backup), **PRODUCT)
        assert (done.returncode, done.stderr, "Restored 1 users" in done.stdout) == (0, "", True)
        assert installation("-c", SIGN_IN, **PRODUCT).stdout == "302 200\n"

    def test_keeps_the_audit_trail_guarded(self, backup, installation):
        installation("manage.py", "restore", str(backup), **PRODUCT)
        assert "1 The audit trail is append-only." in installation("-c", TAMPER, **PRODUCT).stdout

    def test_goes_only_into_an_empty_database(self, backup):
        with pytest.raises(CommandError, match="not empty"):
            run("restore", str(backup))

    @pytest.mark.parametrize(
        "contents", [b"", b"not a backup", b"\x1f\x8bbroken", gzip.compress(b"x" * 100, mtime=0)]
    )
    def test_of_something_else_is_refused_and_changes_nothing(
        self, installation, tmp_path, contents
    ):
        (tmp_path / "wrong").write_bytes(contents)
        done = installation("manage.py", "restore", str(tmp_path / "wrong"), **PRODUCT)
        assert (done.returncode, done.stdout, len(done.stderr.splitlines())) == (1, "", 1)
        assert (
            "nothing to back up"
            in installation("manage.py", "backup", str(tmp_path / "b"), **PRODUCT).stderr
        )

    def test_of_half_a_backup_is_refused_and_changes_nothing(self, backup, installation, tmp_path):
        (tmp_path / "half").write_bytes(backup.read_bytes()[: backup.stat().st_size // 2])
        done = installation("manage.py", "restore", str(tmp_path / "half"), **PRODUCT)
        assert (done.returncode, len(done.stderr.splitlines())) == (1, 1)
        assert (
            "has none of our tables"
            in installation("manage.py", "backup", str(tmp_path / "b"), **PRODUCT).stderr
        )
        assert installation("-c", MARKED, **PRODUCT).stdout == "0\n"

    def test_of_no_file_is_refused(self, transactional_db, tmp_path):
        with pytest.raises(CommandError, match="is no file"):
            run("restore", str(tmp_path / "nothing"))


def test_a_database_that_is_away_is_one_line(installation, tmp_path):
    url = (
        "sqlite:////nowhere/at/all.sqlite3"
        if connection.vendor == "sqlite"
        else "postgres://x:hunter2@127.0.0.1:1/x"
    )
    done = installation(
        "manage.py", "backup", str(tmp_path / "b"), **{**PRODUCT, "DATABASE_URL": url}
    )
    assert (done.returncode, len(done.stderr.splitlines()), "hunter2" in done.stderr) == (
        1,
        1,
        False,
    )


def test_the_audit_trail_is_seen_to_be_guarded(ada, acting):
    event = audit.record(ProfileChanged(), actor=acting(ada), target=ada)
    assert backups.audit_trail_is_guarded()
    with pytest.raises(DatabaseError):
        AuditEvent.objects.filter(pk=event.pk).delete()
