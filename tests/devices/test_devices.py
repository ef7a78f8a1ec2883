from django.contrib.auth import SESSION_KEY

import accounts.devices.actions
from accounts.kernel import sessions
from accounts.kernel.session_store import SessionStore
from accounts.models import AuditEvent


def start(user, acting):
    store = SessionStore()
    sessions.start(store, user, actor=acting(user), methods=["password"])
    return store


class TestEnd:
    def test_ends_one_of_ones_own(self, max, acting):
        store = start(max, acting)
        assert accounts.devices.actions.end(store.row.public_id, actor=acting(max))

    def test_leaves_those_of_others(self, max, vera, acting):
        store = start(vera, acting)
        assert not accounts.devices.actions.end(store.row.public_id, actor=acting(max))
        assert sessions.count(vera) == 1

    def test_is_recorded(self, max, acting):
        accounts.devices.actions.end(start(max, acting).row.public_id, actor=acting(max))
        assert AuditEvent.objects.get().action == "session.revoked"


class TestEndOthers:
    def test_keeps_this_one(self, max, acting):
        start(max, acting), start(max, acting)
        this = start(max, acting)
        assert accounts.devices.actions.end_others(actor=acting(max), session=this) == 2
        assert sessions.for_user(max).get() == this.row


class TestLimits:
    def test_end_an_idle_session(self, max, acting, later):
        start(max, acting)
        later(minutes=59)
        assert sessions.count(max) == 1
        later(minutes=2)
        assert sessions.count(max) == 0

    def test_end_a_busy_session_in_the_end(self, max, acting, clock, later):
        store = start(max, acting)
        for _ in range(23):
            later(minutes=30)
            store = SessionStore(store.session_key)
            store.load()
            sessions.touch(store, max)
        assert sessions.count(max) == 1
        later(minutes=30)
        assert sessions.count(max) == 0

    def test_are_forgotten_by_the_table(self, max, acting, later):
        start(max, acting)
        later(hours=13)
        assert sessions.delete_dead() == 1


class TestStoredKey:
    def test_is_of_no_use_to_who_reads_the_table(self, max, acting):
        store = start(max, acting)
        assert store.session_key not in (store.row.session_key, store.row.session_data)
        assert SessionStore(store.row.session_key).load() == {}
        assert SessionStore(store.session_key).load()[SESSION_KEY] == str(max.pk)
