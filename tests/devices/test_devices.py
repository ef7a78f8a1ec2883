from datetime import timedelta

import pytest
from django.contrib.auth import SESSION_KEY
from django.utils import timezone

import accounts.devices.actions
from accounts.kernel import sessions
from accounts.kernel.session_store import SessionStore
from accounts.models import AuditEvent, Session, User


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

    def test_counts_none_that_was_over_already(self, max, acting, later):
        start(max, acting)
        later(minutes=61)
        this = start(max, acting)
        assert accounts.devices.actions.end_others(actor=acting(max), session=this) == 0
        assert Session.objects.get() == this.row


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

    @pytest.mark.parametrize(("every", "answers"), [(59, [200, 200, 200]), (61, [302, 302, 302])])
    def test_sign_out_who_was_not_here_for_too_long(self, max, signed_in_as, later, every, answers):
        browser = signed_in_as(max)
        found = []
        for _ in range(3):
            later(minutes=every)
            found.append(browser.get("/profile/").status_code)
        assert found == answers

    def test_sign_out_who_was_here_all_the_time_in_the_end(self, max, signed_in_as, later):
        browser, found = signed_in_as(max), []
        for _ in range(24):
            later(minutes=30)
            found.append(browser.get("/profile/").status_code)
        assert found == [*[200] * 23, 302]

    @pytest.mark.parametrize(("minutes", "every"), [(60, 600), (1, 10)])
    def test_end_none_that_is_in_use(self, max, signed_in_as, later, settings, minutes, every):
        """However short the limit is: that somebody was here is noted often enough."""
        settings.SESSION_IDLE_MINUTES = minutes
        browser = signed_in_as(max)
        for _ in range(20):
            later(seconds=every)
            browser.get("/profile/")
        assert browser.get("/profile/").status_code == 200

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


class TestEndedWhileARequestRuns:
    def test_stays_ended(self, max, acting):
        ended, kept = start(max, acting), start(max, acting)
        accounts.devices.actions.end(ended.row.public_id, actor=acting(max))
        for store in (ended, kept):
            store["something"] = "said"
            store.save()
        found = [SessionStore(store.session_key).get("something") for store in (ended, kept)]
        assert (found, Session.objects.count()) == ([None, "said"], 1)


class TestSeen:
    """That somebody was here, of which no page waits for more than a write in a minute."""

    @pytest.mark.parametrize(("seconds", "is_noted"), [(59, False), (60, True)])
    def test_is_noted_of_a_device_once_a_minute(self, max, signed_in_as, later, seconds, is_noted):
        browser = signed_in_as(max)
        before = Session.objects.get().last_seen_at
        later(seconds=seconds)
        browser.get("/profile/")
        assert (Session.objects.get().last_seen_at > before) == is_noted

    def test_is_not_taken_back_by_a_request_of_the_day_before(self, max, acting, clock):
        """It began before midnight, and another one after it was quicker."""
        late, store = User.objects.get(pk=max.pk), start(max, acting)
        tomorrow = timezone.now().date() + timedelta(days=1)
        User.objects.update(last_active_on=tomorrow)
        sessions.touch(store, late)
        assert User.objects.get().last_active_on == tomorrow
