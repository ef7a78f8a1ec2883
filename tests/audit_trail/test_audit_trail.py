import csv
import hashlib
import io
import json
from itertools import product

import pytest
from django.utils import translation

import accounts.organization.actions
import accounts.roles.actions
import accounts.users.actions
import accounts.users.activation
from accounts.exports.events import UsersExported
from accounts.kernel import audit
from accounts.kernel.events import AccessDenied
from accounts.models import AuditEvent, Organization, Session
from accounts.tabular.escaping import unescape_cell
from accounts.web.words import trail
from tests.conftest import text_of

# How many of the two entries of `changes` a query finds.
NARROWED = {
    "person=planck": 1,
    "person=max@example.com": 1,
    "person=ada": 2,
    "person=nobody": 0,
    "actor=ada": 2,
    "actor=planck": 0,
    "target=planck": 1,
    "target=ada": 0,
    "actor=ada&target=vera": 1,
    "actor=ada&target=nobody": 0,
    "action=user.role_changed": 2,
    "action=user.created": 0,
    "since=2000-01-01": 2,
    "since=2100-01-01": 0,
    "until=2000-01-01": 0,
}
ENDS = {
    "until=9999-12-31": 2,
    "until=9999-12-30": 2,
    "since=9999-12-31": 0,
    "since=0001-01-01": 2,
    "until=0001-01-01": 0,
    "since=0001-01-01&until=9999-12-31": 2,
}


@pytest.fixture
def changes(ada, max, vera, acting):
    for person in (max, vera):
        accounts.roles.actions.change_role(person.pk, actor=acting(ada), role="admin")


class TestTrail:
    def test_says_who_did_what_to_whom_from_where(self, admin, changes):
        text = text_of(admin.get("/audit/"))
        assert all(
            part in text
            for part in (
                "Role changed",
                "Ada Lovelace",
                "Max Planck",
                "192.0.2.7",
            )
        )

    def test_shows_the_newest_first(self, admin, changes):
        people = [
            entry.event.target.full_name.split()[0]
            for entry in admin.get("/audit/").context["list"]["events"]
        ]
        assert people == ["Vera", "Max"]

    def test_is_narrowed(self, admin, changes):
        found = {
            query: len(admin.get(f"/audit/?{query}").context["list"]["events"])
            for query in NARROWED
        }
        assert found == NARROWED

    def test_is_narrowed_by_a_public_id(self, admin, changes, max):
        assert len(admin.get(f"/audit/?person={max.public_id}").context["list"]["events"]) == 1

    @pytest.mark.parametrize(
        "query",
        ["since=x", "until=2026-13-01", "action=nonsense", "since=2026-02-02&until=2026-01-01"],
    )
    def test_with_a_fault_in_the_filter_says_so(self, admin, query):
        assert admin.get(f"/audit/?{query}").status_code == 422

    def test_finds_one_person_by_a_whole_address(self, admin, ada, max, new_user, acting):
        longer = new_user("Lea Max", email="lea.max@example.com")
        for person in (max, longer):
            accounts.roles.actions.change_role(person.pk, actor=acting(ada), role="viewer")
        events = admin.get("/audit/?target=max@example.com").context["list"]["events"]
        assert [entry.event.target for entry in events] == [max]

    def test_asks_for_who_or_on_whom_only_where_an_address_does(self, admin, max):
        labels = 'for="id_person"'
        pages = [admin.get(path).content.decode() for path in ("/audit/", "/audit/?person=max")]
        assert [labels in page for page in pages] == [False, True]

    def test_goes_to_the_ends_of_the_calendar(self, admin, changes):
        rows, found = (
            list(
                product(("Etc/UTC", "Pacific/Kiritimati", "America/New_York", "Etc/GMT+12"), ENDS)
            ),
            {},
        )
        for zone, query in rows:
            admin.cookies["timezone"] = zone
            here = (
                f"?action=user.role_changed&{query}"  # and not the exports, which are entries too
            )
            lines = b"".join(admin.post(f"/audit/export/{here}").streaming_content).splitlines()
            found[zone, query] = (
                len(admin.get(f"/audit/{here}").context["list"]["events"]),
                len(lines) - 1,
            )
        assert found == {(zone, query): (ENDS[query], ENDS[query]) for zone, query in rows}

    def test_goes_on_by_a_cursor(self, admin, ada, max, acting):
        for number in range(60):
            accounts.roles.actions.change_role(
                max.pk, actor=acting(ada), role=("viewer", "member")[number % 2]
            )
        first = admin.get("/audit/").context["list"]
        second = admin.get("/audit/" + first["next"]).context["list"]
        assert (len(first["events"]), len(second["events"])) == (50, 10)

    def test_begins_anew_with_a_made_up_cursor(self, admin):
        assert admin.get("/audit/?person=ada&cursor=x")["Location"] == "?person=ada"

    def test_records_who_was_refused(self, max, admin, signed_in_as):
        signed_in_as(max).get("/audit/")
        assert "Access denied" in text_of(admin.get("/audit/"))


class TestCodes:
    def shown(self, client, query=""):
        page = client.get(f"/audit/{query}").content.decode()
        return '<code class="event-code" translate="no">user.role_changed' in page

    def test_are_shown_on_demand(self, admin, changes):
        assert (self.shown(admin), self.shown(admin, "?codes=on")) == (False, True)

    def test_are_there_for_programs_all_the_same(self, admin, changes):
        assert 'data-action="user.role_changed"' in admin.get("/audit/").content.decode()

    def test_stay_shown_when_the_question_changes(self, admin, changes):
        page = admin.get("/audit/?codes=on").content.decode()
        assert '<input type="hidden" name="codes" value="on">' in page

    def test_are_hidden_where_nothing_was_asked_in_particular(self, admin, ada, max, changes):
        assert not self.shown(admin, "?codes=x")


class TestPresets:
    @pytest.fixture
    def entries(self, ada, max, vera, acting, signed_in_as):
        signed_in_as(max).get("/audit/")
        accounts.roles.actions.change_role(max.pk, actor=acting(ada), role="admin")
        accounts.roles.actions.change_role(vera.pk, actor=acting(max), role="member")
        AuditEvent.objects.create(
            action="password.reset_by_admin", actor_kind="system", target=vera
        )

    def follow(self, client, label):
        [href] = [
            preset["href"]
            for preset in client.get("/audit/").context["presets"]
            if preset["label"] == label
        ]
        return client.get(f"/audit/{href}")

    @pytest.mark.parametrize(
        ("label", "found"),
        [
            ("Password resets this week", ["password.reset_by_admin"]),
            ("Refused", ["access.denied"]),
            ("My own", ["user.role_changed"]),
        ],
    )
    def test_lead_to_what_they_say(self, admin, entries, label, found):
        response = self.follow(admin, label)
        shown = [entry.event.action for entry in response.context["list"]["events"]]
        assert [action for action in shown if not action.startswith("session.")] == found

    def test_of_this_week_leave_out_the_week_before(self, admin, entries, later, signed_in_as, ada):
        later(days=8)
        assert not self.follow(signed_in_as(ada), "Password resets this week").context["list"][
            "events"
        ]

    def test_say_which_one_is_shown(self, admin, entries):
        for label in ("Everything", "Refused", "My own"):
            page = self.follow(admin, label).context["presets"]
            assert [preset["label"] for preset in page if preset["current"]] == [label]


class TestExport:
    def rows(self, response):
        body = b"".join(response.streaming_content).decode("utf-8-sig")
        return list(csv.DictReader(io.StringIO(body)))

    def test_has_a_row_for_each_entry(self, admin, changes):
        rows = self.rows(admin.post("/audit/export/"))
        assert [(row["action"], row["actor_email"], row["target_email"]) for row in rows] == [
            ("user.role_changed", "ada@example.com", "vera@example.com"),
            ("user.role_changed", "ada@example.com", "max@example.com"),
        ]

    def test_says_how_the_actor_came_in_and_to_what(self, admin, max):
        response = admin.post(f"/users/{max.public_id}/deactivate/", {"version": max.version})
        row = self.rows(admin.post("/audit/export/?action=user.deactivated"))[0]
        assert (row["via"], row["request_id"]) == ("page", response["X-Request-ID"])
        assert row["session"] == str(Session.objects.get().public_id)
        assert (row["subject_type"], row["subject_id"]) == ("user", str(max.public_id))

    def test_leaves_empty_what_an_entry_of_before_does_not_say(self, admin):
        AuditEvent.objects.create(action="user.edited", actor_kind="system")
        row = self.rows(admin.post("/audit/export/?action=user.edited"))[0]
        new = ("via", "request_id", "session", "subject_type", "subject_id")
        assert [row[name] for name in new] == [""] * len(new)

    def test_keeps_the_filter(self, admin, changes):
        assert len(self.rows(admin.post("/audit/export/?person=planck"))) == 1

    def test_gives_times_with_their_offset(self, admin, changes):
        assert self.rows(admin.post("/audit/export/"))[0]["at"].endswith("+00:00")

    @pytest.mark.parametrize("name", ["=1+1", "+1", "-1", "@SUM(A1)", "＝1"])
    def test_defuses_formulas(self, admin, ada, new_user, acting, name):
        person = new_user(name, email="x@example.com")
        accounts.roles.actions.change_role(person.pk, actor=acting(ada), role="viewer")
        assert self.rows(admin.post("/audit/export/"))[0]["target"] == f"'{name}"

    def test_is_a_file_that_no_cache_keeps(self, admin):
        response = admin.post("/audit/export/")
        assert response["Content-Disposition"].startswith('attachment; filename="audit-')
        assert "no-store" in response["Cache-Control"]

    def test_has_the_reason(self, admin, ada, max, acting):
        accounts.users.activation.deactivate(max.pk, actor=acting(ada), reason="Left the company")
        row = self.rows(admin.post("/audit/export/"))[0]
        assert (row["what"], row["reason"]) == ("User deactivated", "Left the company")

    def test_has_all_that_the_screen_shows(self, admin, ada, max, acting):
        given = {"actor": acting(ada), "reason": "=1+1; on request"}
        accounts.users.actions.edit(
            max.pk, actor=acting(ada), full_name="Max Born", email="born@example.com"
        )
        accounts.roles.actions.change_role(max.pk, role="viewer", **given)
        admin.post("/users/export/?q=born&role=viewer")
        facts = Organization.current().facts | {"name": "Southwind"}
        accounts.organization.actions.change_settings(
            actor=acting(ada), expected_version=0, **facts
        )
        entries = admin.get("/audit/").context["list"]["events"]
        shown = [
            (str(one.label), one.browser, [f"{label}: {fact}" for label, fact in one.facts])
            for one in entries
        ]
        rows = self.rows(admin.post("/audit/export/"))
        assert len(rows) == 4
        for (label, browser, facts), row in zip(shown, rows, strict=True):
            assert (row["what"], row["from_where"], unescape_cell(row["in_words"])) == (
                label,
                browser,
                "; ".join(facts),
            )

    def test_has_the_details_for_programs_too(self, admin, ada, max, acting):
        accounts.users.activation.deactivate(max.pk, actor=acting(ada), reason="left,=1")
        row = self.rows(admin.post("/audit/export/"))[0]
        assert (row["action"], row["outcome"], row["actor_kind"]) == (
            "user.deactivated",
            "done",
            "user",
        )
        assert json.loads(row["details"]) == {"sessions_ended": 0, "reason": "left,=1"}

    def test_says_nothing_of_somebody_who_was_deleted(self, admin, ada, dora, acting):
        accounts.users.activation.activate(dora.pk, actor=acting(ada))
        accounts.users.activation.deactivate(dora.pk, actor=acting(ada), reason="Left the company")
        before = b"".join(admin.post("/audit/export/").streaming_content)
        accounts.users.actions.delete(dora.pk, actor=acting(ada))
        after = b"".join(admin.post("/audit/export/").streaming_content)
        named = [(b"Left the company" in body, b"Dora" in body) for body in (before, after)]
        assert named == [(True, True), (False, False)]

    def test_is_in_the_words_of_its_reader(self, ada, changes, signed_in_as):
        ada.language = "fr"
        ada.save()
        body = b"".join(signed_in_as(ada).post("/audit/export/").streaming_content).decode(
            "utf-8-sig"
        )
        row = next(csv.DictReader(io.StringIO(body), delimiter=";"))
        assert (row["action"], row["what"], row["result"]) == (
            "user.role_changed",
            "Rôle modifié",
            "Fait",
        )


class TestFacts:
    def test_are_shown_in_words_also_where_they_have_parts(self, admin, ada, acting):
        facts = Organization.current().facts | {"name": "Southwind"}
        accounts.organization.actions.change_settings(
            actor=acting(ada), expected_version=0, **facts
        )
        admin.post("/audit/export/?action=user.created")
        text = text_of(admin.get("/audit/"))
        assert "Name: Northwind Analytics → Southwind" in text
        assert "Filters Action: User added" in text

    def test_of_settings_and_filters_are_in_the_language_of_the_reader(
        self, ada, acting, signed_in_as
    ):
        facts = Organization.current().facts | {"mail_is_on": False, "domains": ["example.com"]}
        accounts.organization.actions.change_settings(
            actor=acting(ada), expected_version=0, **facts
        )
        ada.language = "fr"
        ada.save()
        admin = signed_in_as(ada)
        admin.post("/users/export/?status=deactivated&role=viewer&domain=example.com")
        newest = admin.get("/audit/").context["list"]["events"]
        with translation.override("fr"):
            said = {
                entry.event.action: [value for _label, value in entry.facts] for entry in newest
            }
        assert (
            "Domaines e-mail autorisés: – → example.com, Envoyer des e-mails: oui → non"
            in said["organization.changed"]
        )
        assert "@example.com, Lecteur, Désactivé" in said["users.exported"]

    def test_of_filters_that_only_another_version_knows_stand_for_themselves(self, ada, acting):
        filters = {"role": "owner", "moon": "full", "status": "active"}
        event = UsersExported(format="csv", filters=filters)
        audit.record(event, actor=acting(ada))
        said = dict(trail.Entry(AuditEvent.objects.get()).facts)
        assert said["Filters"] == "moon: full, role: owner, Active"

    def test_that_people_typed_are_left_as_typed(self, admin, ada, max, acting):
        accounts.users.actions.edit(
            max.pk, actor=acting(ada), full_name="admin", email="max@example.com"
        )
        accounts.roles.actions.change_role(
            max.pk, actor=acting(ada), role="viewer", reason="account"
        )
        facts = Organization.current().facts | {"name": "admin"}
        accounts.organization.actions.change_settings(
            actor=acting(ada), expected_version=0, **facts
        )
        events = AuditEvent.objects.order_by("pk")
        said = [dict(trail.Entry(event).facts) for event in events]
        assert said[0]["Name after"] == "admin"
        assert (said[1]["After"], said[1]["Reason"]) == ("Viewer", "account")
        assert said[2]["Changed"] == "Name: Northwind Analytics → admin"


class TestCodeOfAnUnknownAddress:
    """What was typed for nobody's address, sometimes a password, is kept as a code that only we can make."""

    def code_of(self, client, typed):
        client.post("/sign-in/", {"email": typed, "password": "x"})
        return AuditEvent.objects.latest("pk").details["unknown_address"]

    def test_is_the_same_in_whatever_letter_case_and_form(self, client):
        for spellings in (
            (
                "nobody@example.com",
                "Nobody@Example.COM",
                " nobody@example.com",
                "ｎobody@example.com",
            ),
            ("nobody", "NOBODY", " Nobody ", "ｎobody"),
        ):
            assert len({self.code_of(client, typed) for typed in spellings}) == 1, spellings

    def test_differs_from_that_of_another_address(self, client):
        assert self.code_of(client, "nobody@example.com") != self.code_of(
            client, "nobody2@example.com"
        )

    @pytest.mark.parametrize("typed", ["nobody@example.com", "hunter2 was my password"])
    def test_cannot_be_guessed_back_without_the_secret_key(self, client, typed, settings):
        code = self.code_of(client, typed)
        names = hashlib.algorithms_guaranteed - {"shake_128", "shake_256"}
        digests = [
            hashlib.new(name, typed.encode(), usedforsecurity=False).hexdigest() for name in names
        ]
        assert not [digest for digest in digests if code in digest]
        settings.SECRET_KEY = "another-" + settings.SECRET_KEY
        assert self.code_of(client, typed) != code

    def test_says_nothing_of_what_was_typed(self, admin, client):
        code = self.code_of(client, "hunter2 was my password")
        text = text_of(admin.get("/audit/"))
        assert (code in text, "hunter2" in text) == (True, False)

    def test_of_a_reset_link_is_the_same_as_that_of_a_sign_in(self, client, work):
        code = self.code_of(client, "nobody@example.com")
        client.post("/forgot-password/", {"email": "NOBODY@example.com"})
        work()
        assert AuditEvent.objects.latest("pk").details["unknown_address"] == code


class TestPermissions:
    def test_are_said_in_words_also_by_the_names_of_the_version_before(self, admin, ada, acting):
        for name in ("reset_password", "passwords.reset", "moon.landing"):
            audit.record(AccessDenied(permission=name, method="GET"), actor=acting(ada))
        newest = admin.get("/audit/").context["list"]["events"]
        said = [
            dict(entry.facts)["Permission"]
            for entry in newest
            if entry.event.action == "access.denied"
        ]
        assert said == ["moon.landing", "reset a password", "reset a password"]
