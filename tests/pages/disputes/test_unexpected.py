import re

import pytest
from django.core import mail

from accounts.models import AuditEvent
from tests.conftest import TEMPORARY, text_of


def link_in(message):
    return re.search(r"http://admin.northwind.example(/unexpected/\S+)", message.body)[1]


@pytest.fixture
def link(admin, max, work):
    """The link in the mail about a reset of max's password."""
    admin.post(f"{max.get_absolute_url()}reset-password/", {"new_password": TEMPORARY})
    work()
    return link_in(mail.outbox.pop())


class TestAfterAReset:
    def test_changes_nothing_by_being_looked_at(self, client, link, max):
        client.get(link), client.head(link)
        max.refresh_from_db()
        assert not max.has_expired_temporary_password

    def test_freezes_the_temporary_password(self, client, link, max):
        client.post(link)
        assert client.post("/sign-in/", {"email": max.email, "password": TEMPORARY}).status_code == 422

    def test_tells_the_other_admins(self, client, link, new_user, work):
        new_user("Grace Hopper", "admin")
        client.post(link)
        work()
        assert [message.to for message in mail.outbox] == [["grace@example.com"]]

    def test_leaves_an_entry(self, client, link, max):
        client.post(link)
        event = AuditEvent.objects.latest("pk")
        assert (event.action, event.target) == ("change.disputed", max)

    def test_works_once(self, client, link):
        client.post(link)
        assert client.post(link).status_code == 410

    def test_says_nothing_of_the_account(self, client, link, max):
        page = text_of(client.get(link)) + text_of(client.post(link))
        assert "Max" not in page
        assert max.email not in page

    def test_leaves_a_newer_temporary_password_alone(self, client, link, admin, max):
        newer = "maple-lantern-marble-frost"
        admin.post(f"{max.get_absolute_url()}reset-password/", {"new_password": newer})
        client.post(link)
        assert client.post("/sign-in/", {"email": max.email, "password": newer}).status_code == 302

    def test_leaves_a_password_alone_that_the_user_chose_since(self, client, link, max):
        max.refresh_from_db()
        max.set_own_password(max.password)
        max.save()
        client.post(link)
        max.refresh_from_db()
        assert not max.has_expired_temporary_password

    @pytest.mark.parametrize("path", ["/unexpected/x/", "/unexpected/WzFd:1a:b/"])
    def test_made_up_leads_nowhere(self, client, path):
        assert client.get(path).status_code == 410

    def test_is_too_old_after_a_month(self, client, link, later):
        later(days=31)
        assert client.get(link).status_code == 410


class TestAfterAnotherChange:
    def test_of_a_role_signs_the_admin_out(self, admin, max, client, work):
        admin.post(f"{max.get_absolute_url()}role/", {"role": "viewer"})
        work()
        client.post(link_in(mail.outbox[0]))
        assert admin.get("/users/").status_code == 302

    def test_of_an_address_is_offered_to_the_old_one(self, admin, max, client, work):
        admin.post(f"{max.get_absolute_url()}edit/", {"full_name": max.full_name, "email": "evil@example.com"})
        work()
        [message] = [message for message in mail.outbox if message.to == ["max@example.com"]]
        assert client.post(link_in(message)).status_code == 200
