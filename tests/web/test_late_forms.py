"""What somebody typed is not lost when the form comes too late; it is shown again, and never done by itself."""

import re

import pytest
from django.test import Client

from accounts.kernel import kept_forms
from accounts.kernel.session_store import SessionStore
from accounts.models import AuditEvent, Session, User
from tests.conftest import PASSWORD, text_of

SIXTY = "\n".join(f"person{number}@example.com" for number in range(60))
ENDED = "Your session had ended when you sent this form"
ONCE_MORE = "Try again. If it stays so"


@pytest.fixture
def browser(db):
    """A browser, whose forms are checked for their token as they are in earnest."""
    return Client(enforce_csrf_checks=True)


def token_of(response):
    return re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', response.content.decode())[1]


def sign_in(browser, user, **more):
    page = browser.get("/sign-in/")
    typed = {
        "email": user.email,
        "password": PASSWORD,
        "csrfmiddlewaretoken": token_of(page),
        **more,
    }
    return browser.post("/sign-in/", typed)


def opened(browser, path):
    """Return a function that sends the form of the page that is open now."""
    token = token_of(browser.get(path))
    return lambda **typed: browser.post(path, {**typed, "csrfmiddlewaretoken": token})


class TestAFormAfterTheSessionEnded:
    def test_is_filled_in_after_the_sign_in(self, browser, ada):
        sign_in(browser, ada)
        send = opened(browser, "/invitations/new/")
        Session.objects.all().delete()
        answer = send(addresses=SIXTY, role="viewer", step="mail")
        assert answer["Location"] == "/sign-in/?next=/invitations/new/"
        back = sign_in(browser, ada, next="/invitations/new/")
        page = browser.get(back["Location"])
        assert ("person59@example.com" in page.content.decode(), ENDED in text_of(page)) == (
            True,
            True,
        )
        assert '<option value="viewer" selected' in page.content.decode()
        assert not AuditEvent.objects.filter(action="invitation.sent").exists()

    def test_is_filled_in_where_the_session_was_idle_too_long(self, ada, signed_in_as, later):
        client = signed_in_as(ada)
        later(hours=2)
        client.post(
            "/users/add/",
            {"full_name": "Grace Hopper", "email": "grace@example.com", "role": "viewer"},
        )
        client.post("/sign-in/", {"email": ada.email, "password": PASSWORD})
        assert 'value="Grace Hopper"' in client.get("/users/add/").content.decode()

    def test_is_no_longer_kept_once_it_is_sent(self, browser, ada):
        self.test_is_filled_in_after_the_sign_in(browser, ada)
        opened(browser, "/invitations/new/")(addresses=SIXTY, role="viewer", step="preview")
        assert "person59" not in browser.get("/invitations/new/").content.decode()

    def test_is_said_to_be_kept_on_the_sign_in_page(self, browser, ada):
        kept = "What you typed is kept"
        sign_in(browser, ada)
        assert kept not in text_of(Client().get("/sign-in/"))
        send = opened(browser, "/invitations/new/")
        Session.objects.all().delete()
        page = text_of(browser.get(send(addresses=SIXTY)["Location"]))
        assert (kept in page, "person59" in page) == (True, False)

    def test_is_shown_to_nobody_else(self, browser, ada, new_user):
        eve = new_user("Eve Other", "admin")
        sign_in(browser, ada)
        send = opened(browser, "/invitations/new/")
        Session.objects.all().delete()
        send(addresses=SIXTY)
        sign_in(browser, eve)
        page = browser.get("/invitations/new/")
        assert page.status_code == 200
        assert ("person59" in page.content.decode(), ENDED in text_of(page)) == (False, False)

    @pytest.mark.parametrize(("back", "is_shown"), [("eve", False), ("ada", True)])
    def test_is_not_of_who_signed_in_between(self, browser, ada, new_user, back, is_shown):
        """Their session was the last one in this browser, and is over as well when the form comes."""
        eve = new_user("Eve Other", "admin")
        sign_in(browser, ada)
        send = opened(browser, "/invitations/new/")
        Session.objects.all().delete()
        sign_in(browser, eve)
        Session.objects.all().delete()
        assert send(addresses=SIXTY)["Location"] == "/sign-in/?next=/invitations/new/"
        sign_in(browser, {"ada": ada, "eve": eve}[back])
        page = browser.get("/invitations/new/").content.decode()
        assert ("person59" in page) == is_shown

    def test_is_kept_for_an_hour(self, browser, ada, later):
        sign_in(browser, ada)
        send = opened(browser, "/invitations/new/")
        Session.objects.all().delete()
        send(addresses=SIXTY)
        later(minutes=59)
        sign_in(browser, ada)
        assert "person59" in browser.get("/invitations/new/").content.decode()
        later(minutes=2)
        assert "person59" not in browser.get("/invitations/new/").content.decode()

    def test_is_kept_without_any_password(self, browser, ada, max):
        sign_in(browser, ada)
        path = f"/users/{max.public_id}/reset-password/"
        send = opened(browser, path)
        Session.objects.all().delete()
        send(new_password="marker-password-123", reason="as asked on the phone")
        stored = SessionStore().decode(Session.objects.get().session_data)
        _path, fields = kept_forms.kept(stored, ada.pk)
        assert (fields["reason"], "marker" in str(fields), "phone" in str(stored)) == (
            ["as asked on the phone"],
            False,
            False,
        )
        sign_in(browser, ada)
        page = browser.get(path).content.decode()
        assert ("as asked on the phone" in page, "marker-password" in page) == (True, False)

    def test_that_is_too_long_to_keep_or_has_no_page_is_said_not_to_be_done(
        self, browser, ada, settings
    ):
        sign_in(browser, ada)
        token = browser.cookies[settings.CSRF_COOKIE_NAME].value
        for path, typed in (
            ("/profile/sessions/others/end/", ""),
            ("/invitations/new/", "x" * 70_000),
        ):
            Session.objects.all().delete()
            browser.post(path, {"addresses": typed, "csrfmiddlewaretoken": token})
            sign_in(browser, ada)
            token = browser.cookies[settings.CSRF_COOKIE_NAME].value
            assert "so nothing was done. Please do it again." in text_of(
                browser.get("/profile/")
            ), path

    def test_of_a_stranger_is_not_kept(self, browser):
        token = token_of(browser.get("/sign-in/"))
        typed = {"addresses": SIXTY, "csrfmiddlewaretoken": token}
        answer = browser.post("/invitations/new/", typed)
        assert answer["Location"] == "/sign-in/?next=/invitations/new/"
        assert Session.objects.count() == 0


class TestAFormFromBeforeAnotherSignIn:
    def test_is_filled_in_again(self, browser, ada):
        sign_in(browser, ada)
        send = opened(browser, "/invitations/new/")
        Session.objects.all().delete()
        sign_in(browser, ada)
        answer = send(addresses=SIXTY, step="mail")
        page = browser.get(answer["Location"])
        assert (answer.status_code, "person59" in page.content.decode()) == (302, True)
        assert not AuditEvent.objects.filter(action="invitation.sent").exists()

    def test_is_refused_where_somebody_else_signed_in(self, browser, ada, new_user):
        eve = new_user("Eve Other", "admin")
        sign_in(browser, ada)
        send = opened(browser, "/invitations/new/")
        Session.objects.all().delete()
        sign_in(browser, eve)
        assert send(addresses=SIXTY).status_code == 403
        assert "person59" not in browser.get("/invitations/new/").content.decode()

    def test_is_refused_with_any_other_token(self, browser, ada, max):
        sign_in(browser, ada)
        for token in ("", "x", "a" * 64, "é" * 32):
            answer = browser.post(
                f"/users/{max.public_id}/deactivate/", {"csrfmiddlewaretoken": token}
            )
            assert answer.status_code == 403, token
        assert User.objects.get(pk=max.pk).is_active

    def test_is_refused_where_another_site_sent_it(self, browser, ada):
        sign_in(browser, ada)
        token = token_of(browser.get("/invitations/new/"))
        typed = {"addresses": SIXTY, "csrfmiddlewaretoken": token}
        answer = browser.post("/invitations/new/", typed, headers={"origin": "https://evil.test"})
        assert answer.status_code == 403

    def test_survives_any_cookie(self, browser, ada, settings):
        sign_in(browser, ada)
        send = opened(browser, "/invitations/new/")
        for cookie in ("", "x", "é", "a" * 3000):
            browser.cookies[settings.FORM_OWNER_COOKIE_NAME] = cookie
            browser.cookies[settings.CSRF_COOKIE_NAME] = "b" * 32
            assert send(addresses="x").status_code == 403, cookie


class TestAnEntrance:
    def test_opened_before_the_sign_in_leads_on(self, browser, max):
        send = opened(browser, "/sign-in/?next=/roles/")
        sign_in(browser, max)
        answer = send(email=max.email, password=PASSWORD, next="/roles/")
        assert (answer.status_code, answer["Location"]) == (302, "/roles/")

    @pytest.mark.parametrize("path", ["/sign-in/", "/forgot-password/"])
    def test_without_our_cookie_is_filled_in_again(self, browser, path, settings):
        send = opened(browser, path)
        browser.cookies.clear()
        answer = send(email="max@example.com", password="marker-password-123")
        page = answer.content.decode()
        assert (answer.status_code, ONCE_MORE in text_of(answer)) == (422, True)
        assert ('value="max@example.com"' in page, "marker-password" in page) == (True, False)
        again = browser.post(
            path, {"email": "max@example.com", "csrfmiddlewaretoken": token_of(answer)}
        )
        assert again.status_code != 403

    def test_does_nothing_without_its_token(self, browser, max):
        answer = browser.post("/sign-in/", {"email": max.email, "password": PASSWORD})
        assert (answer.status_code, AuditEvent.objects.count(), Session.objects.count()) == (
            422,
            0,
            0,
        )

    def test_keeps_where_it_was_going(self, browser):
        answer = browser.post("/sign-in/", {"email": "x", "next": "/roles/"})
        assert '<input type="hidden" name="next" value="/roles/">' in answer.content.decode()

    def test_has_a_code_for_programs(self, browser):
        answer = browser.post("/sign-in/", {}, headers={"accept": "application/json"})
        assert (answer.status_code, answer.json()) == (403, {"code": "csrf"})

    def test_that_is_the_way_out_leads_to_the_way_in(self, browser):
        assert browser.post("/sign-out/")["Location"] == "/sign-in/"

    def test_that_is_the_way_out_does_not_seem_to_be_one_without_its_token(self, browser, max):
        sign_in(browser, max)
        answer = browser.post("/sign-out/")
        assert (answer.status_code, browser.get("/profile/").status_code) == (403, 200)
