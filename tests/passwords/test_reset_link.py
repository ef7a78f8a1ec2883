import pytest
from django.conf import settings
from django.core import mail
from django.db import OperationalError

import accounts.passwords.actions
from accounts.kernel.actor import Actor
from accounts.kernel.crypto import hashers, tokens
from accounts.models import AuditEvent, Organization, Session, User
from accounts.passwords import mails
from accounts.web import link_tokens
from tests.conftest import PASSWORD, is_password_of, text_of

NEW = "a sentence that nobody guesses"


def use(client, link, password=NEW, confirm=None):
    form = client.get(link)["Location"]
    return client.post(form, {"new_password": password, "confirm_password": confirm or password})


class TestIssuing:
    @pytest.fixture
    def asked(self, max, client):
        client.post("/forgot-password/", {"email": max.email})

    def test_is_tried_again_where_the_database_gives_up_in_the_middle(
        self, asked, work, later, monkeypatch
    ):
        def deadlock(mail, user):
            raise OperationalError("deadlock detected")

        with monkeypatch.context() as patch:
            patch.setattr(mails.ResetLink, "queue", deadlock)
            work()
        assert (len(mail.outbox), AuditEvent.objects.count()) == (0, 0)
        later(seconds=11)
        work()
        assert (len(mail.outbox), AuditEvent.objects.count()) == (1, 1)


class TestOpening:
    def test_moves_the_token_out_of_the_address(self, client, max, link):
        assert client.get(link)["Location"] == f"/reset/{max.public_id}/choose/"

    def test_shows_the_form_without_the_token(self, client, link):
        page = client.get(link, follow=True).content.decode()
        assert 'name="new_password"' in page
        assert link.split("/")[3] not in page

    def test_leaks_by_no_referer(self, client, link):
        assert client.get(link)["Referrer-Policy"] == "no-referrer"

    def test_uses_nothing_up(self, client, link):
        for method in (client.head, client.get, client.options, client.get):
            method(link)
        assert use(client, link)["Location"] == "/reset/done/"

    def test_leaves_no_readable_token_in_the_database(self, client, link):
        client.get(link)
        kept, (_reset, person, token) = client.session, link.strip("/").split("/")
        assert token not in str(kept.items())
        assert link_tokens.token_of(kept, "reset_link", person) == token

    def test_by_the_version_before_leads_to_a_dead_link(self, client, max, link):
        session = client.session
        session["reset_link"] = [str(max.public_id), link.split("/")[3]]
        session.save()
        client.cookies[settings.SESSION_COOKIE_NAME] = session.session_key
        assert client.get(f"/reset/{max.public_id}/choose/").status_code == 410

    def test_says_the_rules_beforehand(self, client, link):
        assert "At least 15 characters." in text_of(client.get(link, follow=True))


class TestUsing:
    def test_sets_the_password(self, client, max, link):
        use(client, link)
        assert client.post("/sign-in/", {"email": max.email, "password": NEW}).status_code == 302

    def test_signs_nobody_in(self, client, link):
        use(client, link)
        assert client.get("/profile/").status_code == 302

    def test_is_nothing_that_whoever_is_signed_in_with_this_browser_did(
        self, max, vera, link, signed_in_as
    ):
        assert use(signed_in_as(vera), link)["Location"] == "/reset/done/"
        entry = AuditEvent.objects.get(action="password.reset_by_link")
        assert (entry.actor, entry.target, is_password_of(max, NEW)) == (None, max, True)

    def test_ends_every_session(self, client, max, link, signed_in_as):
        browser = signed_in_as(max)
        before = browser.get("/profile/").status_code
        use(client, link)
        assert (before, browser.get("/profile/").status_code) == (200, 302)
        assert not Session.objects.filter(user=max).exists()

    def test_shows_that_the_address_is_theirs(self, client, max, link):
        User.objects.filter(pk=max.pk).update(email_unverified_since=max.created_at)
        use(client, link)
        assert User.objects.get(pk=max.pk).email_unverified_since is None

    def test_leaves_no_link_in_the_session(self, client, link):
        client.get(link)
        before = "reset_link" in client.session
        use(client, link)
        assert (before, "reset_link" in client.session) == (True, False)

    def test_works_once(self, client, link):
        use(client, link)
        response = client.get(link)
        assert (response.status_code, "does not work any more" in text_of(response)) == (410, True)

    def test_that_is_used_while_the_password_is_hashed_is_dead(
        self, client, max, link, monkeypatch
    ):
        make, theirs, form = (
            hashers.make,
            "what somebody else has chosen",
            client.get(link)["Location"],
        )

        def meanwhile(password):
            monkeypatch.setattr(hashers, "make", make)
            max.refresh_from_db()
            accounts.passwords.actions.reset_by_link(
                max, tokens.make(max), actor=Actor.visitor(), new_password=theirs
            )
            return make(password)

        monkeypatch.setattr(hashers, "make", meanwhile)
        assert client.post(form, {"new_password": NEW, "confirm_password": NEW}).status_code == 410
        assert is_password_of(max, theirs)

    @pytest.mark.parametrize("closed_by", ["deactivation", "domains"])
    def test_whose_account_is_closed_while_the_password_is_hashed_is_dead(
        self, client, max, link, monkeypatch, closed_by
    ):
        def meanwhile(password):
            if closed_by == "deactivation":
                User.objects.filter(pk=max.pk).update(is_active=False)
            else:
                Organization.objects.create(name="Northwind", domains=["northwind.example"])
            return "argon2$unusable"

        form = client.get(link)["Location"]
        monkeypatch.setattr(hashers, "make", meanwhile)
        assert client.post(form, {"new_password": NEW, "confirm_password": NEW}).status_code == 410
        assert is_password_of(max, PASSWORD)

    def test_sent_again_is_dead(self, client, max, link):
        use(client, link)
        forms = [{"new_password": word, "confirm_password": word} for word in (NEW, "short")]
        assert [
            client.post(f"/reset/{max.public_id}/choose/", form).status_code for form in forms
        ] == [410, 410]

    def test_leads_to_a_sign_in_without_a_next(self, client, link):
        use(client, link)
        page = client.get("/reset/done/").content.decode()
        assert 'href="/sign-in/"' in page

    @pytest.mark.parametrize(
        ("password", "confirm"), [("short", "short"), (NEW, "something else"), (PASSWORD, PASSWORD)]
    )
    def test_with_a_fault_stays_good(self, client, link, password, confirm):
        assert use(client, link, password, confirm).status_code == 422
        assert use(client, link)["Location"] == "/reset/done/"

    def test_by_a_browser_signed_in_as_another_changes_only_the_links_account(
        self, max, vera, link, signed_in_as
    ):
        browser, before = signed_in_as(vera), vera.password
        use(browser, link)
        vera.refresh_from_db()
        assert vera.password == before

    def test_by_hand_of_extra_fields_changes_no_role(self, client, max, link):
        form = client.get(link)["Location"]
        client.post(
            form, {"new_password": NEW, "confirm_password": NEW, "role": "admin", "is_active": "1"}
        )
        max.refresh_from_db()
        assert max.role == "member"


class TestDead:
    @pytest.mark.parametrize(
        "path", ["/reset/x/y/", "/reset/9f8b0c7e-0000-4000-8000-000000000000/abc-def/"]
    )
    def test_offers_a_new_one(self, client, db, path):
        response = client.get(path)
        assert (response.status_code, "Ask for a new link" in text_of(response)) == (410, True)

    def test_when_a_newer_one_was_sent_says_so(self, client, max, link, later):
        later(seconds=2)
        accounts.passwords.actions.issue_reset_link.call(
            email=max.email, address=None, user_agent=""
        )
        assert "A newer link was sent since." in text_of(client.get(link))

    def test_after_an_hour_says_so(self, client, link, later):
        later(minutes=61)
        assert "good for a limited time" in text_of(client.get(link))

    @pytest.mark.parametrize("field", ["is_active", "email"])
    def test_with_the_account_as_it_was(self, client, max, link, field):
        setattr(max, field, {"is_active": False, "email": "planck@example.com"}[field])
        max.save()
        assert client.get(link).status_code == 410

    def test_while_the_form_is_open(self, client, max, link):
        form = client.get(link)["Location"]
        max.reset_link_at = None
        max.save()
        assert client.post(form, {"new_password": NEW, "confirm_password": NEW}).status_code == 410

    def test_without_a_cookie_explains(self, client, max):
        assert "needs a cookie" in text_of(client.get(f"/reset/{max.public_id}/choose/"))
