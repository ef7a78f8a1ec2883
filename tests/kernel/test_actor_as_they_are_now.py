"""Whoever has lost the right a moment ago does not get through on an old copy of themselves, whatever the frame."""

import uuid
from datetime import timedelta

import pytest
from django.db import transaction
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

import accounts.audit_trail.queries
import accounts.bulk.actions
import accounts.exports.actions
import accounts.imports.actions
import accounts.invitations.actions
import accounts.mail.actions
import accounts.organization.actions
import accounts.saved_views.actions
import accounts.users.actions
import accounts.users.activation
from accounts.kernel.crypto import encryption
from accounts.kernel.errors import NotPermitted
from accounts.models import (
    AuditEvent,
    BulkAction,
    BulkJob,
    BulkRow,
    BulkState,
    ImportJob,
    ImportMode,
    ImportRow,
    ImportState,
    Invitation,
    Organization,
    SavedView,
    User,
)
from accounts.saved_views.subject import NoSuchView
from accounts.users.filters import Filters
from accounts.web.words import trail

ACTS = {
    "add": lambda actor: accounts.users.actions.create(
        "new@example.com", actor=actor, full_name="New", role="viewer"
    ),
    "invite": lambda actor: accounts.invitations.actions.invite(
        "new@example.com", actor=actor, role="viewer"
    ),
    "settings": lambda actor: accounts.organization.actions.change_settings(
        actor=actor, expected_version=0, **{**Organization.current().facts, "name": "Southwind"}
    ),
}

FORMER = {
    "demoted": {"role": "viewer"},
    "deactivated": {"is_active": False},
    "deleted": {"is_active": False, "deleted_at": timezone.now()},
}


@pytest.fixture(params=["demoted", "deactivated", "deleted"])
def former(request, ada, new_user, acting):
    """The Actor of an Admin as a request began with it; since then they are one no more."""
    actor = acting(new_user("Grace Hopper", "admin"))
    User.objects.filter(pk=actor.user.pk).update(**FORMER[request.param])
    return actor


def outcomes(acts, actor):
    """Return {name: (whether the act was refused, how many entries and tasks it left)}; whatever one did is undone."""
    found = {}
    for name, act in acts.items():
        with transaction.atomic():
            try:
                act(actor)
            except NotPermitted:
                refused = True
            else:
                refused = False
            found[name] = (refused, AuditEvent.objects.count() + DBTaskResult.objects.count())
            transaction.set_rollback(True)
    return found


def test_may_not_any_more(former):
    assert outcomes(ACTS, former) == dict.fromkeys(ACTS, (True, 0))


def test_may_not_cancel_an_invitation_any_more(former, ada, acting):
    invitation, _link = accounts.invitations.actions.invite(
        "new@example.com", actor=acting(ada), role="viewer"
    )
    with pytest.raises(NotPermitted):
        accounts.invitations.actions.cancel(invitation.public_id, actor=former)


def test_may_not_deactivate_any_more(former, max):
    with pytest.raises(NotPermitted):
        accounts.users.activation.deactivate(max.pk, actor=former)


def bulk_job(state, action=BulkAction.DEACTIVATE, **fields):
    job = BulkJob.objects.create(
        state=state, action=action, started_by=User.objects.get(email="ada@example.com")
    )
    BulkRow.objects.create(job=job, user=User.objects.get(email="max@example.com"), **fields)
    return job


def import_job(state, **fields):
    started_by = User.objects.get(email="ada@example.com")
    job = ImportJob.objects.create(
        state=state, mode=ImportMode.CREATE, started_by=started_by, file_name="x.csv"
    )
    ImportRow.objects.create(job=job, line=1, email="new@example.com", **fields)
    return job


def invitation():
    return Invitation.objects.create(
        email="new@example.com",
        role="viewer",
        invited_by=User.objects.get(email="ada@example.com"),
        expires_at=timezone.now() + timedelta(days=1),
    )


def view_of_somebody(**fields):
    return SavedView.objects.create(name="Viewers", query="role=viewer", **fields).public_id


BOX = encryption.seal("maple-orbit")
PEOPLE = {"action": "deactivate"}
# Acts on what is there already; each is given the former Admin's Actor.
ON_THINGS = {
    "choose people": lambda actor: accounts.bulk.actions.choose(
        [User.objects.get(email="max@example.com").public_id], actor=actor, **PEOPLE
    ),
    "start a bulk change": lambda actor: accounts.bulk.actions.start(
        bulk_job(BulkState.READY).public_id, actor=actor
    ),
    "stop a bulk change": lambda actor: accounts.bulk.actions.cancel(
        bulk_job(BulkState.RUNNING).public_id, actor=actor
    ),
    "take its passwords": lambda actor: accounts.bulk.actions.take_passwords(
        bulk_job(BulkState.DONE, BulkAction.RESET_PASSWORD, sealed_password=BOX).public_id,
        actor=actor,
    ),
    "start an import": lambda actor: accounts.imports.actions.start(
        import_job(ImportState.CHECKED).public_id, actor=actor, mode="create"
    ),
    "stop an import": lambda actor: accounts.imports.actions.cancel(
        import_job(ImportState.RUNNING).public_id, actor=actor
    ),
    "take passwords of an import": lambda actor: accounts.imports.actions.take_passwords(
        import_job(ImportState.DONE, sealed_password=BOX).public_id, actor=actor
    ),
    "show a link of an invitation": lambda actor: accounts.invitations.actions.renew(
        invitation().public_id, actor=actor, by_mail=False
    ),
    "mail another invitation": lambda actor: accounts.invitations.actions.renew(
        invitation().public_id, actor=actor, by_mail=True
    ),
    "choose columns": lambda actor: accounts.saved_views.actions.choose_columns(
        ["email"], actor=actor
    ),
    "save a view": lambda actor: accounts.saved_views.actions.save_view(
        Filters(), actor=actor, name="All", is_shared=True
    ),
    "delete an own view": lambda actor: accounts.saved_views.actions.delete_view(
        view_of_somebody(owner=actor.user), actor=actor
    ),
    "try a mail again": lambda actor: accounts.mail.actions.try_again(uuid.uuid4(), actor=actor),
    "export users": lambda actor: accounts.exports.actions.export(
        Filters(), actor=actor, kind="csv"
    ),
    "export the trail": lambda actor: accounts.exports.actions.audit_trail(
        accounts.audit_trail.queries.Filters(), actor=actor, in_words=trail.Entry
    ),
    "export people of a bulk change": lambda actor: accounts.exports.actions.people_of_bulk(
        bulk_job(BulkState.DONE), actor=actor, kind="csv", in_words=str
    ),
    "export rows of an import": lambda actor: accounts.exports.actions.rows_of_import(
        import_job(ImportState.DONE), actor=actor, kind="csv", in_words=str
    ),
}


@pytest.mark.parametrize("former", ["demoted"], indirect=True)
def test_may_not_act_on_things_any_more(former, max):
    assert outcomes(ON_THINGS, former) == dict.fromkeys(ON_THINGS, (True, 0))


def test_may_while_they_are_one(ada, max, acting):
    assert [
        name for name, (refused, _left) in outcomes(ON_THINGS, acting(ada)).items() if refused
    ] == []


def test_deletes_no_view_of_who_is_an_admin_again(ada, new_user, acting):
    grace = new_user("Grace Hopper", "admin")
    view = view_of_somebody(owner=grace, is_shared=True)
    with pytest.raises(NoSuchView):
        accounts.saved_views.actions.delete_view(view, actor=acting(ada))
    User.objects.filter(pk=grace.pk).update(role="member")
    accounts.saved_views.actions.delete_view(view, actor=acting(ada))
    assert not SavedView.objects.exists()
