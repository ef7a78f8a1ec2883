"""What was ended after the backup is not alive again after the restore, which cannot know what that was."""

from dataclasses import replace

import pytest
from django.db import DatabaseError
from django.utils import timezone

import accounts.invitations.actions
from accounts.kernel import lifecycle
from accounts.kernel.crypto import encryption, tokens
from accounts.models import (
    BulkAction,
    BulkJob,
    BulkRow,
    BulkState,
    ImportJob,
    ImportMode,
    ImportRow,
    ImportState,
    Session,
)
from tests.conftest import PASSWORD, TEMPORARY
from tests.operations.test_backup import PRODUCT, run
from vectice_admin.operations import backups

START = """
import sys, django
from django.conf import settings
settings.STORAGES["staticfiles"]["BACKEND"] = "django.contrib.staticfiles.storage.StaticFilesStorage"
django.setup()
from django.test import Client
def browser(**cookies):
    client = Client(headers={"host": "localhost"})
    client.cookies.load(cookies)
    return client
"""
OPEN = (
    START + "print([browser(session=sys.argv[1]).get(path).status_code for path in sys.argv[2:]])"
)
SEND_AGAIN = f"""{START}
from accounts.models import Invitation
ada = browser()
ada.post("/sign-in/", {{"email": "ada@example.com", "password": "{PASSWORD}"}})
page = ada.post(f"/invitations/{{Invitation.objects.get().public_id}}/link/")
print(page.status_code, "/join/" in page.content.decode())
"""
SIGN_IN = f"""{START}
answer = browser().post("/sign-in/", {{"email": "nils@example.com", "password": "{TEMPORARY}"}})
print(answer.status_code)
"""
SEALED = f"""{START}
from accounts.models import *
print([(job.passwords_taken_at is not None, [row.sealed_password for row in job.rows.all()])
    for kind in (ImportJob, BulkJob) for job in kind.objects.all()])
"""


@pytest.fixture
def cookie(transactional_db, ada, signed_in_as, settings):
    """The value of ada's session cookie."""
    return signed_in_as(ada).cookies[settings.SESSION_COOKIE_NAME].value


@pytest.fixture
def reset_link(transactional_db, ada):
    ada.reset_link_at = timezone.now()
    ada.save()
    return f"/reset/{ada.public_id}/{tokens.make(ada)}/"


@pytest.fixture
def join_link(transactional_db, ada, acting):
    return accounts.invitations.actions.invite(
        "new@example.com", actor=acting(ada), role="member", by_mail=False
    )[1]


@pytest.fixture
def waiting_passwords(transactional_db, ada):
    """An import and a bulk change that are done, whose temporary passwords nobody has downloaded yet."""
    done, box = {"started_by": ada, "finished_at": timezone.now()}, encryption.seal("maple-orbit")
    job = ImportJob.objects.create(
        state=ImportState.DONE, mode=ImportMode.CREATE, file_name="x.csv", **done
    )
    ImportRow.objects.create(job=job, line=1, sealed_password=box)
    job = BulkJob.objects.create(state=BulkState.DONE, action=BulkAction.RESET_PASSWORD, **done)
    BulkRow.objects.create(job=job, user=ada, sealed_password=box)


@pytest.fixture
def restored(installation, tmp_path):
    """Return a function that backs up, restores elsewhere, runs Python there, and returns what that printed."""

    def go(code, *arguments):
        run("backup", str(tmp_path / "backup"))
        assert (
            installation("manage.py", "restore", str(tmp_path / "backup"), **PRODUCT).stderr == ""
        )
        return installation("-c", code, *arguments, **PRODUCT).stdout.strip()

    return go


def test_sessions_are_ended(restored, cookie):
    assert restored(OPEN, cookie, "/profile/") == "[302]"


def test_reset_links_are_dead(restored, reset_link):
    assert restored(OPEN, "", reset_link) == "[410]"


class TestInvitations:
    def test_are_dead(self, restored, join_link):
        assert restored(OPEN, "", join_link) == "[410]"

    def test_can_be_sent_again(self, restored, join_link):
        assert restored(SEND_AGAIN) == "200 True"


def test_temporary_passwords_sign_nobody_in(transactional_db, nils, restored):
    assert restored(SIGN_IN) == "422"


def test_temporary_passwords_that_waited_are_forgotten(restored, waiting_passwords):
    assert restored(SEALED) == "[(True, ['']), (True, [''])]"


def test_the_operator_is_told(transactional_db, ada, installation, tmp_path):
    run("backup", str(tmp_path / "backup"))
    said = installation("manage.py", "restore", str(tmp_path / "backup"), **PRODUCT).stdout
    assert "Everybody is signed out" in said


@pytest.fixture
def revoke_with(monkeypatch):
    """Return a function: what a model's rows are revoked with is another one in this test."""

    def other(model, function):
        declared = replace(lifecycle.DECLARED[model], revoke_after_restore=function)
        monkeypatch.setitem(lifecycle.DECLARED, model, declared)

    return other


class TestThatCannotEndThem:
    @pytest.fixture
    def broken(self, transactional_db, revoke_with):
        def away():
            raise DatabaseError("column is missing\nLINE 1: …")

        revoke_with(ImportRow, away)

    def test_says_that_it_must_not_be_served(self, broken):
        with pytest.raises(
            backups.Refused, match=r"must not be served.*column is missing\. Restore"
        ):
            backups.end_what_may_have_ended()


def test_a_backup_that_has_not_all_tables_yet_is_no_obstacle(cookie, revoke_with):
    def missing():
        raise DatabaseError

    revoke_with(BulkRow, missing)
    before = Session.objects.count()
    lifecycle.revoke_after_restore({"accounts_session"})
    assert (before, Session.objects.count()) == (1, 0)
