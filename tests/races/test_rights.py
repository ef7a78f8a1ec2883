"""A right is lost, or a sign-in ended, at the very moment at which it is used: the database says which came first."""

import pytest
from django.db import DatabaseError

import accounts.bulk.actions
import accounts.disputes.actions
import accounts.exports.actions
import accounts.passwords.actions
import accounts.roles.actions
import accounts.saved_views.actions
import accounts.sign_in.actions
from accounts.kernel import sessions
from accounts.kernel.actor import Actor
from accounts.kernel.crypto import hashers, tokens
from accounts.kernel.errors import NotPermitted
from accounts.kernel.session_store import SessionStore
from accounts.models import AuditEvent
from accounts.users.filters import Filters
from tests.conftest import PASSWORD

pytestmark = [pytest.mark.postgresql, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def grace(new_user):
    return new_user("Grace Hopper", "admin")


def number_of(action):
    return (
        AuditEvent.objects.filter(action=action)
        .order_by("-pk")
        .values_list("pk", flat=True)
        .first()
    )


class TestAnAdminDemotedWhileTheyAct:
    @pytest.mark.parametrize("round", range(10))
    def test_starts_nothing_afterwards(self, ada, grace, max, acting, at_once, round):
        job = accounts.bulk.actions.choose([max.public_id], actor=acting(ada), action="deactivate")
        started, _demoted = at_once(
            lambda: accounts.bulk.actions.start(job.public_id, actor=acting(grace)),
            lambda: accounts.roles.actions.change_role(grace.pk, actor=acting(ada), role="viewer"),
        )
        refused, came_first = isinstance(started, NotPermitted), number_of("bulk.started")
        assert refused or came_first < number_of("user.role_changed")

    @pytest.mark.parametrize("round", range(10))
    def test_takes_no_file_afterwards(self, ada, grace, acting, at_once, round):
        taken, _demoted = at_once(
            lambda: (
                accounts.exports.actions.export(Filters(), actor=acting(grace), kind="csv") and None
            ),
            lambda: accounts.roles.actions.change_role(grace.pk, actor=acting(ada), role="viewer"),
        )
        refused, came_first = isinstance(taken, NotPermitted), number_of("users.exported")
        assert refused or came_first < number_of("user.role_changed")


class TestAnAdminWhoSignsInWhileTheirChangeIsDisputed:
    @pytest.mark.parametrize("round", range(10))
    def test_keeps_only_a_session_that_began_afterwards(
        self, ada, max, acting, at_once, monkeypatch, round
    ):
        accounts.passwords.actions.reset_by_admin(max, actor=acting(ada))
        event = AuditEvent.objects.latest("pk")
        token = tokens.make_for_dispute(event.pk, max.email)
        monkeypatch.setattr(hashers, "matches", lambda *_: True)
        results = at_once(
            lambda: accounts.disputes.actions.dispute(token, actor=Actor.visitor()),
            lambda: accounts.sign_in.actions.sign_in(
                ada.email,
                PASSWORD,
                actor=Actor.visitor(address="192.0.2.1"),
                session=SessionStore(),
            ),
        )
        assert not [result for result in results if isinstance(result, Exception)]
        began_afterwards = number_of("session.signed_in") > number_of("change.disputed")
        assert sessions.count(ada) == began_afterwards


class TestAdminsWhoChooseEachOther:
    @pytest.mark.parametrize("round", range(10))
    def test_wait_for_nobody_who_waits_for_them(self, ada, grace, max, acting, at_once, round):
        everybody = [person.public_id for person in (ada, grace, max)]
        results = at_once(
            lambda: accounts.bulk.actions.choose(everybody, actor=acting(ada), action="deactivate"),
            lambda: accounts.bulk.actions.choose(
                everybody, actor=acting(grace), action="deactivate"
            ),
            lambda: accounts.roles.actions.change_role(grace.pk, actor=acting(ada), role="member"),
            lambda: accounts.saved_views.actions.save_view(
                Filters(), actor=acting(ada), name="All", is_shared=True
            ),
        )
        assert not [result for result in results if isinstance(result, DatabaseError)]
