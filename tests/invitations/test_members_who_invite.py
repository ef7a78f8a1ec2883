"""What a Member may do who may invite: no more than to have mails sent, and not without end."""

import re

import pytest
from django.core import mail

import accounts.invitations.actions
import accounts.passwords.actions
from accounts.kernel import throttle
from accounts.kernel.crypto import tokens
from accounts.models import AuditEvent, Invitation, Organization, User
from tests.conftest import text_of
from tests.invitations.test_invitations import JOINING, invite, settings_are

NEW = "a sentence that nobody guesses"


@pytest.fixture
def member(max, signed_in_as):
    """The browser of a Member who may invite."""
    settings_are(members_may_invite=True)
    return signed_in_as(max)


@pytest.fixture
def handed_over(client, ada, acting):
    """Somebody who joined by a link that an Admin handed over."""
    link = accounts.invitations.actions.invite(
        "new@example.com", actor=acting(ada), role="member", by_mail=False
    )[1]
    client.post(client.get(link)["Location"], JOINING)
    return User.objects.get(email="new@example.com")


def addresses(count, prefix="p"):
    return "\n".join(f"{prefix}{number}@example.com" for number in range(count))


@pytest.mark.usefixtures("clock")
class TestLimit:
    def test_of_a_member_ends_a_flood(self, member):
        for start in range(4):
            answer = invite(member, addresses(30, f"flood{start}-"))
        assert (Invitation.objects.count(), answer.status_code) == (50, 429)
        assert int(answer["Retry-After"]) > 0

    def test_says_which_addresses_were_left_out(self, member):
        text = text_of(invite(member, addresses(52)))
        assert text.count("Over the limit of an hour") == 2

    def test_is_said_before_anything_is_sent(self, member):
        text = text_of(invite(member, addresses(51), step="preview"))
        assert (
            "You can invite 50 addresses an hour, and 50 more now. The others are left out." in text
        )
        assert "an hour" not in text_of(invite(member, addresses(50), step="preview"))

    def test_loses_nothing_that_was_typed(self, member):
        invite(member, addresses(50))
        answer = invite(member, "late@example.com")
        assert "late@example.com" in answer.content.decode()
        assert re.search(
            r"You can invite 50 addresses an hour\. Try again in \d+ minutes?\.", text_of(answer)
        )

    def test_counts_addresses_of_users_too(self, member, vera):
        for _ in range(50):
            invite(member, vera.email)
        assert invite(member, "fresh@example.com").status_code == 429

    def test_ends_with_its_hour(self, member, max, signed_in_as, later):
        invite(member, addresses(50))
        later(hours=1)
        invite(signed_in_as(max), "late@example.com")
        assert Invitation.objects.filter(email="late@example.com").exists()

    def test_of_one_is_not_that_of_another(self, member, new_user, signed_in_as):
        invite(member, addresses(50))
        assert (
            invite(signed_in_as(new_user("Lise Meitner")), "fresh@example.com").status_code == 200
        )

    def test_of_an_admin_is_wider_and_ends_too(self, admin, ada):
        invite(admin, addresses(60))
        assert Invitation.objects.count() == 60
        for _ in range(940):
            throttle.INVITATIONS_BY_ADMIN.hit(ada.pk)
        assert invite(admin, "late@example.com").status_code == 429


class TestLinkToHandOver:
    def test_is_offered_to_an_admin_and_not_to_a_member(self, admin, member):
        pages = [invite(who, "ceo@example.com", step="preview") for who in (admin, member)]
        assert ["Create invitation link" in text_of(page) for page in pages] == [True, False]
        assert "ceo@example.com" in text_of(pages[1])

    def test_is_not_made_for_a_member_who_asks_all_the_same(self, member):
        answer = invite(member, "ceo@example.com", step="link")
        assert (answer.status_code, "/join/" in answer.content.decode()) == (403, False)
        assert not Invitation.objects.exists()
        assert AuditEvent.objects.latest("pk").details["permission"] == "invitations.hand_over"

    def test_is_not_made_for_a_member_while_mail_is_off(self, member):
        settings_are(members_may_invite=True, mail_is_on=False)
        assert "An Admin can hand a link over." in text_of(
            invite(member, "ceo@example.com", step="preview")
        )
        assert invite(member, "ceo@example.com", step="link").status_code == 403

    @pytest.mark.parametrize("act", ["link", "resend", "cancel"])
    @pytest.mark.parametrize("who", ["max", "vera", None])
    def test_of_an_invitation_is_changed_and_read_by_admins_alone(
        self, request, client, signed_in_as, admin, act, who
    ):
        settings_are(members_may_invite=True)
        invite(admin, "new@example.com")
        before = Invitation.objects.values().get()
        browser = signed_in_as(request.getfixturevalue(who)) if who else client
        answer = browser.post(f"/invitations/{before['public_id']}/{act}/")
        assert answer.status_code == (403 if who else 302)
        assert "/join/" not in answer.content.decode()
        assert Invitation.objects.values().get() == before

    def test_dies_when_its_admin_becomes_a_member(self, client, ada, acting):
        settings_are(members_may_invite=True)
        by_link = accounts.invitations.actions.invite(
            "ceo@example.com", actor=acting(ada), role="member", by_mail=False
        )[1]
        assert client.get(by_link).status_code == 302
        User.objects.filter(pk=ada.pk).update(role="member")
        assert client.get(by_link).status_code == 410

    def test_by_mail_lives_on_when_its_admin_becomes_a_member(self, client, ada, acting, work):
        settings_are(members_may_invite=True)
        accounts.invitations.actions.invite("ceo@example.com", actor=acting(ada), role="member")
        work()
        User.objects.filter(pk=ada.pk).update(role="member")
        assert (
            client.get(re.search(r"example(/join/\S+)", mail.outbox[-1].body)[1]).status_code == 302
        )


class TestUnverifiedAddress:
    PAGES = ("/users/", "{person}", "/profile/")

    def pages(self, admin, person, own):
        person.refresh_from_db()
        return [
            "Email not verified"
            in text_of(
                (own if page == "/profile/" else admin).get(
                    page.format(person=person.get_absolute_url())
                )
            )
            for page in self.PAGES
        ]

    def test_is_shown_of_who_joined_by_a_link_that_was_handed_over(
        self, admin, handed_over, signed_in_as
    ):
        assert self.pages(admin, handed_over, signed_in_as(handed_over)) == [True] * 3

    def test_is_not_shown_of_who_joined_by_a_mail(self, admin, client, work, signed_in_as):
        invite(admin, "new@example.com")
        work()
        link = re.search(r"example(/join/\S+)", mail.outbox[-1].body)[1]
        client.post(client.get(link)["Location"], JOINING)
        person = User.objects.get(email="new@example.com")
        assert self.pages(admin, person, signed_in_as(person)) == [False] * 3

    def test_is_shown_where_a_mailed_link_was_shown_after_all(self, admin, client, clock):
        invite(admin, "new@example.com")
        page = admin.post(
            f"/invitations/{Invitation.objects.get().public_id}/link/"
        ).content.decode()
        link = re.search(r"northwind.example(/join/[\w-]+/[\w-]+/)", page)[1]
        client.post(client.get(link)["Location"], JOINING)
        assert User.objects.get(email="new@example.com").email_unverified_since

    def test_is_verified_by_a_link_that_came_by_mail(
        self, admin, client, handed_over, signed_in_as
    ):
        accounts.passwords.actions.issue_reset_link.call(
            email=handed_over.email, address=None, user_agent=""
        )
        handed_over.refresh_from_db()
        opened = client.get(f"/reset/{handed_over.public_id}/{tokens.make(handed_over)}/")[
            "Location"
        ]
        chosen = NEW + " again"
        client.post(opened, {"new_password": chosen, "confirm_password": chosen})
        handed_over.refresh_from_db()
        assert self.pages(admin, handed_over, signed_in_as(handed_over)) == [False] * 3

    def test_is_not_verified_by_anything_else(self, admin, handed_over, client):
        page = handed_over.get_absolute_url()
        admin.post(f"{page}edit/", {"full_name": "New Person", "email": "other@example.com"})
        admin.post(f"{page}reset-password/", {"new_password": "maple-orbit-canyon-thrift"})
        client.post(
            "/sign-in/", {"email": "other@example.com", "password": "maple-orbit-canyon-thrift"}
        )
        client.post("/password/change/", {"new_password": NEW + "!", "confirm_password": NEW + "!"})
        handed_over.refresh_from_db()
        assert handed_over.email_unverified_since
        assert not handed_over.must_change_password

    def test_is_exported(self, admin, handed_over):
        file = b"".join(admin.post("/users/export/").streaming_content).decode()
        assert "email_unverified_since" in file.splitlines()[0]
        assert handed_over.email_unverified_since.isoformat(timespec="seconds") in file


class TestWhatAMemberLearns:
    KINDS = ("fresh@example.com", "vera@example.com", "dora@example.com", "invited@example.com")

    @pytest.fixture
    def everybody(self, vera, dora, ada, acting):
        accounts.invitations.actions.invite(
            "invited@example.com", actor=acting(ada), role="member", by_mail=False
        )

    @pytest.mark.parametrize("step", ["preview", "mail"])
    def test_is_the_same_of_users_of_who_is_invited_and_of_strangers(self, member, everybody, step):
        said = set()
        for email in self.KINDS:
            page = invite(member, email, step=step).content.decode()
            page = re.sub(r'<input type="hidden"[^>]*>', "", page)
            said.add(page.replace(email, "ADDRESS"))
        assert len(said) == 1

    def test_is_more_for_an_admin(self, admin, everybody):
        texts = {
            text_of(invite(admin, email, step="preview")).replace(email, "") for email in self.KINDS
        }
        assert len(texts) == 4

    def test_is_no_name(self, admin, member, everybody):
        pages = [invite(who, "\n".join(self.KINDS), step="preview") for who in (admin, member)]
        assert ["Rubin" in text_of(page) for page in pages] == [True, False]
        assert "vera@example.com" in text_of(pages[1])

    def test_does_not_keep_the_invitation_from_a_stranger(self, member, everybody, work):
        invite(member, "\n".join(self.KINDS))
        work()
        assert [message.to for message in mail.outbox] == [["fresh@example.com"]]

    def test_is_which_addresses_are_outside_the_domains(self, member, vera):
        settings_are(members_may_invite=True, domains=["example.com"])
        assert "Outside the authorized domains" in text_of(
            invite(member, "x@evil.test", step="preview")
        )
        Organization.objects.update(domains=["example.com", "other.test"])
        assert "Outside" not in text_of(invite(member, "x@other.test", step="preview"))
