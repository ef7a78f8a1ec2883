import re

import pytest
from django.core import mail
from django.utils import timezone

import accounts.invitations.actions
import accounts.invitations.preview
import accounts.tabular.pasted
from accounts.models import AuditEvent, Invitation, Organization, User
from accounts.web import link_tokens
from tests.conftest import text_of

NEW = "a sentence that nobody guesses"
JOINING = {"full_name": "New Person", "new_password": NEW, "confirm_password": NEW}


@pytest.fixture
def link(ada, acting):
    """The link of a new invitation for new@example.com."""
    return accounts.invitations.actions.invite(
        "new@example.com", actor=acting(ada), role="member", by_mail=False
    )[1]


def invite(client, addresses, step="mail", role="member"):
    return client.post("/invitations/new/", {"addresses": addresses, "role": role, "step": step})


def settings_are(**values):
    Organization.objects.update_or_create(pk=1, defaults={"name": "Northwind", **values})


class TestAddresses:
    @pytest.mark.parametrize(
        ("text", "found"),
        [
            ("a@x.io", [("", "a@x.io")]),
            (
                "a@x.io, b@x.io; c@x.io\nd@x.io\te@x.io",
                [("", f"{letter}@x.io") for letter in "abcde"],
            ),
            (
                'Bob <bob@x.io>, "Planck, Max" <max@x.io>',
                [("Bob", "bob@x.io"), ("Planck, Max", "max@x.io")],
            ),
            ("Planck, Max <max@x.io>; Bob", [("Planck, Max", "max@x.io"), ("", "Bob")]),
            ("IT-Team; Bob <bob@x.io>", [("", "IT-Team"), ("Bob", "bob@x.io")]),
            ("IT-Team\nBob <bob@x.io>", [("", "IT-Team"), ("Bob", "bob@x.io")]),
            ("IT-Team, a@x.io", [("", "IT-Team"), ("", "a@x.io")]),
            ('"A; B" <a@x.io>', [("A, B", "a@x.io")]),
            (
                "Bob Bunsen\tbob@x.io\nAl\tOne\ta@x.io\tviewer",
                [("Bob Bunsen", "bob@x.io"), ("Al One", "a@x.io"), ("", "viewer")],
            ),
            ("<a@x.io>, mailto:b@x.io", [("", "a@x.io"), ("", "mailto:b@x.io")]),
            ('"Bob" a@x.io', [("", '"Bob" a@x.io')]),
            ('"unclosed <a@x.io>, b@x.io', [("unclosed", "a@x.io"), ("", "b@x.io")]),
            (" ;, \n", []),
        ],
    )
    def test_are_found_in_what_people_paste(self, admin, text, found):
        assert accounts.tabular.pasted.people_in(text, most=9) == found

    def test_that_are_too_many_are_refused_and_none_is_left_out_in_silence(
        self, admin, monkeypatch
    ):
        monkeypatch.setattr(accounts.invitations.preview, "MOST_AT_ONCE", 2)
        assert invite(admin, "a@x.io, b@x.io", step="preview").status_code == 200
        response = invite(admin, "a@x.io, b@x.io, c@x.io")
        assert (response.status_code, "These are 3 addresses" in text_of(response)) == (422, True)
        assert not Invitation.objects.exists()


class TestNames:
    def test_that_were_pasted_are_shown_and_what_is_no_address_too(self, admin):
        page = text_of(invite(admin, "IT-Team; Bob Bunsen <bob@example.com>", step="preview"))
        assert "Bob Bunsen" in page
        assert "IT-Team – Not an email address" in page

    def test_are_suggested_to_who_joins(self, admin, client):
        page = invite(admin, "Bob Bunsen <bob@example.com>", step="link").content.decode()
        link = re.search(r"/join/[\w-]+/[\w-]+/", page)[0]
        assert 'value="Bob Bunsen"' in client.get(link, follow=True).content.decode()

    def test_are_theirs_to_change(self, admin, ada, acting, client):
        invitation, link = accounts.invitations.actions.invite(
            "bob@example.com", actor=acting(ada), role="member", full_name="Bob", by_mail=False
        )
        client.get(link)
        client.post(f"/join/{invitation.public_id}/", {**JOINING, "full_name": "Robert"})
        bob = User.objects.get(email="bob@example.com")
        invitation.refresh_from_db()
        assert (bob.full_name, invitation.full_name) == ("Robert", "Bob")


class TestPreview:
    def test_says_what_will_happen_with_each(self, admin, max, dora, link):
        settings_are(domains=["example.com"])
        typed = "fresh@example.com, max@example.com, dora@example.com, new@example.com, x@evil.test, nonsense, fresh@example.com"
        text = text_of(invite(admin, typed, step="preview"))
        for words in (
            *(
                "New: will be invited",
                "Already a user – Max Planck",
                "A deactivated user – Dora Maar",
                "Already invited",
            ),
            *("Outside the authorized domains", "Not an email address", "Named twice"),
        ):
            assert words in text

    def test_invites_nobody(self, admin):
        invite(admin, "fresh@example.com", step="preview")
        assert not Invitation.objects.exists()
        invite(admin, "fresh@example.com")
        assert Invitation.objects.exists()


class TestInviting:
    def test_by_mail_sends_a_link(self, admin, work):
        invite(admin, "fresh@example.com")
        work()
        [message] = mail.outbox
        assert (message.to, "/join/" in message.body) == (["fresh@example.com"], True)

    def test_by_link_shows_it_once(self, admin):
        page = invite(admin, "fresh@example.com", step="link").content.decode()
        assert re.search(r"http://admin.northwind.example/join/[\w-]+/[\w-]+/", page)
        assert "/join/" not in admin.get("/invitations/").content.decode()

    def test_leaves_an_entry_with_the_address_kept_apart(self, admin):
        invite(admin, "fresh@example.com")
        event = AuditEvent.objects.get()
        assert (event.action, event.personal.data) == (
            "invitation.sent",
            {"email": "fresh@example.com"},
        )
        assert "fresh" not in str(event.details)

    def test_the_same_address_twice_leaves_one(self, admin):
        invite(admin, "fresh@example.com")
        invite(admin, "FRESH@example.com")
        assert Invitation.objects.count() == 1

    @pytest.mark.parametrize("role", ["root", "", "ADMIN"])
    def test_knows_only_three_roles(self, admin, role):
        assert invite(admin, "fresh@example.com", role=role).status_code == 422

    def test_without_mail_offers_only_the_link(self, admin):
        settings_are(mail_is_on=False)
        text = text_of(invite(admin, "fresh@example.com", step="preview"))
        assert ("Send invitation" in text, "Create invitation link" in text) == (False, True)

    @pytest.mark.parametrize("who", ["max", "vera"])
    def test_is_for_admins_at_first(self, request, signed_in_as, who):
        assert (
            signed_in_as(request.getfixturevalue(who)).get("/invitations/new/").status_code == 403
        )

    def test_is_open_to_members_where_the_organization_says_so(self, max, signed_in_as):
        settings_are(members_may_invite=True)
        invite(signed_in_as(max), "fresh@example.com")
        assert Invitation.objects.get().invited_by == max

    def test_stands_in_the_menu_of_whoever_may(self, max, signed_in_as):
        browser = signed_in_as(max)
        assert "/invitations/new/" not in browser.get("/profile/").content.decode()
        settings_are(members_may_invite=True)
        assert "/invitations/new/" in browser.get("/profile/").content.decode()

    def test_is_never_open_to_viewers(self, vera, signed_in_as):
        settings_are(members_may_invite=True)
        assert signed_in_as(vera).get("/invitations/new/").status_code == 403

    @pytest.mark.parametrize(
        ("who", "roles"), [("ada", ["admin", "member", "viewer"]), ("max", ["member", "viewer"])]
    )
    def test_goes_as_high_as_ones_own_role(self, request, signed_in_as, who, roles):
        settings_are(members_may_invite=True)
        browser = signed_in_as(request.getfixturevalue(who))
        for role in ("admin", "member", "viewer"):
            invite(browser, f"{role}@example.com", role=role)
        assert sorted(Invitation.objects.values_list("role", flat=True)) == roles

    def test_to_a_role_above_ones_own_is_refused(self, max, signed_in_as):
        settings_are(members_may_invite=True)
        assert invite(signed_in_as(max), "fresh@example.com", role="admin").status_code == 422
        assert not Invitation.objects.exists()


class TestPending:
    def test_shows_who_and_by_whom(self, admin, link):
        text = text_of(admin.get("/invitations/"))
        assert all(
            part in text
            for part in ("new@example.com", "Member", "Ada Lovelace", "Show invitation link")
        )

    def test_shows_whether_the_mail_went_out(self, admin, work):
        invite(admin, "fresh@example.com")
        assert "Mail not sent yet" in text_of(admin.get("/invitations/"))
        work()
        assert "Mail sent" in text_of(admin.get("/invitations/"))

    @pytest.mark.parametrize(
        ("q", "found"), [("new@", True), ("lovelace", True), ("zzz", False), ("%00", False)]
    )
    def test_is_searched(self, admin, link, q, found):
        assert ("new@example.com" in admin.get(f"/invitations/?q={q}").content.decode()) is found

    def test_can_be_cancelled(self, admin, client, link):
        admin.post(f"/invitations/{Invitation.objects.get().public_id}/cancel/")
        assert client.get(link).status_code == 410

    def test_can_all_be_cancelled(self, admin, client, link):
        assert "1 invitation was cancelled." in text_of(
            admin.post("/invitations/cancel-all/", follow=True)
        )
        assert client.get(link).status_code == 410

    def test_are_all_cancelled_although_somebody_else_cancels_one_meanwhile(
        self, admin, ada, acting, monkeypatch
    ):
        for name in ("first", "second", "third"):
            accounts.invitations.actions.invite(
                f"{name}@example.com", actor=acting(ada), role="member", by_mail=False
            )
        second = Invitation.objects.get(email="second@example.com")

        def cancel(public_id, *, actor, cancel=accounts.invitations.actions.cancel):
            Invitation.objects.open().filter(pk=second.pk).update(cancelled_at=timezone.now())
            cancel(public_id, actor=actor)

        monkeypatch.setattr(accounts.invitations.actions, "cancel", cancel)
        assert "2 invitations were cancelled." in text_of(
            admin.post("/invitations/cancel-all/", follow=True)
        )
        assert not Invitation.objects.open().exists()

    @pytest.mark.usefixtures("clock")
    def test_floods_no_mailbox(self, admin, link):
        path = f"/invitations/{Invitation.objects.get().public_id}/resend/"
        assert [admin.post(path).status_code for _ in range(6)] == [302] * 5 + [429]

    def test_a_new_link_kills_the_old_one(self, admin, client, ada, acting, clock):
        from datetime import timedelta

        invitation, old = accounts.invitations.actions.invite(
            "new@example.com", actor=acting(ada), role="member", by_mail=False
        )
        clock.shift(timedelta(seconds=2))
        page = admin.post(f"/invitations/{invitation.public_id}/link/").content.decode()
        new = re.search(r"northwind.example(/join/[\w-]+/[\w-]+/)", page)[1]
        assert "A newer link was made since" in text_of(client.get(old))
        assert client.get(new).status_code == 302

    def test_a_new_link_lives_also_when_the_inviter_has_left(
        self, client, link, ada, new_user, acting
    ):
        grace = new_user("Grace Hopper", "admin")
        ada.is_active = False
        ada.save()
        invitation = Invitation.objects.get()
        _invitation, path = accounts.invitations.actions.renew(
            invitation.public_id, actor=acting(grace), by_mail=False
        )
        assert client.get(path, follow=True).status_code == 200


class TestWithoutMail:
    @pytest.fixture
    def resent(self, admin, link):
        """The answer to an Admin who resends an invitation from a page that still had the button."""
        settings_are(mail_is_on=False)
        return admin.post(f"/invitations/{Invitation.objects.get().public_id}/resend/")

    def test_resending_is_refused_with_the_reason(self, resent):
        assert (resent.status_code, "Mails are turned off" in text_of(resent)) == (409, True)

    def test_resending_sends_nothing(self, admin, resent, work):
        work()
        assert mail.outbox == []
        settings_are(mail_is_on=True)
        admin.post(f"/invitations/{Invitation.objects.get().public_id}/resend/")
        work()
        assert len(mail.outbox) == 1

    def test_resending_leaves_the_link_that_was_handed_over(self, resent, client, link):
        assert client.get(link).status_code == 302

    def test_an_invitation_that_waits_is_not_sent(self, admin, work):
        invite(admin, "fresh@example.com")
        settings_are(mail_is_on=False)
        work()
        assert mail.outbox == []
        assert "Mail not sent yet" in text_of(admin.get("/invitations/"))


class TestLink:
    def join(self, client, link, **typed):
        return client.post(client.get(link)["Location"], {**JOINING, **typed})

    def test_uses_nothing_up_by_being_looked_at(self, client, link):
        for method in (client.get, client.head, client.options, client.get):
            method(link)
        assert Invitation.objects.get().is_open

    def test_makes_the_account_and_signs_in(self, client, link):
        assert self.join(client, link)["Location"] == "/"
        user = User.objects.get(email="new@example.com")
        assert (user.full_name, user.role, user.is_active, user.must_change_password) == (
            "New Person",
            "member",
            True,
            False,
        )
        assert client.get("/profile/").status_code == 200

    def test_works_once(self, client, link):
        self.join(client, link)
        assert type(client)().get(link).status_code == 410

    def test_is_bound_to_its_address_and_role(self, client, link):
        self.join(client, link, email="evil@example.com", role="admin")
        assert set(User.objects.exclude(full_name="Ada Lovelace").values_list("email", "role")) == {
            ("new@example.com", "member")
        }

    @pytest.mark.parametrize(
        "typed",
        [
            {"new_password": "short", "confirm_password": "short"},
            {"full_name": ""},
            {"confirm_password": "another"},
        ],
    )
    def test_stays_good_after_a_fault(self, client, link, typed):
        assert self.join(client, link, **typed).status_code == 422
        assert self.join(client, link)["Location"] == "/"

    def test_dies_after_a_week_and_says_so_before_anybody_types(self, client, link, later):
        later(days=7)
        text = text_of(client.get(link))
        assert "good for a limited time" in text
        assert "Ask Ada Lovelace, who invited you" in text

    def test_dies_with_its_inviter(self, client, link, ada):
        ada.is_active = False
        ada.save()
        assert client.get(link).status_code == 410

    def test_dies_when_the_inviter_may_no_longer_give_that_role(self, client, link, ada):
        ada.role = "viewer"
        ada.save()
        assert client.get(link).status_code == 410

    def test_dies_when_the_address_gets_an_account_some_other_way(self, admin, client, link):
        admin.post(
            "/users/add/",
            {"full_name": "New", "email": "new@example.com", "role": "viewer", "new_password": ""},
        )
        assert client.get(link).status_code == 410

    def test_dies_with_its_domain(self, client, link):
        settings_are(domains=["other.example"])
        assert client.get(link).status_code == 410

    @pytest.mark.parametrize(
        "path", ["/join/x/y/", "/join/9f8b0c7e-0000-4000-8000-000000000000/a-b/", "/join/x/"]
    )
    def test_made_up_is_dead(self, client, path):
        assert client.get(path).status_code == 410

    def test_leaves_no_readable_token_in_the_database(self, client, link):
        client.get(link)
        kept, token = client.session, link.split("/")[3]
        assert token not in str(kept.items())
        assert link_tokens.token_of(kept, "invitation_link", link.split("/")[2]) == token

    def test_is_not_in_the_address_of_the_form(self, client, link):
        response = client.get(link)
        assert link.split("/")[3] not in response["Location"]
        assert response["Referrer-Policy"] == "no-referrer"


class TestARowOfTheList:
    @pytest.mark.parametrize("do", ["cancel", "resend"])
    def test_leads_back_to_where_it_was(self, admin, ada, acting, do):
        invitation = accounts.invitations.actions.invite(
            "new@example.com", actor=acting(ada), role="member"
        )[0]
        for page in ("/invitations/?q=new", "/credentials/"):
            path = rf"/invitations/{invitation.public_id}/{do}/"
            action = re.search(rf'action="({path}[^"]*)"', admin.get(page).content.decode())[1]
            response = admin.post(action)
            assert response["Location"] == page
            Invitation.objects.update(cancelled_at=None)

    def test_says_who_was_invited_as_people_write_it(self, admin, ada, acting):
        invitation = accounts.invitations.actions.invite(
            "anna@müller-werk.test", actor=acting(ada), role="member"
        )[0]
        page = text_of(admin.post(f"/invitations/{invitation.public_id}/resend/", follow=True))
        assert "A new invitation is on its way to anna@müller-werk.test." in page
        page = text_of(admin.post(f"/invitations/{invitation.public_id}/cancel/", follow=True))
        assert "The invitation of anna@müller-werk.test was cancelled." in page


class TestAfterInviting:
    def test_who_was_not_invited_stands_in_a_table_with_the_reason(self, admin, ada):
        page = text_of(invite(admin, f"new@example.com, {ada.email}, nonsense"))
        assert ("2 addresses were not invited" in page, f"{ada.email} Already a user" in page) == (
            True,
            True,
        )
        assert "nonsense Not an email address" in page

    def test_nobody_is_called_invited_where_nobody_was(self, admin):
        for addresses, heading in (
            ("nonsense", "Nobody was invited"),
            ("new@example.com", "Invited"),
        ):
            assert f"<h1>{heading}</h1>" in invite(admin, addresses).content.decode()
