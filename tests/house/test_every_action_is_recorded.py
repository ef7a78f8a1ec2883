"""A recipe for each name of the audit trail; and none of them writes down a secret, in the trail, a log or a mail."""

import io
import logging

import pytest
from django.core import mail
from django_tasks_db.models import DBTaskResult

import accounts.audit_trail.queries
import accounts.bulk.actions
import accounts.credentials.actions
import accounts.devices.actions
import accounts.disputes.actions
import accounts.exports.actions
import accounts.imports.actions
import accounts.imports.uploads
import accounts.invitations.actions
import accounts.invitations.joining
import accounts.organization.actions
import accounts.passwords.actions
import accounts.passwords.own
import accounts.roles.actions
import accounts.sign_in.actions
import accounts.users.actions
import accounts.users.activation
from accounts.kernel import audit, jobs, outbox, sessions
from accounts.kernel.actor import Actor
from accounts.kernel.crypto import tokens
from accounts.kernel.events import REGISTRY, AccessDenied
from accounts.kernel.session_store import SessionStore
from accounts.models import AuditEvent, Organization, PersonalDetail, Session, User
from accounts.users.events import UserDeleted
from accounts.users.filters import Filters
from accounts.web.words import trail
from tests.conftest import PASSWORD, TEMPORARY

NEW = "marker-sentence-that-must-not-leak"


class Recipes:
    """Each method does what an event names; the secrets that it touched are added to `secrets`."""

    def __init__(self, ada, max, nils, dora, acting):
        self.ada, self.max, self.nils, self.dora, self.acting = ada, max, nils, dora, acting
        self.secrets = {PASSWORD, TEMPORARY, NEW}

    def run(self, action):
        getattr(self, action.replace(".", "_"))()

    def store(self, user, *, method="password"):
        store = SessionStore()
        sessions.start(store, user, actor=self.acting(user), methods=[method])
        self.secrets.add(store.session_key)
        return store

    def user_created(self):
        _user, password = accounts.users.actions.create(
            "bob@example.com", actor=self.acting(self.ada), full_name="Bob", role="viewer"
        )
        self.secrets.add(password)

    def user_activated(self):
        accounts.users.activation.activate(self.dora.pk, actor=self.acting(self.ada))

    def user_deactivated(self):
        accounts.users.activation.deactivate(self.max.pk, actor=self.acting(self.ada))

    def user_role_changed(self):
        accounts.roles.actions.change_role(self.max.pk, actor=self.acting(self.ada), role="viewer")

    def password_reset_by_admin(self):
        _user, password, _ended = accounts.passwords.actions.reset_by_admin(
            self.max, actor=self.acting(self.ada)
        )
        self.secrets.add(password)

    def password_reset_requested(self):
        accounts.passwords.actions.issue_reset_link.call(
            email=self.max.email, address="192.0.2.1", user_agent="Firefox"
        )
        self.max.refresh_from_db()
        self.token = tokens.make(self.max)

    def password_reset_by_link(self):
        self.password_reset_requested()
        self.secrets.add(self.token)
        accounts.passwords.actions.reset_by_link(
            self.max, self.token, actor=Actor.visitor(), new_password=NEW
        )

    def password_changed(self):
        store = self.store(self.max)
        typed = {"current_password": PASSWORD, "new_password": NEW}
        accounts.passwords.own.change_own(actor=self.acting(self.max), session=store, **typed)

    def password_forced_change_done(self):
        store = self.store(self.nils, method="temporary_password")
        typed = {"current_password": "", "new_password": NEW}
        accounts.passwords.own.change_own(actor=self.acting(self.nils), session=store, **typed)

    def session_signed_in(self):
        accounts.sign_in.actions.sign_in(
            self.max.email, PASSWORD, actor=Actor.visitor(), session=SessionStore()
        )

    def session_sign_in_failed(self):
        with pytest.raises(accounts.sign_in.actions.WrongCredentials):
            accounts.sign_in.actions.sign_in(
                NEW, NEW, actor=Actor.visitor(), session=SessionStore()
            )

    def session_signed_out(self):
        accounts.sign_in.actions.sign_out(actor=self.acting(self.max), session=self.store(self.max))

    def session_revoked(self):
        accounts.devices.actions.end(
            self.store(self.max).row.public_id, actor=self.acting(self.max)
        )

    def user_edited(self):
        accounts.users.actions.edit(
            self.max.pk, actor=self.acting(self.ada), full_name="Max Born", email="born@example.com"
        )

    def user_deleted(self):
        accounts.users.actions.delete(self.dora.pk, actor=self.acting(self.ada))

    def invitation_sent(self):
        self.invitation, link = accounts.invitations.actions.invite(
            "new@example.com", actor=self.acting(self.ada), role="member", by_mail=False
        )
        self.token = link.split("/")[3]
        self.secrets.add(self.token)

    def invitation_link_made(self):
        self.invitation_sent()
        _invitation, link = accounts.invitations.actions.renew(
            self.invitation.public_id, actor=self.acting(self.ada), by_mail=False
        )
        self.secrets.add(link.split("/")[3])

    def invitation_cancelled(self):
        self.invitation_sent()
        accounts.invitations.actions.cancel(self.invitation.public_id, actor=self.acting(self.ada))

    def invitation_accepted(self):
        self.invitation_sent()
        typed = {"full_name": "New Person", "password": NEW}
        accounts.invitations.joining.accept(
            self.invitation, self.token, actor=Actor.visitor(), session=SessionStore(), **typed
        )

    def organization_changed(self):
        values = {**Organization.current().facts, "name": "Southwind"}
        accounts.organization.actions.change_settings(
            actor=self.acting(self.ada), expected_version=0, **values
        )

    def change_disputed(self):
        self.password_reset_by_admin()
        event = AuditEvent.objects.latest("pk")
        accounts.disputes.actions.dispute(
            tokens.make_for_dispute(event.pk, event.target.email), actor=Actor.visitor()
        )

    def credential_reminded(self):
        accounts.credentials.actions.remind(self.nils.pk, actor=self.acting(self.ada))

    def credential_expired(self):
        accounts.credentials.actions.expire(self.nils.pk, actor=self.acting(self.ada))

    def profile_changed(self):
        preferences = {
            "time_zone": "UTC",
            "language": "",
            "theme": "dark",
            "keyboard_shortcuts": False,
        }
        accounts.users.actions.change_profile(
            actor=self.acting(self.max), full_name="M.", **preferences
        )

    def users_exported(self):
        list(accounts.exports.actions.export(Filters(), actor=self.acting(self.ada), kind="csv"))

    def audit_exported(self):
        list(
            accounts.exports.actions.audit_trail(
                accounts.audit_trail.queries.Filters(),
                actor=self.acting(self.ada),
                in_words=trail.Entry,
            )
        )

    def import_started(self):
        job = accounts.imports.uploads.take(
            io.BytesIO(b"email,name\nx@example.com,X"), "x.csv", actor=self.acting(self.ada)
        )
        accounts.imports.actions.start(job.public_id, actor=self.acting(self.ada), mode="create")

    def import_cancelled(self):
        job = accounts.imports.uploads.take(
            io.BytesIO(b"email,name\nx@example.com,X"), "x.csv", actor=self.acting(self.ada)
        )
        accounts.imports.actions.cancel(job.public_id, actor=self.acting(self.ada))

    def bulk_started(self):
        self.bulk = accounts.bulk.actions.choose(
            [self.max.public_id], actor=self.acting(self.ada), action="reset_password"
        )
        accounts.bulk.actions.start(self.bulk.public_id, actor=self.acting(self.ada))

    def bulk_cancelled(self):
        self.bulk_started()
        accounts.bulk.actions.cancel(self.bulk.public_id, actor=self.acting(self.ada))

    def passwords_downloaded(self):
        self.bulk_started()
        jobs.run.call(kind="bulk", job_id=self.bulk.pk)
        [(_name, _email, password)] = accounts.bulk.actions.take_passwords(
            self.bulk.public_id, actor=self.acting(self.ada)
        )
        self.secrets.add(password)

    def access_denied(self):
        from django.test import Client

        client = Client()
        client.cookies["session"] = self.store(self.max).session_key
        client.get("/users/")


@pytest.fixture
def recipes(ada, max, nils, dora, acting):
    return Recipes(ada, max, nils, dora, acting)


@pytest.mark.parametrize("action", sorted(REGISTRY))
def test_leaves_an_entry_of_its_name(recipes, action):
    recipes.run(action)
    assert AuditEvent.objects.filter(action=action).exists()


def written_down(caplog):
    """Return all that is kept or sent of what was done, in one text."""
    return "\n".join(
        [
            *(f"{event.details} {event.user_agent}" for event in AuditEvent.objects.all()),
            *(str(detail.data) for detail in PersonalDetail.objects.all()),
            *(
                f"{row.args_kwargs} {row.traceback} {row.return_value}"
                for row in DBTaskResult.objects.all()
            ),
            *(row.session_key for row in Session.objects.all()),
            *(
                record.getMessage()
                for record in caplog.records
                if not record.name.startswith("django.db")
            ),
            *(message.message().as_string() for message in mail.outbox),
        ]
    )


@pytest.mark.parametrize("action", sorted(REGISTRY))
def test_writes_down_no_secret(recipes, action, work, caplog):
    with caplog.at_level(logging.DEBUG):
        recipes.run(action)
        work()
    hashes = set(User.objects.values_list("password", flat=True)) - {""}
    written = written_down(caplog)
    assert [secret for secret in recipes.secrets | hashes if secret in written] == []


def test_a_secret_would_be_seen_wherever_it_was_written(max, work, caplog):
    session = SessionStore()
    with caplog.at_level(logging.DEBUG):
        agent = Actor.visitor(address=None, user_agent="marker-browser")
        audit.record(AccessDenied(permission="marker-detail", method="GET"), actor=agent)
        audit.record(UserDeleted(reason="marker-personal"), actor=agent, target=max)
        logging.getLogger("accounts.actions").debug("marker-log")
        session.create()
        Session.objects.update(session_key="marker-session")
        outbox.deliver.enqueue(name="marker-task", user_id=max.pk, facts={})
        mail.send_mail("marker-subject", "marker-body", None, ["x@example.com"])
    places = ("personal", "browser", "detail", "log", "session", "task", "subject", "body")
    assert [place for place in places if f"marker-{place}" not in written_down(caplog)] == []


def test_a_reset_link_is_only_in_its_mail(recipes, work):
    recipes.password_reset_requested()
    work()
    [message] = mail.outbox
    rows = str(list(DBTaskResult.objects.values()))
    assert (recipes.token in message.body, recipes.token in rows) == (True, False)
