from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.kernel import sessions
from accounts.models import AuditEvent
from tests.conftest import text_of


class TestProfile:
    def test_shows_name_address_and_role(self, max, signed_in_as):
        text = text_of(signed_in_as(max).get("/profile/"))
        assert all(part in text for part in ("Max Planck", "max@example.com", "Member"))

    def test_sets_no_role(self, max, signed_in_as):
        form = {
            "full_name": "Max Born",
            "theme": "dark",
            "role": "admin",
            "is_active": "",
            "email": "x@example.com",
            "id": 1,
        }
        signed_in_as(max).post("/profile/", form)
        max.refresh_from_db()
        assert (max.full_name, max.role, max.is_active, max.email) == (
            "Max Born",
            "member",
            True,
            "max@example.com",
        )

    def test_records_a_new_name_where_it_can_be_erased(self, max, signed_in_as):
        signed_in_as(max).post("/profile/", {"full_name": "Max Born", "theme": "system"})
        entry = AuditEvent.objects.get()
        names = {"old_name": "Max Planck", "new_name": "Max Born"}
        assert (entry.action, entry.target, entry.details, entry.personal.data) == (
            "profile.changed",
            max,
            {},
            names,
        )

    def test_records_nothing_where_nothing_changes(self, max, signed_in_as):
        browser = signed_in_as(max)
        for _time in range(2):
            browser.post("/profile/", {"full_name": "Max Planck", "theme": "dark"})
        assert AuditEvent.objects.count() == 1

    @pytest.mark.parametrize(
        "form", [{}, {"full_name": "", "theme": "dark"}, {"full_name": "M", "theme": "pink"}]
    )
    def test_with_faults_keeps_what_was(self, max, signed_in_as, form):
        assert signed_in_as(max).post("/profile/", form).status_code == 422

    @pytest.mark.parametrize(("who", "offered"), [("ada", True), ("max", False), ("vera", False)])
    def test_menu_offers_manage_users_to_admins(self, request, signed_in_as, who, offered):
        assert (
            "Manage users" in text_of(signed_in_as(request.getfixturevalue(who)).get("/profile/"))
        ) is offered

    def test_menu_has_its_words(self, max, signed_in_as):
        text = text_of(signed_in_as(max).get("/profile/"))
        assert all(
            word in text for word in ("Profile menu", "Profile", "Change password", "Sign out")
        )


class TestSessions:
    def test_show_browser_and_system_and_address(self, max, signed_in_as):
        text = text_of(signed_in_as(max).get("/profile/sessions/"))
        assert all(part in text for part in ("Firefox 140, Linux", "192.0.2.7", "This device"))

    def test_mark_only_this_one(self, max, signed_in_as):
        signed_in_as(max)
        assert text_of(signed_in_as(max).get("/profile/sessions/")).count("This device") == 1

    def test_can_be_ended_one_by_one(self, max, signed_in_as):
        other, this = signed_in_as(max), signed_in_as(max)
        [device] = [d for d in this.get("/profile/sessions/").context["sessions"] if not d.is_this]
        this.post(f"/profile/sessions/{device.id}/end/")
        assert (other.get("/profile/").status_code, this.get("/profile/").status_code) == (302, 200)

    def test_can_be_ended_all_but_this(self, max, signed_in_as):
        others, this = [signed_in_as(max), signed_in_as(max)], signed_in_as(max)
        response = this.post("/profile/sessions/others/end/", follow=True)
        assert "2 other devices were signed out." in text_of(response)
        assert [other.get("/profile/").status_code for other in others] == [302, 302]

    def test_of_others_cannot_be_ended(self, max, vera, signed_in_as):
        theirs = signed_in_as(vera)
        device = sessions.for_user(vera).get()
        signed_in_as(max).post(f"/profile/sessions/{device.public_id}/end/")
        assert theirs.get("/profile/").status_code == 200

    def test_show_no_html_of_a_browsers_name(self, max, client):
        from tests.conftest import PASSWORD

        headers = {"user-agent": "<script>alert(1)</script>\x1b[2J"}
        client.post("/sign-in/", {"email": max.email, "password": PASSWORD}, headers=headers)
        page = client.get("/profile/sessions/").content.decode()
        assert "Unknown browser, unknown system" in page
        assert "<script>alert" not in page

    def test_end_when_idle(self, max, signed_in_as, later):
        browser = signed_in_as(max)
        later(minutes=61)
        assert browser.get("/profile/").status_code == 302

    def test_live_on_while_used(self, max, signed_in_as, later):
        browser = signed_in_as(max)
        for _ in range(5):
            later(minutes=50)
            assert browser.get("/profile/").status_code == 200

    def test_end_after_twelve_hours_however_much_used(self, max, signed_in_as, later):
        browser = signed_in_as(max)
        for _ in range(14):
            later(minutes=50)
            browser.get("/profile/")
        later(minutes=30)
        assert browser.get("/profile/").status_code == 302

    def test_note_the_day_once(self, max, signed_in_as, clock, later):
        clock.move_to(timezone.now().replace(hour=9))  # so that an hour later is the same day
        browser, days = signed_in_as(max), set()
        for hours in (0, 1, 24):
            later(hours=hours)
            with CaptureQueriesContext(connection) as queries:
                signed_in_as(max).get("/profile/"), browser.get("/profile/")
            writes = sum(query["sql"].startswith('UPDATE "accounts_user"') for query in queries)
            max.refresh_from_db()
            days.add((max.last_active_on, writes))
        today = timezone.now().date()
        assert {day for day, _writes in days} == {today, today - timedelta(days=1)}
        assert sorted({writes for _day, writes in days}) == [0, 1]

    def test_that_a_program_looks_ahead_of_notes_no_day(self, max, signed_in_as):
        browser, noted = signed_in_as(max), []
        for read in (browser.head, browser.get):
            assert read("/profile/").status_code == 200
            max.refresh_from_db()
            noted.append(max.last_active_on is not None)
        assert noted == [False, True]
