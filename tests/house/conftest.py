"""One of everything: people, links, jobs in each state, a failed mail, a view, so that each page has something real."""

import io
from types import SimpleNamespace

import pytest
from django.urls import reverse
from django.utils import timezone
from django_tasks import TaskResultStatus
from django_tasks_db.models import DBTaskResult

import accounts.imports.uploads
import accounts.invitations.actions
import accounts.passwords.actions
from accounts.kernel import outbox
from accounts.kernel.crypto import encryption, tokens
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
    Organization,
    SavedView,
)
from accounts.users.mails import AccountWasActivated


def an_import(admin, state, **fields):
    """Store an import with one row, whose temporary password waits where it is done."""
    job = ImportJob.objects.create(
        state=state, file_name=f"{state}.csv", started_by=admin, **fields
    )
    box = encryption.seal("canyon-thrift-clunky-zebra") if state == ImportState.DONE else ""
    row = {
        "email": f"{state}@example.com",
        "role": "member",
        "outcome": "done" if box else "pending",
    }
    ImportRow.objects.create(job=job, line=1, sealed_password=box, **row)
    return job


def a_bulk(admin, user, state, **fields):
    """Store a bulk reset of one person, whose temporary password waits where it is done."""
    job = BulkJob.objects.create(
        state=state, action=BulkAction.RESET_PASSWORD, started_by=admin, **fields
    )
    box = encryption.seal("canyon-thrift-clunky-zebra") if state == BulkState.DONE else ""
    outcome = "done" if state == BulkState.DONE else "pending"
    BulkRow.objects.create(job=job, user=user, sealed_password=box, outcome=outcome)
    return job


@pytest.fixture
def stage(ada, max, vera, nils, dora, acting, signed_in_as):
    """One of everything, by name; Members may not invite."""
    signed_in_as(max)
    Organization.objects.create(name="Northwind", members_may_invite=False)
    over, made = {"finished_at": timezone.now()}, {"mode": ImportMode.CREATE}
    found = SimpleNamespace(ada=ada, max=max, vera=vera, nils=nils, dora=dora)
    found.checked_import = an_import(ada, ImportState.CHECKED)
    file = io.BytesIO("name,email\nFran‡ois,f@example.com\n".encode("cp1252"))
    found.doubtful_import = accounts.imports.uploads.take(
        file, "people.csv", actor=acting(ada)
    ).public_id
    found.running_import = an_import(ada, ImportState.RUNNING, **made)
    found.done_import = an_import(ada, ImportState.DONE, **made, **over)
    found.ready_bulk = a_bulk(ada, max, BulkState.READY)
    found.running_bulk = a_bulk(ada, max, BulkState.RUNNING)
    found.done_bulk = a_bulk(ada, max, BulkState.DONE, **over)
    found.view = SavedView.objects.create(
        owner=ada, name="Viewers", query="role=viewer", is_shared=True
    )
    found.invitation, found.join = accounts.invitations.actions.invite(
        "b@example.com", actor=acting(ada), role="member", by_mail=False
    )
    accounts.passwords.actions.reset_by_admin(dora, actor=acting(ada))
    found.dispute = (
        f"/unexpected/{tokens.make_for_dispute(AuditEvent.objects.latest('pk').pk, dora.email)}/"
    )
    accounts.passwords.actions.issue_reset_link.call(email=max.email, address=None, user_agent="")
    max.refresh_from_db(), dora.refresh_from_db()
    found.reset_link = f"/reset/{max.public_id}/{tokens.make(max)}/"
    AccountWasActivated().queue(max, by=acting(ada))
    found.failed_mail = DBTaskResult.objects.filter(task_path=outbox.deliver.module_path).latest(
        "enqueued_at"
    )
    DBTaskResult.objects.filter(pk=found.failed_mail.pk).update(
        status=TaskResultStatus.FAILED, finished_at=timezone.now()
    )
    return found


def path(name, *ids):
    return reverse(name, args=[getattr(one, "public_id", one) for one in ids])
