from itertools import product

import pytest

from accounts.models import Session
from tests.conftest import PASSWORD, TEMPORARY, text_of

NEW = "a sentence that nobody guesses"
CHOSEN = {"new_password": NEW, "confirm_password": NEW}
TYPED = {"current_password": TEMPORARY}
METHODS = ["get", "head", "post", "options", "put", "delete", "patch"]
CLOSED = [
    *(
        "/",
        "/profile/",
        "/users/",
        "/audit/export/",
        "/roles/",
        "/nowhere/",
        "/sign-in/",
        "/forgot-password/",
    ),
    *(
        "/password/change",
        "/PASSWORD/CHANGE/",
        "//password/change/",
        "/en/password/change/",
        "/password/change/x",
    ),
]


class TestForced:
    @pytest.fixture
    def browser(self, nils, signed_in_as):
        return signed_in_as(nils, next_path="/roles/")

    def test_opens_nothing_else(self, browser):
        rows = list(product(METHODS, CLOSED))
        found = {(method, path): getattr(browser, method)(path) for method, path in rows}
        answers = {
            row: (response.status_code, response.get("Location")) for row, response in found.items()
        }
        assert answers == dict.fromkeys(rows, (302, "/password/change/"))

    def test_tells_a_program_by_a_code(self, browser):
        response = browser.get("/users/", headers={"accept": "application/json"})
        assert (response.status_code, response.json()) == (
            403,
            {"code": "password_change_required"},
        )

    def test_page_is_open(self, browser):
        assert "Choose your own password" in text_of(browser.get("/password/change/"))

    def test_page_does_not_ask_again_for_the_password_just_used(self, browser):
        page = browser.get("/password/change/").content.decode()
        assert ('name="new_password"' in page, 'name="current_password"' in page) == (True, False)

    def test_page_asks_a_session_that_did_not_sign_in_with_it(self, nils, signed_in_as):
        browser = signed_in_as(nils, method="password")
        assert 'name="current_password"' in browser.get("/password/change/").content.decode()

    @pytest.mark.parametrize("current", [{}, {"current_password": "something else entirely"}])
    def test_lets_nobody_through_who_does_not_know_the_temporary_one(
        self, nils, signed_in_as, current
    ):
        browser = signed_in_as(nils, method="password")
        answers = [
            browser.post("/password/change/", {**CHOSEN, **known}).status_code
            for known in (current, TYPED)
        ]
        assert answers == [422, 302]

    def test_goes_on_to_where_they_were_going(self, browser):
        assert browser.post("/password/change/", CHOSEN)["Location"] == "/roles/"

    def test_opens_everything_afterwards(self, browser):
        browser.post("/password/change/", CHOSEN)
        assert browser.get("/profile/").status_code == 200

    def test_refuses_the_temporary_password(self, browser, nils):
        response = browser.post(
            "/password/change/", {"new_password": TEMPORARY, "confirm_password": TEMPORARY}
        )
        assert (response.status_code, "This is the temporary password" in text_of(response)) == (
            422,
            True,
        )

    def test_refuses_it_in_another_unicode_form(self, nils, signed_in_as):
        from accounts.kernel.crypto import hashers

        nils.set_temporary_password(hashers.make("cafe\u0301 con leche 123"), by=None)
        nils.save()
        composed = "caf\u00e9 con leche 123"
        response = signed_in_as(nils).post(
            "/password/change/", {"new_password": composed, "confirm_password": composed}
        )
        assert response.status_code == 422

    def test_asks_nothing_else_of_who_has_just_signed_in_and_leads_on(self, nils, client):
        client.post("/sign-in/", {"email": nils.email, "password": TEMPORARY, "next": "/roles/"})
        assert client.post("/password/change/", CHOSEN)["Location"] == "/roles/"

    def test_takes_no_more_than_two_redirects(self, nils, client):
        form = {"email": nils.email, "password": TEMPORARY, "next": "/profile/sessions/"}
        response = client.post("/sign-in/", form, follow=True)
        assert (len(response.redirect_chain) <= 2, response.status_code) == (True, 200)

    def test_starts_at_once_for_who_is_signed_in(self, max, signed_in_as):
        browser = signed_in_as(max)
        max.set_temporary_password(max.password, by=None)
        max.password_set_at = max.__class__.objects.get(pk=max.pk).password_set_at
        max.save()
        assert browser.get("/profile/")["Location"] == "/password/change/"


class TestByChoice:
    @pytest.fixture
    def browser(self, max, signed_in_as):
        return signed_in_as(max)

    def change(self, browser, **typed):
        return browser.post("/password/change/", {"current_password": PASSWORD, **CHOSEN, **typed})

    def test_says_that_it_was_changed(self, browser):
        self.change(browser)
        assert "Your password was changed." in text_of(browser.get("/profile/"))

    def test_says_it_once(self, browser):
        self.change(browser)
        pages = [text_of(browser.get("/profile/")) for _time in range(2)]
        assert ["Your password was changed." in page for page in pages] == [True, False]

    def test_asks_for_the_current_one(self, browser):
        response = self.change(browser, current_password="something else entirely")
        assert (
            response.status_code,
            "This is not your current password." in text_of(response),
        ) == (422, True)

    def test_with_a_wrong_current_one_keeps_the_session(self, browser):
        self.change(browser, current_password="something else entirely")
        assert browser.get("/profile/").status_code == 200

    @pytest.mark.usefixtures("clock")
    def test_after_too_many_wrong_ones_is_a_429(self, browser):
        for _ in range(10):
            self.change(browser, current_password="something else entirely")
        assert self.change(browser).status_code == 429

    def test_wants_the_same_twice(self, browser):
        assert "The two passwords are not the same." in text_of(
            self.change(browser, confirm_password="another")
        )

    def test_signs_out_the_other_devices(self, browser, max, signed_in_as):
        other = signed_in_as(max)
        self.change(browser)
        assert (other.get("/profile/").status_code, browser.get("/profile/").status_code) == (
            302,
            200,
        )

    def test_gives_this_device_a_new_key(self, browser, settings):
        before = browser.cookies[settings.SESSION_COOKIE_NAME].value
        self.change(browser)
        assert browser.cookies[settings.SESSION_COOKIE_NAME].value != before

    def test_leaves_one_session(self, browser, max):
        self.change(browser)
        assert Session.objects.filter(user=max).count() == 1

    def test_never_shows_what_was_typed(self, browser):
        page = self.change(browser, confirm_password="another").content.decode()
        assert 'name="confirm_password"' in page
        assert [typed for typed in (NEW, PASSWORD, "another") if typed in page] == []
