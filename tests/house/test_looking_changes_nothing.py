"""Whoever asks for an address, or a program that looks ahead of them, sets nothing off: only a form does."""

import pytest
from django.core import mail
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

import accounts.invitations.actions
import accounts.passwords.actions
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
    SavedView,
    Session,
)
from tests.house.test_every_page_is_guarded import OK, SIGN_IN, TABLE, address

FILES = [
    "export-users",
    "audit-export",
    "import-result",
    "import-passwords",
    "bulk-result",
    "bulk-passwords",
]
# Pages for who is signed in, but for the one that comes up by itself.
PAGES = [
    name
    for name, row in TABLE.items()
    if (row[0], row[4]) == (SIGN_IN, OK) and name != "change-password"
]


@pytest.fixture
def addresses(ada, max, nils, acting):
    """Where each page is, of something that is there: links that live, passwords that nobody has fetched."""
    done, box = {"started_by": ada, "finished_at": timezone.now()}, encryption.seal("maple-orbit")
    imported = ImportJob.objects.create(
        state=ImportState.DONE, mode=ImportMode.CREATE, file_name="x.csv", **done
    )
    ImportRow.objects.create(job=imported, line=1, email="new@example.com", sealed_password=box)
    bulk = BulkJob.objects.create(state=BulkState.DONE, action=BulkAction.RESET_PASSWORD, **done)
    BulkRow.objects.create(job=bulk, user=max, sealed_password=box)
    view = SavedView.objects.create(owner=ada, name="Viewers", query="role=viewer")
    _invitation, join = accounts.invitations.actions.invite(
        "b@example.com", actor=acting(ada), role="member", by_mail=False
    )
    accounts.passwords.actions.reset_by_admin(nils, actor=acting(ada))
    event = AuditEvent.objects.latest("pk")
    dispute = tokens.make_for_dispute(event.pk, event.target.email)
    accounts.passwords.actions.issue_reset_link.call(email=max.email, address=None, user_agent="")
    max.refresh_from_db()
    of_import = (
        "import",
        "read-import-again",
        "import-result",
        "import-passwords",
        "start-import",
        "cancel-import",
    )
    of_bulk = ("bulk", "bulk-result", "bulk-passwords", "start-bulk", "cancel-bulk")
    return {
        **{name: address(name, max) for name in TABLE},
        **{name: reverse(name, args=[imported.public_id]) for name in of_import},
        **{name: reverse(name, args=[bulk.public_id]) for name in of_bulk},
        "reset-link": f"/reset/{max.public_id}/{tokens.make(max)}/",
        "join-link": join,
        "unexpected": f"/unexpected/{dispute}/",
        "delete-view": reverse("delete-view", args=[view.public_id]),
    }


@pytest.fixture
def clients(client, vera, ada, signed_in_as, addresses):
    found = {"visitor": client, "viewer": signed_in_as(vera), "admin": signed_in_as(ada)}
    Session.objects.update(last_seen_at=timezone.now() - timezone.timedelta(minutes=5))
    mail.outbox.clear()
    return found


def effects():
    """Return what would be there, were anything set off, but for the entry of whoever was refused."""
    entries = AuditEvent.objects.exclude(action="access.denied").count()
    return entries, len(mail.outbox), DBTaskResult.objects.count()


def writes(client, method, path):
    """Return whether a request changes anything in the database."""
    with CaptureQueriesContext(connection) as queries:
        getattr(client, method)(path)
    return not {"INSERT", "UPDATE", "DELETE"}.isdisjoint(
        query["sql"].split()[0] for query in queries
    )


class TestAskingForAPage:
    @pytest.mark.parametrize("who", ["visitor", "viewer", "admin"])
    def test_leaves_no_entry_no_mail_and_no_task(self, clients, addresses, who):
        before, had_effects = effects(), []
        for name, path in addresses.items():
            clients[who].get(path, headers={"Sec-Fetch-Site": "cross-site"})
            if effects() != before:
                had_effects.append(name)
        assert had_effects == []
        clients["admin"].post(addresses["export-users"])
        assert effects() != before

    def test_leaves_passwords_and_files_to_a_form(self, clients, addresses):
        answers = [clients["admin"].get(addresses[name]) for name in FILES]
        assert {(response.status_code, response.streaming) for response in answers} == {
            (302, False),
            (405, False),
        }
        assert all(
            row.sealed_password for row in [*ImportRow.objects.all(), *BulkRow.objects.all()]
        )


class TestLookingAhead:
    @pytest.mark.parametrize("who", ["visitor", "viewer", "admin"])
    def test_writes_nothing_at_all(self, clients, addresses, who):
        # "ready" tries whether the cache takes what is written to it.
        found = [
            name
            for name, path in addresses.items()
            if name != "ready" and writes(clients[who], "head", path)
        ]
        assert (found, writes(clients[who], "get", addresses["reset-link"])) == ([], True)

    def test_leaves_what_is_to_be_said_to_the_page(self, clients, max):
        admin, page = clients["admin"], f"/users/{max.public_id}/"
        admin.post(f"{page}deactivate/", {"version": max.version})
        admin.head(page)
        assert b"was deactivated" in admin.get(page).content

    def test_keeps_no_session_alive(self, max, signed_in_as, later, settings):
        member = signed_in_as(max)
        later(minutes=settings.SESSION_IDLE_MINUTES - 1)
        member.head("/profile/")
        later(minutes=2)
        assert member.get("/profile/").status_code == 302

    def test_is_refused_as_the_page_is(self, max, signed_in_as):
        assert signed_in_as(max).head("/audit/").status_code == 403
        assert not AuditEvent.objects.exists()


class TestWhereASignInLeadsTo:
    """Somebody who has signed in already is sent on at once, by the same rule."""

    @pytest.fixture
    def landed(self, ada, max, signed_in_as):
        admin = signed_in_as(ada)
        return {
            name: admin.get("/sign-in/", {"next": address(name, max)})["Location"] for name in TABLE
        }

    def test_is_the_page_that_was_asked_for(self, landed, max):
        assert {name: landed[name] for name in PAGES} == {
            name: address(name, max) for name in PAGES
        }

    def test_is_no_file(self, landed):
        assert {landed[name] for name in FILES} == {"/"}

    def test_is_nothing_that_is_only_sent_or_that_programs_ask_for(
        self, landed, ada, max, signed_in_as
    ):
        admin, wrong = signed_in_as(ada), []
        for name, path in landed.items():
            response = admin.get(address(name, max))
            is_page = response.status_code != 405 and response["Content-Type"].startswith(
                "text/html"
            )
            if path != "/" and not is_page:
                wrong.append(name)
        assert wrong == []
        assert {"/", "/users/", "/profile/"} <= set(landed.values())
