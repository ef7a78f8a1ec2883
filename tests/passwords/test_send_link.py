"""An Admin takes a password away and has a link mailed instead: nothing that it opened stays open."""

import pytest

import accounts.passwords.actions
from accounts.kernel import sessions
from accounts.kernel.crypto import tokens
from accounts.kernel.crypto.tokens import LinkState
from accounts.kernel.outbox import MailIsOff
from accounts.kernel.session_store import SessionStore
from accounts.models import AuditEvent, Organization
from tests.conftest import PASSWORD, is_password_of


@pytest.fixture
def send(ada, max, acting):
    """Return a function that has the Admin send Max a link."""

    def act():
        accounts.passwords.actions.send_link(max.pk, actor=acting(ada))
        max.refresh_from_db()

    return act


def test_ends_every_session(send, max, acting):
    for _device in range(2):
        sessions.start(SessionStore(), max, actor=acting(max), methods=["password"])
    send()
    details = {"sessions_ended": 2, "by_link": True}
    assert (AuditEvent.objects.get().details, sessions.count(max)) == (details, 0)


def test_takes_the_password(send, max, ada):
    send()
    assert (max.has_usable_password(), max.must_change_password, max.password_set_by) == (
        False,
        False,
        ada,
    )


def test_makes_a_link_that_lives_and_ends_the_one_before(send, max, later):
    accounts.passwords.actions.issue_reset_link.call(email=max.email, address=None, user_agent="")
    max.refresh_from_db()
    before = tokens.make(max)
    later(seconds=2)
    send()
    assert [tokens.state(max, token) for token in (before, tokens.make(max))] == [
        LinkState.DEAD,
        LinkState.LIVE,
    ]


def test_takes_nothing_while_mail_is_off(send, max):
    Organization.objects.create(name="Northwind", mail_is_on=False)
    with pytest.raises(MailIsOff):
        send()
    assert (is_password_of(max, PASSWORD), AuditEvent.objects.count()) == (True, 0)
