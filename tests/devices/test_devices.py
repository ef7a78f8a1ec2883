from datetime import timedelta

import pytest
from django.contrib.auth import SESSION_KEY
from django.utils import timezone

import accounts.devices.actions
from accounts.kernel import sessions
from accounts.kernel.session_store import SessionStore
from accounts.models import AuditEvent, Session, User
from tests.conftest import text_of


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


class TestOfAnother:
    """An Admin looks where somebody is signed in, and signs them out there."""

    def page(self, person):
        return f"/users/{person.public_id}/"

    def test_stand_on_the_page_of_the_person(self, admin, max, signed_in_as):
        signed_in_as(max)
        text = text_of(admin.get(self.page(max)))
        assert "Signed-in devices 1 Firefox 140, Linux Address 192.0.2.7" in text

    def test_say_so_where_there_are_none(self, admin, max):
        assert "Not signed in on any device." in text_of(admin.get(self.page(max)))

    def test_beyond_a_few_have_a_page_of_their_own(self, admin, max, signed_in_as):
        for _time in range(4):
            signed_in_as(max)
        text, all_of_them = (
            text_of(admin.get(self.page(max))),
            text_of(admin.get(f"{self.page(max)}sessions/")),
        )
        assert "Show all 4 devices" in text
        assert (text.count("Firefox 140"), all_of_them.count("Firefox 140")) == (6, 8)

    def test_are_ended_one_by_one(self, admin, max, signed_in_as):
        first, second = signed_in_as(max), signed_in_as(max)
        device = sessions.for_user(max).order_by("started_at")[0].public_id
        answer = admin.post(f"{self.page(max)}sessions/{device}/end/", follow=True)
        assert "Max Planck was signed out of 1 device." in text_of(answer)
        assert [first.get("/profile/").status_code, second.get("/profile/").status_code] == [
            302,
            200,
        ]

    def test_are_ended_all_at_once(self, admin, max, signed_in_as):
        browsers = [signed_in_as(max), signed_in_as(max)]
        answer = admin.post(f"{self.page(max)}sessions/end/", follow=True)
        assert "Max Planck was signed out of 2 devices." in text_of(answer)
        assert [browser.get("/profile/").status_code for browser in browsers] == [302, 302]

    def test_ended_twice_were_ended_before(self, admin, max):
        answer = admin.post(f"{self.page(max)}sessions/end/", follow=True)
        assert "Max Planck was signed out there before." in text_of(answer)
        assert not AuditEvent.objects.exists()

    def test_are_not_those_of_a_third(self, admin, max, vera, signed_in_as):
        theirs = signed_in_as(vera)
        device = sessions.for_user(vera).get().public_id
        admin.post(f"{self.page(max)}sessions/{device}/end/")
        assert theirs.get("/profile/").status_code == 200

    def test_leave_an_entry_that_the_person_finds(self, admin, ada, max, signed_in_as):
        signed_in_as(max)
        admin.post(f"{self.page(max)}sessions/end/")
        event = AuditEvent.objects.get()
        assert (event.action, event.actor, event.target, event.details) == (
            "session.revoked",
            ada,
            max,
            {"sessions_ended": 1},
        )
        assert "Device signed out" in text_of(signed_in_as(max).get("/profile/ledger/"))

    def test_signed_out_by_oneself_are_no_act_of_others(self, max, signed_in_as):
        signed_in_as(max)
        browser = signed_in_as(max)
        browser.post("/profile/sessions/others/end/")
        assert AuditEvent.objects.get().action == "session.revoked"
        assert "Device signed out" not in text_of(browser.get("/profile/ledger/"))

    def test_of_ones_own_are_ended_on_the_profile(self, admin, ada):
        answer = admin.post(f"{self.page(ada)}sessions/end/")
        assert (answer.status_code, sessions.count(ada)) == (403, 1)
        assert 'href="/profile/sessions/"' in admin.get(self.page(ada)).content.decode()

    def test_lead_back_to_the_list_as_it_was(self, admin, max, signed_in_as):
        signed_in_as(max)
        answer = admin.post(f"{self.page(max)}sessions/end/?from=q%3Dmax")
        assert answer["Location"] == f"{self.page(max)}?from=q%3Dmax"


class TestPersonsPage:
    def test_says_while_active_when_one_can_be_deleted(self, admin, max, dora):
        active, deactivated = (
            admin.get(f"/users/{person.public_id}/").content.decode() for person in (max, dora)
        )
        assert "Deactivate the user first." in active
        assert "/delete/" not in active
        assert "Deactivate the user first." not in deactivated
        assert "/delete/" in deactivated
