"""Whoever is deleted stays so, whoever acts on an old copy of them."""

import pytest

import accounts.bulk.actions
import accounts.credentials.actions
import accounts.passwords.actions
import accounts.roles.actions
import accounts.sign_in.actions
import accounts.users.actions
import accounts.users.activation
from accounts.kernel import jobs
from accounts.kernel.actor import Actor
from accounts.kernel.crypto.tokens import make
from accounts.kernel.errors import LinkInvalid, NoSuchUser
from accounts.kernel.session_store import SessionStore
from accounts.models import BulkRow
from tests.conftest import PASSWORD

ACTS = {
    "activate": lambda user, actor: accounts.users.activation.activate(user.pk, actor=actor),
    "deactivate": lambda user, actor: accounts.users.activation.deactivate(user.pk, actor=actor),
    "role": lambda user, actor: accounts.roles.actions.change_role(
        user.pk, actor=actor, role="admin"
    ),
    "reset": lambda user, actor: accounts.passwords.actions.reset_by_admin(user, actor=actor),
    "link": lambda user, actor: accounts.passwords.actions.send_link(user.pk, actor=actor),
    "edit": lambda user, actor: accounts.users.actions.edit(
        user.pk, actor=actor, full_name="Back", email="back@example.com"
    ),
    "expire": lambda user, actor: accounts.credentials.actions.expire(user.pk, actor=actor),
    "delete": lambda user, actor: accounts.users.actions.delete(user.pk, actor=actor),
}


def facts(user):
    return type(user).objects.filter(pk=user.pk).values().get()


@pytest.fixture
def gone(dora, ada, acting):
    """A deleted user, as a request that began before has read them."""
    accounts.users.actions.delete(dora.pk, actor=acting(ada))
    return dora


@pytest.mark.parametrize("act", ACTS)
def test_is_changed_by_nothing(gone, ada, acting, act):
    before = facts(gone)
    with pytest.raises(NoSuchUser):
        ACTS[act](gone, acting(ada))
    assert facts(gone) == before


def test_does_not_sign_in_although_the_password_was_compared_before(max, ada, acting, monkeypatch):
    def meanwhile(*_):
        accounts.users.activation.deactivate(max.pk, actor=acting(ada))
        accounts.users.actions.delete(max.pk, actor=acting(ada))
        return True

    monkeypatch.setattr(accounts.sign_in.actions.hashers, "matches", meanwhile)
    with pytest.raises(accounts.sign_in.actions.WrongCredentials):
        accounts.sign_in.actions.sign_in(
            max.email, PASSWORD, actor=Actor.visitor(), session=SessionStore()
        )


def test_has_no_reset_link_that_lives(max, ada, acting, monkeypatch):
    accounts.passwords.actions.issue_reset_link.call(email=max.email, address=None, user_agent="")
    max.refresh_from_db()
    token = make(max)
    accounts.users.activation.deactivate(max.pk, actor=acting(ada))
    accounts.users.actions.delete(max.pk, actor=acting(ada))
    with pytest.raises(LinkInvalid):
        accounts.passwords.actions.reset_by_link(
            max, token, actor=Actor.visitor(), new_password="a sentence of my very own"
        )


def test_is_passed_over_by_a_bulk_change_that_has_just_looked(dora, ada, acting, monkeypatch):
    job = accounts.bulk.actions.choose([dora.public_id], actor=acting(ada), action="activate")
    accounts.bulk.actions.start(job.public_id, actor=acting(ada))

    def meanwhile(*arguments, activate=accounts.users.activation.activate, **told):
        accounts.users.actions.delete(dora.pk, actor=acting(ada))
        return activate(*arguments, **told)

    monkeypatch.setattr(accounts.users.activation, "activate", meanwhile)
    jobs.run.call(kind="bulk", job_id=job.pk)
    assert (BulkRow.objects.get().outcome, BulkRow.objects.get().fault) == ("skipped", "gone")
