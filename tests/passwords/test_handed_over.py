"""What happens to a temporary password on its way: read aloud, pasted, dressed up, and kept as one's own."""

import re

import pytest

import accounts.passwords.actions
import accounts.passwords.temporary
import accounts.users.actions
from accounts.models import User
from tests.conftest import TEMPORARY, text_of

TYPED = "Typed by the Admin, 2026"
WORDS = ("canyon", "thrift", "clunky", "zebra")
GENERATED = "-".join(WORDS)
ON_ITS_WAY = {
    "as it is": GENERATED,
    "blanks around it": f"  {GENERATED} ",
    "a tab and a line end behind it": f"{GENERATED}\t\r\n",
    "a zero-width space behind it": f"{GENERATED}\u200b",
    "a byte order mark before it": f"\ufeff{GENERATED}",
    "a capital first": GENERATED.capitalize(),
    "capitals": GENERATED.upper(),
    "spaces for hyphens": " ".join(WORDS),
    "no-break spaces for hyphens": "\u00a0".join(WORDS),
    "en dashes": "\u2013".join(WORDS),
    "em dashes with blanks": " \u2014 ".join(WORDS),
    "hyphens that do not break": "\u2011".join(WORDS),
    "soft hyphens": "\u00ad".join(WORDS),
    "minus signs": "\u2212".join(WORDS),
    "nothing between": "".join(WORDS),
    "full-width letters": "".join(chr(ord(sign) + 0xFEE0) for sign in GENERATED),
}
DRESSES = {
    "spaces for hyphens": "maple orbit canyon thrift",
    "capitals": "MAPLE-ORBIT-CANYON-THRIFT",
    "signs": "maple.orbit.canyon.thrift!!!",
    "nothing between": "mapleorbitcanyonthrift",
    "underscores": "Maple_Orbit_Canyon_Thrift",
}


@pytest.fixture
def reset(admin, max):
    """Return a function that has the Admin reset Max's password to one, through the page."""

    def send(password):
        assert (
            admin.post(
                f"/users/{max.public_id}/reset-password/", {"new_password": password}
            ).status_code
            == 200
        )

    return send


@pytest.fixture
def signs_in(max):
    from django.test import Client

    def with_password(password):
        return (
            Client().post("/sign-in/", {"email": max.email, "password": password}).status_code
            == 302
        )

    return with_password


@pytest.mark.usefixtures("clock")
class TestGenerated:
    def test_signs_in_however_it_arrives(self, reset, signs_in, monkeypatch):
        reset(GENERATED)
        monkeypatch.setattr("accounts.kernel.throttle.sign_in", lambda *_: None)
        assert [how for how, password in ON_ITS_WAY.items() if not signs_in(password)] == []

    @pytest.mark.parametrize(
        "wrong",
        ["canyon-thrift-clunky", "canyon-thrift-clunky-zebra1", "thrift-canyon-clunky-zebra"],
    )
    def test_signs_in_with_no_other_words(self, reset, signs_in, wrong):
        reset(GENERATED)
        assert (signs_in(wrong), signs_in(GENERATED)) == (False, True)

    def test_is_known_as_such_where_a_user_is_added(self, admin, client):
        form = {
            "full_name": "Bob Noyce",
            "email": "bob@example.com",
            "role": "member",
            "new_password": "",
        }
        page = admin.post("/users/add/", form).content.decode()
        password = re.search(r'id="password"[^>]*>([^<]+)<', page)[1]
        typed = {"email": "bob@example.com", "password": password.upper().replace("-", " ")}
        assert client.post("/sign-in/", typed).status_code == 302

    def test_is_forgiven_on_the_change_page_too(self, admin, max, signed_in_as, reset):
        reset(GENERATED)
        max.refresh_from_db()
        browser = signed_in_as(max, method="password")
        new = "a sentence that nobody guesses"
        form = {"current_password": " ".join(WORDS), "new_password": new, "confirm_password": new}
        assert browser.post("/password/change/", form)["Location"] == "/"

    def test_is_compared_exactly_once_a_version_before_has_set_another(
        self, reset, signs_in, max, hashes
    ):
        reset(GENERATED)
        from django.utils import timezone

        now = timezone.now() + timezone.timedelta(seconds=1)
        User.objects.filter(pk=max.pk).update(password=hashes[TEMPORARY], password_set_at=now)
        assert (signs_in(TEMPORARY), signs_in(TEMPORARY.upper())) == (True, False)


@pytest.mark.usefixtures("clock")
class TestTyped:
    @pytest.mark.parametrize("password", [TYPED.lower(), f"{TYPED} ", TYPED.replace(" ", "-")])
    def test_signs_in_only_as_it_is(self, reset, signs_in, password):
        reset(TYPED)
        assert (signs_in(password), signs_in(TYPED)) == (False, True)


class TestOwn:
    def test_is_not_the_temporary_one_in_another_dress(self, max, reset, signed_in_as):
        reset(TEMPORARY)
        browser, taken = signed_in_as(User.objects.get(pk=max.pk)), []
        for dress, new in DRESSES.items():
            response = browser.post(
                "/password/change/", {"new_password": new, "confirm_password": new}
            )
            if response.status_code != 422 or "This is the temporary password" not in text_of(
                response
            ):
                taken.append(dress)
        assert taken == []

    def test_is_not_one_that_the_version_before_gave_with_spaces_for_hyphens(
        self, nils, signed_in_as
    ):
        form = {
            "new_password": DRESSES["spaces for hyphens"],
            "confirm_password": DRESSES["spaces for hyphens"],
        }
        assert signed_in_as(nils).post("/password/change/", form).status_code == 422

    @pytest.mark.parametrize("given", [GENERATED, TYPED])
    @pytest.mark.parametrize("by_link", [False, True])
    def test_is_not_the_letters_of_it(self, client, max, reset, signed_in_as, given, by_link):
        reset(given)
        new, max_now = (
            f"**{accounts.passwords.temporary.letters(given).title()}**",
            User.objects.get(pk=max.pk),
        )
        if by_link:
            accounts.passwords.actions.issue_reset_link.call(
                email=max.email, address=None, user_agent=""
            )
            max_now.refresh_from_db()
            from accounts.kernel.crypto import tokens

            client.get(f"/reset/{max.public_id}/{tokens.make(max_now)}/")
            response = client.post(
                f"/reset/{max.public_id}/choose/", {"new_password": new, "confirm_password": new}
            )
        else:
            form = {"new_password": new, "confirm_password": new}
            response = signed_in_as(max_now).post("/password/change/", form)
        assert (response.status_code, "This is the temporary password" in text_of(response)) == (
            422,
            True,
        )

    def test_may_have_a_word_of_it(self, nils, signed_in_as):
        new = "maple syrup on nineteen pancakes"
        form = {"new_password": new, "confirm_password": new}
        assert signed_in_as(nils).post("/password/change/", form).status_code == 302


class TestWords:
    def test_are_none_that_are_said_when_spelling(self):
        said = {
            "hyphen",
            "dash",
            "comma",
            "capital",
            "upper",
            "blank",
            "letter",
            "number",
            "zero",
            "space",
            "dot",
            "word",
        }
        assert said.isdisjoint(accounts.passwords.temporary.word_list())
        assert "zebra" in accounts.passwords.temporary.word_list()

    def test_are_not_the_persons_own(self, ada, acting, monkeypatch):
        """A password of the person's own words would be refused to the Admin who types it, so none is generated."""
        words = iter([*WORDS, "unplug", "unsteady", "walnut", "yodel"])
        choice = accounts.passwords.temporary.secrets.choice
        monkeypatch.setattr(
            accounts.passwords.temporary.secrets,
            "choice",
            lambda of: next(words, None) or choice(of),
        )
        _user, password = accounts.users.actions.create(
            "x@example.com", actor=acting(ada), full_name=" ".join(WORDS), role="member"
        )
        assert password == "unplug-unsteady-walnut-yodel"
