"""What the lowest role can do again and again leaves a bounded number of entries, sessions and rows."""

import uuid

import pytest
from django.utils import timezone

from accounts.audit_trail import refusals
from accounts.kernel import sessions
from accounts.kernel.crypto import hashers
from accounts.models import AuditEvent, RefusalCount, Session
from tests.conftest import PASSWORD, maintain, text_of

pytestmark = pytest.mark.usefixtures("clock")


def denied():
    return AuditEvent.objects.filter(action="access.denied").order_by("pk")


def said_in_all():
    """Return how many refusals the trail tells of."""
    return sum(1 + event.details.get("repeated", 0) for event in denied())


class TestRefusals:
    def test_of_one_person_are_one_entry_a_minute(self, vera, signed_in_as, later):
        viewer = signed_in_as(vera)
        answers = {viewer.get("/audit/").status_code for _ in range(30)}
        assert (answers, denied().count()) == ({403}, 1)
        later(seconds=61)
        viewer.get("/audit/")
        assert [event.details.get("repeated") for event in denied()] == [None, 29]

    def test_are_one_entry_whomever_and_whatever_they_are_about(
        self, vera, max, dora, signed_in_as
    ):
        viewer = signed_in_as(vera)
        for person in (max, dora, max):
            viewer.post(f"/users/{person.public_id}/deactivate/", {"version": 1})
            viewer.get(f"/users/{person.public_id}/deactivate/?x={uuid.uuid4()}")
        assert denied().count() == 1

    def test_of_each_page_and_each_person_have_their_own(self, vera, max, signed_in_as):
        for person in (vera, max):
            client = signed_in_as(person)
            for path in ("/audit/", "/users/", "/imports/", "/audit/"):
                client.get(path)
        assert [denied().filter(actor=person).count() for person in (vera, max)] == [3, 3]

    def test_are_all_told_in_the_end(self, vera, signed_in_as, later):
        viewer = signed_in_as(vera)
        for times in (5, 1, 7):
            for _ in range(times):
                viewer.get("/audit/")
            later(seconds=61)
            if times == 1:
                maintain()
        maintain()
        assert (said_in_all(), RefusalCount.objects.count()) == (13, 0)
        assert denied().count() <= 4
        assert {(event.actor, event.address) for event in denied()} == {(vera, "127.0.0.1")}

    @pytest.mark.parametrize(
        ("details", "told"),
        [
            ({"permission": "trail.see", "method": "GET", "later": 1, "repeated": 9}, 1),
            ({"method": "GET"}, 1),
            ("unreadable", 0),
        ],
    )
    def test_are_told_where_another_version_counted_some(
        self, vera, signed_in_as, later, details, told
    ):
        origin = {"recorded_at": timezone.now(), "repeated": 1}
        RefusalCount.objects.create(key="", user=vera, details=details, **origin)
        viewer = signed_in_as(vera)
        viewer.get("/audit/"), viewer.get("/audit/"), later(seconds=61)
        refusals.record_the_rest()
        assert (denied().count(), RefusalCount.objects.count()) == (2 + told, 1 - told)

    def test_wait_for_the_end_of_their_minute(self, vera, signed_in_as):
        viewer = signed_in_as(vera)
        viewer.get("/audit/"), viewer.get("/audit/")
        maintain()
        assert (denied().count(), RefusalCount.objects.get().repeated) == (1, 1)

    def test_are_told_in_words(self, vera, ada, signed_in_as, later):
        viewer = signed_in_as(vera)
        viewer.get("/audit/"), viewer.get("/audit/"), later(seconds=61), viewer.get("/audit/")
        assert "Refused again since the entry before 1" in text_of(signed_in_as(ada).get("/audit/"))


@pytest.fixture
def quick(monkeypatch, max):
    known = {max.password: PASSWORD}
    monkeypatch.setattr(
        hashers, "matches", lambda password, encoded: known.get(encoded) == password
    )


@pytest.mark.usefixtures("quick")
class TestSignIns:
    def sign_in(self, client, max):
        return client.post("/sign-in/", {"email": max.email, "password": PASSWORD})

    def test_of_one_account_are_limited(self, client, max, later):
        answers = [self.sign_in(type(client)(), max) for _ in range(105)]
        assert [answer.status_code for answer in answers] == [302] * 100 + [429] * 5
        assert 0 < int(answers[-1]["Retry-After"]) <= 600
        assert (
            AuditEvent.objects.count() == 101
        )  # the try that crossed the limit, and none behind it
        later(minutes=11)
        assert self.sign_in(client, max).status_code == 302

    def test_leave_fifty_devices_of_which_this_is_one(self, client, max, later):
        first = type(client)()
        self.sign_in(first, max)
        later(seconds=1)
        for _ in range(sessions.MOST):
            self.sign_in(type(client)(), max)
        self.sign_in(client, max)
        ended = [
            event.details.get("oldest_sessions_ended")
            for event in AuditEvent.objects.order_by("pk")
        ]
        assert ended == [None] * sessions.MOST + [1, 1]
        assert Session.objects.count() == sessions.MOST
        assert [browser.get("/profile/").status_code for browser in (first, client)] == [302, 200]

    def test_leave_the_devices_of_others(self, client, max, vera, signed_in_as):
        theirs = signed_in_as(vera)
        for _ in range(sessions.MOST + 5):
            self.sign_in(client, max)
        assert theirs.get("/profile/").status_code == 200


class TestDevices:
    def test_are_shown_some_at_a_time(self, max, signed_in_as, later):
        for _ in range(45):
            this = signed_in_as(max)
        found, path = [], "/profile/sessions/"
        while path:
            response = this.get(path)
            assert text_of(response).count("Sign out this device") <= 20
            found += [device.id for device in response.context["sessions"]]
            query = response.context["list"]["next"]
            path = query and f"/profile/sessions/{query}"
        assert (len(found), set(found)) == (
            45,
            set(Session.objects.values_list("public_id", flat=True)),
        )
        assert text_of(response).count("Sign out all other devices") == 1
        back = this.get("/profile/sessions/" + response.context["list"]["first"])
        assert text_of(back).count("This device") == 1

    @pytest.mark.parametrize(
        "cursor",
        ["x", "WyJhZnRlciIsMSwyXQ", "WyJhZnRlciIsICIyMDI2LTAxLTAxVDAwOjAwKzAwOjAwIiwgInp6Il0"],
    )
    def test_from_nowhere_are_the_first_ones(self, max, signed_in_as, cursor):
        assert signed_in_as(max).get("/profile/sessions/", {"cursor": cursor}).status_code == 302


class TestTheOwnProfile:
    def test_is_changed_so_often_and_no_more(self, vera, signed_in_as):
        viewer = signed_in_as(vera)
        form = {"theme": "dark", "keyboard_shortcuts": "on"}
        answers = [
            viewer.post("/profile/", {**form, "full_name": f"V {n}"}).status_code for n in range(62)
        ]
        assert answers == [302] * 60 + [429] * 2
        vera.refresh_from_db()
        assert (vera.full_name, AuditEvent.objects.count()) == ("V 59", 60)
