"""
Every form of Admins, sent with real ids by everybody who may not: refused, and no row of any table is another.

Each is one that an Admin may send, and that changes something then; a page without a line here fails.
"""

import pytest
from django.apps import apps
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.test import Client

from accounts.kernel import sessions
from accounts.models import AuditEvent, Counter, RefusalCount, Session
from tests.house.conftest import path
from tests.house.test_every_page_is_guarded import ONLY_READ, names

# For whoever comes, or each for themselves; what these do to others is asked below.
FOR_ALL = {"sign-in", "sign-out", "forgot-password", "choose-password", "join", "unexpected"}
OWN = {"change-password", "profile", "end-session", "end-other-sessions"}


def forms_of_admins(stage):
    """Return where each form goes and what it says, by the name of its page."""
    max, nils, dora, invitation = stage.max, stage.nils, stage.dora, stage.invitation
    person = {"full_name": "Max Born", "email": "born@example.com"}
    new = {**person, "role": "admin", "new_password": ""}
    table = SimpleUploadedFile("people.csv", b"name,email\nBob,bob@example.com\n", "text/csv")
    return {
        "reset-password": (path("reset-password", max), {"new_password": ""}),
        "end-user-session": (_end_one_of(max), {}),
        "end-user-sessions": (path("end-user-sessions", max), {}),
        "change-role": (path("change-role", max), {"role": "admin"}),
        "deactivate": (path("deactivate", max), {}),
        "activate": (path("activate", dora), {}),
        "edit-user": (path("edit-user", max), person),
        "delete-user": (path("delete-user", dora), {"typed": dora.email}),
        "add-user": (path("add-user"), new),
        "invite": (
            path("invite"),
            {"addresses": "new@example.com", "role": "viewer", "step": "link"},
        ),
        "invitation-link": (path("invitation-link", invitation), {}),
        "resend-invitation": (path("resend-invitation", invitation), {}),
        "cancel-invitation": (path("cancel-invitation", invitation), {}),
        "cancel-all-invitations": (path("cancel-all-invitations"), {}),
        "organization": (
            path("organization"),
            {"name": "Southwind", "mail_is_on": "on", "version": 0},
        ),
        "expire-credential": (path("expire-credential", nils), {}),
        "remind": (path("remind", nils), {}),
        "export-users": (path("export-users"), {"format": "csv"}),
        "audit-export": (path("audit-export"), {"format": "csv"}),
        "imports": (path("imports"), {"file": table}),
        "read-import-again": (
            path("read-import-again", stage.doubtful_import),
            {"encoding": "cp850"},
        ),
        "start-import": (path("start-import", stage.checked_import), {"mode": "create"}),
        "cancel-import": (path("cancel-import", stage.running_import), {}),
        "import-result": (path("import-result", stage.done_import), {"format": "csv"}),
        "import-passwords": (path("import-passwords", stage.done_import), {"format": "csv"}),
        "columns": (path("columns"), {"column": ["role"]}),
        "views": (path("views"), {"name": "All of them", "is_shared": "on"}),
        "delete-view": (path("delete-view", stage.view), {}),
        "choose-bulk": (
            path("choose-bulk"),
            {"action": "deactivate", "user": [str(max.public_id)]},
        ),
        "start-bulk": (path("start-bulk", stage.ready_bulk), {}),
        "cancel-bulk": (path("cancel-bulk", stage.running_bulk), {}),
        "bulk-result": (path("bulk-result", stage.done_bulk), {"format": "csv"}),
        "bulk-passwords": (path("bulk-passwords", stage.done_bulk), {"format": "csv"}),
        "retry-mail": (path("retry-mail", stage.failed_mail.pk), {}),
    }


def _end_one_of(user):
    device = sessions.for_user(user).order_by("started_at").first()
    return f"/users/{user.public_id}/sessions/{device.public_id}/end/"


def every_row():
    """Return all that the database holds, but for who was refused, who was seen when, and what is counted."""
    found = {}
    for model in apps.get_models():
        if model not in (Counter, RefusalCount):
            columns = {field.attname for field in model._meta.concrete_fields} - {"last_active_on"}
            rows = model._base_manager.values(*({"pk", "user"} if model is Session else columns))
            rows = rows.exclude(action="access.denied") if model is AuditEvent else rows
            found[model.__name__] = sorted(map(repr, rows))
    return found


def sent(client, form):
    """Return the answer to a form, read to its end."""
    where, typed = form
    for value in typed.values():
        if hasattr(value, "seek"):
            value.seek(0)
    response = client.post(where, typed)
    if response.streaming:
        b"".join(response.streaming_content)
    return response


@pytest.fixture
def forms(stage):
    return forms_of_admins(stage)


@pytest.fixture
def clients(stage, signed_in_as):
    """Everybody who may not, by what they are, with the statuses that they may get."""
    return {
        "visitor": (Client(), {302}),
        "viewer": (signed_in_as(stage.vera), {403}),
        "member": (signed_in_as(stage.max), {403}),
        "must change": (signed_in_as(stage.nils), {302}),
    }


def test_every_page_has_a_form_or_says_why_not(forms):
    assert sorted(names()) == sorted({*forms, *FOR_ALL, *OWN, *ONLY_READ})


def test_a_form_without_the_right_is_refused_and_changes_nothing(clients, forms):
    before, wrong = every_row(), []
    for who, (client, statuses) in clients.items():
        for name, form in forms.items():
            response, now = sent(client, form), every_row()
            changed = [model for model, rows in now.items() if rows != before[model]]
            if response.status_code not in statuses or changed:
                wrong.append((who, name, response.status_code, changed))
            before = now
    assert wrong == []


def test_each_of_them_is_done_for_an_admin(stage, forms, signed_in_as):
    admin, undone = signed_in_as(stage.ada), []
    before = every_row()
    for name, form in forms.items():
        with transaction.atomic():
            response = sent(admin, form)
            if response.status_code not in (200, 302) or every_row() == before:
                undone.append((name, response.status_code))
            transaction.set_rollback(True)
    assert undone == []


def test_what_is_only_read_takes_no_form(stage, signed_in_as):
    reading = {
        **{
            name: path(name)
            for name in ("users", "sessions", "roles", "ledger", "invitations", "credentials")
        },
        **{
            name: path(name)
            for name in ("dormant", "bulk-jobs", "audit", "mail", "home", "reset-done")
        },
        "user": path("user", stage.max),
        "bulk": path("bulk", stage.ready_bulk),
        "import": path("import", stage.checked_import),
        "reset-link": stage.reset_link,
        "join-link": stage.join,
    }
    admin, before = signed_in_as(stage.ada), every_row()
    assert {
        name for name, where in reading.items() if admin.post(where).status_code != 405
    } == set()
    assert every_row() == before


def test_nobody_ends_the_session_of_another(stage, signed_in_as):
    signed_in_as(stage.ada)
    session, member = Session.objects.get(user=stage.ada), signed_in_as(stage.max)
    member.post(path("end-session", session))
    member.post(path("end-other-sessions"))
    assert Session.objects.filter(pk=session.pk).exists()


@pytest.mark.parametrize("where", ["choose-password", "join"])
def test_a_form_behind_a_link_opens_nothing_without_the_link(stage, client, where):
    subject = {"choose-password": stage.max, "join": stage.invitation}[where]
    before, new = every_row(), "a sentence that nobody guesses"
    typed = {"full_name": "Eve", "new_password": new, "confirm_password": new}
    assert (client.post(path(where, subject), typed).status_code, every_row() == before) == (
        410,
        True,
    )


def test_a_token_that_was_made_up_disputes_nothing(stage, client):
    before = every_row()
    assert (client.post(f"{stage.dispute[:-2]}x/").status_code, every_row() == before) == (
        410,
        True,
    )
