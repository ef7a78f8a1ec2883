"""
During an upgrade the version before is still served on the new schema: what it reads and writes goes on working.

Its tables are taken as its last migration knew them, so it names no column that came since.
"""

import pytest
from django.db import connection
from django.db.migrations.loader import MigrationLoader
from django.utils import timezone

import accounts.users.queries
import accounts.users.search_keys
from accounts.models import BulkJob, DormancyWarning, User

VERSION_BEFORE = ("accounts", "0003_people_come_and_go")

pytestmark = pytest.mark.django_db


@pytest.fixture
def before():
    """The tables as the version before knows them."""
    return MigrationLoader(connection).project_state(VERSION_BEFORE).apps


@pytest.fixture
def old_user(before):
    """A user whom the version before has stored."""
    return before.get_model("accounts", "User").objects.create(
        email="elodie@example.com",
        full_name="Élodie Nyström",
        name_key="elodie nystrom",
        role="member",
        password="!",
    )


def test_stores_people_and_changes_them(before, old_user):
    old_user.role, old_user.is_active = "viewer", False
    old_user.save()
    user = User.objects.get()
    assert (user.role, user.is_active, user.keyboard_shortcuts, user.invited_by) == (
        "viewer",
        False,
        True,
        None,
    )


def test_reads_people_whom_the_new_version_stored(before, max):
    assert before.get_model("accounts", "User").objects.get().email == max.email


def test_signs_people_in(before, old_user):
    now = timezone.now()
    old_user.last_sign_in_at = now
    old_user.save()
    before.get_model("accounts", "Session").objects.create(
        session_key="x" * 64, expire_date=now, user=old_user
    )
    before.get_model("accounts", "AuditEvent").objects.create(
        action="session.signed_in", actor_kind="user", actor=old_user, target=old_user
    )
    assert User.objects.get().sessions.count() == 1


def test_changes_settings_and_runs_imports(before, old_user):
    before.get_model("accounts", "Organization").objects.create(id=1, name="Northwind")
    job = before.get_model("accounts", "ImportJob").objects.create(
        started_by=old_user, file_name="x.csv"
    )
    row = before.get_model("accounts", "ImportRow").objects.create(
        job=job, line=1, email="x@example.com"
    )
    row.outcome = "done"
    row.save()
    assert before.get_model("accounts", "Organization").objects.get().name == "Northwind"


def test_starts_jobs_and_warns_the_dormant(max):
    known = (
        MigrationLoader(connection)
        .project_state(("accounts", "0011_how_much_is_checked"))
        .apps.get_model
    )
    user = known("accounts", "User").objects.get()
    known("accounts", "BulkJob").objects.create(started_by=user, action="deactivate")
    known("accounts", "DormancyWarning").objects.create(user=user, due_on="2026-03-01", days=3)
    job, warning = BulkJob.objects.get(), DormancyWarning.objects.get()
    assert (
        job.address,
        job.user_agent,
        job.fault,
        bool(warning.queued_at and warning.sent_at),
    ) == (None, "", "", True)


def test_finds_its_people_in_the_search_once_the_worker_has_passed(old_user):
    assert accounts.users.queries.found_by("nystrom").count() == 0
    accounts.users.search_keys.add_search_keys()
    assert [user.full_name for user in accounts.users.queries.found_by("nystrom")] == [
        "Élodie Nyström"
    ]


def test_a_name_it_changes_is_found_again(before, old_user):
    accounts.users.search_keys.add_search_keys()
    changed = before.get_model("accounts", "User").objects.get()
    changed.full_name, changed.name_key = "Zoë Quispe", "zoe quispe"
    changed.save()
    before.get_model("accounts", "AuditEvent").objects.create(
        action="user.edited", actor_kind="user", actor=changed, target=changed
    )
    accounts.users.search_keys.add_search_keys()
    assert [user.full_name for user in accounts.users.queries.found_by("quispe")] == ["Zoë Quispe"]
