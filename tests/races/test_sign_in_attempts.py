import pytest

import accounts.sign_in.actions
import accounts.sign_in.attempt
import accounts.users.activation
from accounts.kernel import sessions
from accounts.kernel.actor import Actor
from accounts.kernel.session_store import SessionStore
from accounts.models import AuditEvent

pytestmark = [pytest.mark.postgresql, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def waiting_in(max):
    """The key of a browser in which an attempt of max waits, with nothing missing any more."""
    store = SessionStore()
    accounts.sign_in.attempt.keep(accounts.sign_in.attempt.begin(max, "password"), store)
    return store.session_key


def go_on(key):
    store = SessionStore(key)
    return accounts.sign_in.actions.go_on(
        accounts.sign_in.attempt.waiting(store), actor=Actor.visitor(), session=store
    )


@pytest.mark.parametrize("round", range(10))
def test_two_who_complete_one_attempt_get_one_session(max, waiting_in, at_once, round):
    results = at_once(*[lambda: go_on(waiting_in)] * 2)
    assert (results.count(None), sessions.count(max)) == (1, 1)
    assert AuditEvent.objects.filter(action="session.signed_in").count() == 1


@pytest.mark.parametrize("round", range(10))
def test_a_deactivation_at_the_same_moment_leaves_nobody_signed_in(
    ada, max, acting, waiting_in, at_once, round
):
    _result, ended = at_once(
        lambda: go_on(waiting_in),
        lambda: accounts.users.activation.deactivate(max.pk, actor=acting(ada)),
    )
    assert not isinstance(ended, Exception)
    assert sessions.count(max) == 0
