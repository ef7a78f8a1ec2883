import pytest
from django.core import mail
from django_tasks_db.models import DBTaskResult

from accounts.models import AuditEvent, Organization
from tests.conftest import text_of


def ask(client, email, **more):
    return client.post("/forgot-password/", {"email": email}, **more)


class TestAnswer:
    @pytest.mark.parametrize(
        "email",
        [
            "max@example.com",
            "dora@example.com",
            "nobody@example.com",
            "a@b",
            "max@example.com,evil@example.com",
            "x",
            "ﷺ@x",
        ],
    )
    def test_is_the_same_for_every_address(self, client, max, dora, email):
        response = ask(client, email)
        assert (response.status_code, response["Location"], response.content) == (
            302,
            "/forgot-password/sent/",
            b"",
        )

    def test_costs_the_same_queries_for_every_address(
        self, client, max, dora, django_assert_num_queries
    ):
        from django.db import connection
        from django.test.utils import CaptureQueriesContext

        def queries(email):
            with CaptureQueriesContext(connection) as captured:
                ask(client, email)
            return [query["sql"][:40] for query in captured]

        ask(client, "first@example.com")
        assert queries(max.email) == queries(dora.email) == queries("nobody@example.com")

    def test_says_whom_to_ask_when_no_mail_comes(self, client, db):
        assert "ask an Admin of Northwind Analytics" in text_of(
            client.get("/forgot-password/sent/")
        )

    def test_to_an_empty_form_names_the_field(self, client, db):
        assert ask(client, "").status_code == 422

    def test_to_two_addresses_is_neutral_and_sends_nothing(self, client, max, work):
        response = client.post("/forgot-password/", {"email": [max.email, "evil@example.com"]})
        work()
        assert (response["Location"], mail.outbox) == ("/forgot-password/sent/", [])

    @pytest.mark.parametrize(
        "body", ['{"email": "max@example.com"}', '["max@example.com"]', "email[]=max@example.com"]
    )
    def test_to_another_kind_of_body_sends_nothing(self, client, max, work, body):
        client.post("/forgot-password/", body, content_type="application/json")
        work()
        assert mail.outbox == []
        ask(client, max.email)
        work()
        assert len(mail.outbox) == 1


class TestMail:
    def test_goes_to_the_stored_address(self, client, max, work):
        ask(client, "MAX@EXAMPLE.com")
        work()
        assert [message.to for message in mail.outbox] == [["max@example.com"]]

    @pytest.mark.parametrize("host", ["evil.test", "testserver:evil"])
    def test_is_not_made_for_another_host(self, client, max, host):
        assert ask(client, max.email, headers={"host": host}).status_code == 400

    def test_carries_the_public_address_whatever_the_headers(self, client, max, work):
        ask(
            client,
            max.email,
            headers={"x-forwarded-host": "evil.test", "x-forwarded-proto": "https"},
        )
        work()
        assert "http://admin.northwind.example/reset/" in mail.outbox[0].body
        assert "evil" not in mail.outbox[0].body

    @pytest.mark.parametrize("who", ["dora@example.com", "nobody@example.com"])
    def test_is_not_sent_to_the_deactivated_or_unknown(self, client, dora, work, who):
        ask(client, who)
        work()
        assert mail.outbox == []
        assert AuditEvent.objects.get().outcome == "refused"

    def test_is_not_made_by_the_request(self, client, max):
        ask(client, max.email)
        assert (mail.outbox, DBTaskResult.objects.count()) == ([], 1)

    def test_that_the_deactivated_asked_for_shows_in_the_audit_trail(self, client, dora, work):
        ask(client, dora.email)
        work()
        event = AuditEvent.objects.get()
        assert (event.action, event.target, event.outcome) == (
            "password.reset_requested",
            dora,
            "refused",
        )
        assert event.details == {"reason": "deactivated"}

    def test_is_recorded_with_where_it_was_asked_for(self, client, max, work):
        ask(client, max.email, REMOTE_ADDR="198.51.100.7", headers={"user-agent": "A browser"})
        work()
        event = AuditEvent.objects.get()
        assert (event.outcome, event.actor, event.target) == ("done", None, max)
        assert (event.address, event.user_agent) == ("198.51.100.7", "A browser")

    @pytest.mark.usefixtures("clock")
    def test_that_an_address_outside_the_domains_asked_for_shows_why_not(self, client, max, work):
        Organization.objects.create(name="Northwind", domains=["northwind.example"])
        ask(client, max.email)
        work()
        event = AuditEvent.objects.get()
        assert (event.outcome, event.details) == ("refused", {"reason": "address_not_accepted"})

    def test_is_limited_for_each_address_without_a_word(self, client, max, work):
        typed = [
            max.email,
            max.email.upper(),
            " Max@example.COM",
            max.email.replace("x", "\uff58"),
        ] * 2
        answers = {
            ask(client, email, REMOTE_ADDR=f"198.51.100.{number}").status_code
            for number, email in enumerate(typed)
        }
        work()
        assert (answers, len(mail.outbox)) == ({302}, 5)

    @pytest.mark.usefixtures("clock")
    def test_is_limited_for_each_network_with_a_word(self, client, db):
        answers = [ask(client, f"person{number}@example.com").status_code for number in range(51)]
        assert answers == [302] * 50 + [429]
