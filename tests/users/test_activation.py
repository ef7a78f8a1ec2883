import pytest
from django_tasks_db.models import DBTaskResult

import accounts.passwords.actions
import accounts.users.activation
from accounts.kernel import sessions
from accounts.kernel.crypto import tokens
from accounts.kernel.errors import NotPermitted
from accounts.kernel.session_store import SessionStore
from accounts.models import AuditEvent
from accounts.users.subject import StaleChange


class TestDeactivate:
    def test_keeps_the_user_out(self, ada, max, acting):
        before = max.is_active
        accounts.users.activation.deactivate(max.pk, actor=acting(ada))
        max.refresh_from_db()
        assert (before, max.is_active) == (True, False)

    def test_ends_every_session(self, ada, max, acting):
        sessions.start(SessionStore(), max, actor=acting(max), methods=["password"])
        ended = accounts.users.activation.deactivate(max.pk, actor=acting(ada))
        assert (ended, sessions.count(max), AuditEvent.objects.get().details) == (
            1,
            0,
            {"sessions_ended": 1},
        )

    def test_keeps_the_password(self, ada, max, acting):
        before = max.password
        accounts.users.activation.deactivate(max.pk, actor=acting(ada))
        accounts.users.activation.activate(max.pk, actor=acting(ada))
        max.refresh_from_db()
        assert (max.password, max.is_active) == (before, True)

    def test_leaves_one_entry_each(self, ada, max, acting):
        accounts.users.activation.deactivate(max.pk, actor=acting(ada))
        accounts.users.activation.activate(max.pk, actor=acting(ada))
        assert list(AuditEvent.objects.order_by("pk").values_list("action", flat=True)) == [
            "user.deactivated",
            "user.activated",
        ]

    def test_twice_leaves_one_entry(self, ada, max, acting):
        accounts.users.activation.deactivate(max.pk, actor=acting(ada))
        accounts.users.activation.deactivate(max.pk, actor=acting(ada))
        assert AuditEvent.objects.count() == 1

    def test_of_somebody_active_changes_nothing(self, ada, max, acting):
        accounts.users.activation.activate(max.pk, actor=acting(ada))
        max.refresh_from_db()
        left = (max.activated_at, AuditEvent.objects.count(), DBTaskResult.objects.count())
        assert left == (None, 0, 0)

    def test_revives_no_session_and_no_reset_link(self, ada, max, acting):
        accounts.passwords.actions.issue_reset_link.call(
            email=max.email, address=None, user_agent=""
        )
        max.refresh_from_db()
        store, token = SessionStore(), tokens.make(max)
        sessions.start(store, max, actor=acting(max), methods=["password"])
        accounts.users.activation.deactivate(max.pk, actor=acting(ada))
        accounts.users.activation.activate(max.pk, actor=acting(ada))
        max.refresh_from_db()
        assert (SessionStore(store.session_key).load(), tokens.state(max, token)) == (
            {},
            tokens.LinkState.DEAD,
        )

    def test_refuses_what_the_admin_saw_too_long_ago(self, ada, max, acting):
        accounts.users.activation.deactivate(max.pk, actor=acting(ada), expected_version=1)
        with pytest.raises(StaleChange):
            accounts.users.activation.activate(max.pk, actor=acting(ada), expected_version=1)

    def test_asks_about_the_actor_as_they_are_now(self, ada, max, new_user, acting):
        grace = acting(new_user("Grace Hopper", "admin"))
        accounts.users.activation.deactivate(grace.user.pk, actor=acting(ada))
        with pytest.raises(NotPermitted):
            accounts.users.activation.deactivate(max.pk, actor=grace)
