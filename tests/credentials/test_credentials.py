import pytest
from django.core import mail

import accounts.invitations.actions
import accounts.passwords.actions
from accounts.kernel.crypto import tokens
from accounts.models import AuditEvent, Organization
from tests.conftest import TEMPORARY, text_of


@pytest.fixture
def outstanding(ada, max, nils, acting):
    accounts.passwords.actions.issue_reset_link.call(email=max.email, address=None, user_agent="")
    accounts.invitations.actions.invite(
        "new@example.com", actor=acting(ada), role="member", by_mail=False
    )


class TestPage:
    def test_shows_all_three_kinds(self, admin, outstanding):
        text = text_of(admin.get("/credentials/"))
        assert all(
            part in text for part in ("Nils Bohr", "Not used yet", "Max Planck", "new@example.com")
        )

    def test_has_its_count_in_the_menu(self, admin, outstanding):
        assert "Outstanding credentials 3" in text_of(admin.get("/users/"))

    def test_forgets_what_has_run_out(self, admin, outstanding, later, ada, signed_in_as):
        later(days=8)
        text = text_of(signed_in_as(ada).get("/credentials/"))
        assert "Nils Bohr" not in text
        assert "No active invitations." in text

    def test_says_when_a_password_was_used(self, admin, nils, client):
        client.post("/sign-in/", {"email": nils.email, "password": TEMPORARY})
        assert "Used, not changed yet" in text_of(admin.get("/credentials/"))


class TestExpire:
    def test_ends_a_temporary_password(self, admin, nils, client):
        admin.post(f"/credentials/{nils.public_id}/expire/")
        response = client.post("/sign-in/", {"email": nils.email, "password": TEMPORARY})
        assert "has expired" in text_of(response)

    def test_ends_a_session_that_has_begun_with_it(self, admin, nils, signed_in_as):
        browser = signed_in_as(nils)
        admin.post(f"/credentials/{nils.public_id}/expire/")
        assert browser.get("/password/change/").status_code == 302

    def test_ends_a_reset_link(self, admin, max, client, outstanding):
        max.refresh_from_db()
        link = f"/reset/{max.public_id}/{tokens.make(max)}/"
        admin.post(f"/credentials/{max.public_id}/expire/")
        assert client.get(link).status_code == 410


class TestRemind:
    def test_sends_a_mail(self, admin, nils, work):
        admin.post(f"/credentials/{nils.public_id}/remind/")
        work()
        assert [message.subject for message in mail.outbox] == [
            "Vectice Admin: your temporary password runs out"
        ]

    def test_without_mail_is_refused_with_the_reason(self, admin, nils):
        Organization.objects.create(name="Northwind", mail_is_on=False)
        response = admin.post(f"/credentials/{nils.public_id}/remind/")
        assert (response.status_code, "Mails are turned off" in text_of(response)) == (409, True)

    def test_is_not_offered_without_mail(self, admin, nils):
        assert "/remind/" in admin.get("/credentials/").content.decode()
        Organization.objects.create(name="Northwind", mail_is_on=False)
        assert "/remind/" not in admin.get("/credentials/").content.decode()

    @pytest.mark.usefixtures("clock")
    def test_floods_no_mailbox(self, admin, nils, work):
        path = f"/credentials/{nils.public_id}/remind/"
        assert [admin.post(path).status_code for _ in range(5)] == [302] * 3 + [429] * 2
        work()
        assert len(mail.outbox) == 3

    def test_leaves_an_entry(self, admin, ada, nils):
        admin.post(f"/credentials/{nils.public_id}/remind/")
        event = AuditEvent.objects.get()
        assert (event.action, event.actor, event.target) == ("credential.reminded", ada, nils)

    def test_of_nothing_sends_none(self, admin, max, work):
        assert "nothing to remind" in text_of(
            admin.post(f"/credentials/{max.public_id}/remind/", follow=True)
        )
