"""Every mail to an address counts, whoever has it sent and however."""

import io

import pytest
from django.core import mail

import accounts.imports.actions
import accounts.imports.uploads
import accounts.roles.actions
from accounts.models import Invitation, Organization
from tests.conftest import text_of

pytestmark = pytest.mark.usefixtures("clock")
NEW = "new@example.com"


@pytest.fixture
def admin(ada, signed_in_as):
    return signed_in_as(ada)


@pytest.fixture
def sent(work):
    """Return a function that returns how many mails went to an address."""

    def count(email=NEW):
        work()
        return sum(message.to == [email] for message in mail.outbox)

    return count


def invite(client, addresses=NEW):
    return client.post(
        "/invitations/new/", {"addresses": addresses, "role": "member", "step": "mail"}
    )


@pytest.fixture
def cancel(admin, work):
    """Return a function that cancels what has just been mailed."""

    def cancel():
        work()
        for invitation in Invitation.objects.open():
            admin.post(f"/invitations/{invitation.public_id}/cancel/")

    return cancel


def resend(client):
    return client.post(f"/invitations/{Invitation.objects.open().get().public_id}/resend/")


class TestInvitations:
    def test_are_so_many_and_no_more_by_cancelling_and_inviting_again(self, admin, sent, cancel):
        for typed in (NEW, "NEW@example.com", " New@EXAMPLE.com ", "ｎew@example.com") * 3:
            last = invite(admin, typed)
            cancel()
        assert sent() == 5
        assert "This address got several mails a moment ago. Try again in a quarter" in text_of(
            last
        )
        assert Invitation.objects.count() == 5

    def test_count_together_with_those_sent_again(self, admin, sent, cancel):
        answers = []
        for _ in range(3):
            invite(admin)
            answers.append(resend(admin))
            cancel()
        assert ([answer.status_code for answer in answers], sent()) == ([302, 302, 429], 5)
        assert "nothing was changed" in text_of(answers[-1])
        assert 0 < int(answers[-1]["Retry-After"]) <= 900

    def test_count_together_with_those_of_a_file(self, admin, ada, acting, sent, cancel):
        for _ in range(5):
            invite(admin)
            cancel()
        job = accounts.imports.uploads.take(
            io.BytesIO(f"email\n{NEW}\nother@example.com\n".encode()), "x.csv", actor=acting(ada)
        )
        accounts.imports.actions.start(job.public_id, actor=acting(ada), mode="invite")
        assert (sent(), sent("other@example.com")) == (5, 1)
        assert "got several mails a moment ago" in text_of(admin.get(f"/imports/{job.public_id}/"))

    def test_pass_with_time_and_to_others(self, admin, sent, later, cancel):
        for _ in range(6):
            invite(admin)
            cancel()
        invite(admin, "other@example.com")
        assert (sent(), sent("other@example.com")) == (5, 1)
        later(minutes=16)
        invite(admin)
        assert sent() == 6

    def test_tell_a_member_nothing_of_what_others_sent(
        self, admin, max, signed_in_as, sent, later, cancel
    ):
        Organization.objects.create(name="Northwind", members_may_invite=True)
        for _ in range(6):
            invite(admin)
            cancel()
        member = signed_in_as(max)
        first, late = invite(member, "other@example.com"), invite(member)
        assert text_of(first).replace("other@", "new@") == text_of(late)
        assert (sent(), sent("other@example.com")) == (5, 1)
        later(minutes=16)
        assert sent() == 6


class TestOtherMails:
    def test_count_too(self, admin, ada, max, acting, client, sent):
        for role in ("viewer", "member") * 5:
            accounts.roles.actions.change_role(max.pk, actor=acting(ada), role=role)
        answers = [
            client.post("/forgot-password/", {"email": email})
            for email in (max.email, "x@example.com")
        ]
        assert [(answer.status_code, answer["Location"]) for answer in answers] == [
            (302, "/forgot-password/sent/")
        ] * 2
        assert sent(max.email) == 10

    def test_that_nobody_asked_for_are_sent_all_the_same(self, admin, ada, max, acting, sent):
        for role in ("viewer", "member") * 6:
            accounts.roles.actions.change_role(max.pk, actor=acting(ada), role=role)
        assert sent(max.email) == 12

    def test_remind_nobody_who_got_so_many(self, admin, ada, nils, acting, sent):
        for role in ("viewer", "member") * 5:
            accounts.roles.actions.change_role(nils.pk, actor=acting(ada), role=role)
        answer = admin.post(f"/credentials/{nils.public_id}/remind/")
        assert (answer.status_code, "Too many mails" in text_of(answer), sent(nils.email)) == (
            429,
            True,
            10,
        )
