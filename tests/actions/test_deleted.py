"""Whoever is deleted stays so, whoever acts on an old copy of them."""

import pytest

from accounts.actions import activation, bulk, credentials, passwords, roles, users
from accounts.actions import sign_in as signing
from accounts.actor import Actor
from accounts.change import NoSuchUser
from accounts.models import BulkRow
from accounts.session_store import SessionStore
from accounts.tokens import LinkExpired, make
from tests.conftest import PASSWORD

ACTS = {
    "activate": lambda user, actor: activation.activate(user.pk, actor=actor),
    "deactivate": lambda user, actor: activation.deactivate(user.pk, actor=actor),
    "role": lambda user, actor: roles.change_role(user.pk, actor=actor, role="admin"),
    "reset": lambda user, actor: passwords.reset_by_admin(user, actor=actor),
    "link": lambda user, actor: passwords.send_link(user.pk, actor=actor),
    "edit": lambda user, actor: users.edit(user.pk, actor=actor, full_name="Back", email="back@example.com"),
    "expire": lambda user, actor: credentials.expire(user.pk, actor=actor),
    "delete": lambda user, actor: users.delete(user.pk, actor=actor),
}


def facts(user):
    return type(user).objects.filter(pk=user.pk).values().get()


@pytest.fixture
def gone(dora, ada, acting):
    """A deleted user, as a request that began before has read them."""
    users.delete(dora.pk, actor=acting(ada))
    return dora


@pytest.mark.parametrize("act", ACTS)
def test_is_changed_by_nothing(gone, ada, acting, act):
    before = facts(gone)
    with pytest.raises(NoSuchUser):
        ACTS[act](gone, acting(ada))
    assert facts(gone) == before


def test_does_not_sign_in_although_the_password_was_compared_before(max, ada, acting, monkeypatch):
    def meanwhile(*_):
        activation.deactivate(max.pk, actor=acting(ada))
        users.delete(max.pk, actor=acting(ada))
        return True

    monkeypatch.setattr(signing.hashers, "matches", meanwhile)
    with pytest.raises(signing.WrongCredentials):
        signing.sign_in(max.email, PASSWORD, actor=Actor.visitor(), session=SessionStore())


def test_has_no_reset_link_that_lives(max, ada, acting, monkeypatch):
    passwords.issue_reset_link.call(max.email, None, "")
    max.refresh_from_db()
    token = make(max)
    activation.deactivate(max.pk, actor=acting(ada))
    users.delete(max.pk, actor=acting(ada))
    with pytest.raises(LinkExpired):
        passwords.reset_by_link(max, token, actor=Actor.visitor(), new_password="a sentence of my very own")


def test_is_passed_over_by_a_bulk_change_that_has_just_looked(dora, ada, acting, monkeypatch):
    job = bulk.choose([dora.public_id], actor=acting(ada), action="activate")
    bulk.start(job.public_id, actor=acting(ada))

    def meanwhile(*arguments, activate=activation.activate, **told):
        users.delete(dora.pk, actor=acting(ada))
        return activate(*arguments, **told)

    monkeypatch.setattr(activation, "activate", meanwhile)
    bulk.run.call(job.pk)
    assert (BulkRow.objects.get().outcome, BulkRow.objects.get().fault) == ("skipped", "gone")
