import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import AuditEvent, Session
from tests.conftest import PASSWORD, TEMPORARY, text_of

WRONG = "The email or password is wrong."


def sign_in(client, email, password=PASSWORD, **more):
    return client.post("/sign-in/", {"email": email, "password": password, **more})


class TestForm:
    def test_offers_the_way_for_who_forgot(self, client):
        assert "Forgot Password?" in text_of(client.get("/sign-in/"))

    def test_lets_password_managers_work(self, client):
        page = client.get("/sign-in/").content.decode()
        assert 'autocomplete="username"' in page
        assert 'autocomplete="current-password"' in page


class TestSignIn:
    def test_sends_an_admin_to_the_users(self, client, ada):
        response = client.post("/sign-in/", {"email": ada.email, "password": PASSWORD}, follow=True)
        assert response.redirect_chain[-1] == ("/users/", 302)

    def test_sends_others_to_their_profile(self, client, max):
        response = client.post("/sign-in/", {"email": max.email, "password": PASSWORD}, follow=True)
        assert response.redirect_chain[-1] == ("/profile/", 302)

    def test_goes_on_to_where_they_were_going(self, client, max):
        assert sign_in(client, max.email, next="/roles/")["Location"] == "/roles/"

    def test_notes_the_moment_each_time(self, client, max, later):
        for _time in range(2):
            later(days=1)
            client.cookies.clear()
            client.post("/sign-in/", {"email": max.email, "password": PASSWORD})
        max.refresh_from_db()
        assert max.last_sign_in_at == timezone.now()

    def test_sends_who_is_signed_in_on(self, max, signed_in_as):
        assert signed_in_as(max).get("/sign-in/?next=/roles/")["Location"] == "/roles/"

    def test_gives_a_new_key(self, client, max, settings):
        client.get("/reset/x/y/")
        sign_in(client, max.email)
        first = client.cookies[settings.SESSION_COOKIE_NAME].value
        sign_in(client, max.email)
        assert client.cookies[settings.SESSION_COOKIE_NAME].value != first

    def test_remembers_the_browser(self, client, max):
        client.post(
            "/sign-in/",
            {"email": max.email, "password": PASSWORD},
            headers={"user-agent": "Firefox"},
        )
        assert Session.objects.get().user_agent == "Firefox"

    @pytest.mark.parametrize(
        "password",
        ["a&b+c%20d=e;f<g>h\"i'j\\k", " outer spaces are kept ", "ünïcödé päss phräse 1"],
    )
    def test_takes_the_password_exactly_as_typed(self, client, max, password):
        from accounts.kernel.crypto import hashers

        max.set_own_password(hashers.make(password))
        max.save()
        assert sign_in(client, max.email, password).status_code == 302

    def test_that_fails_keeps_the_address_and_not_the_password(self, client, max):
        page = sign_in(client, max.email, "my wrong password 123").content.decode()
        assert (max.email in page, "my wrong password 123" in page) == (True, False)

    def test_that_fails_says_so_in_the_title(self, client, max):
        assert "<title>Error: Sign in" in sign_in(client, max.email, "wrong").content.decode()


class TestRefusal:
    def bodies(self, client, *people):
        import re

        for email, password in people:
            response = sign_in(client, email, password)
            body = re.sub(
                r'(csrfmiddlewaretoken" value|value)="[^"]*"', "", response.content.decode()
            )
            yield response.status_code, body

    def test_is_the_same_for_unknown_deactivated_and_mistyped(self, client, max, dora):
        answers = self.bodies(
            client, ("x@example.com", PASSWORD), (dora.email, PASSWORD), (max.email, "wrong")
        )
        assert len(set(answers)) == 1

    def test_uses_the_agreed_words(self, client, max):
        response = sign_in(client, max.email, "wrong")
        assert (response.status_code, WRONG in text_of(response)) == (422, True)

    @pytest.mark.parametrize(
        "typed", [{}, {"email": "", "password": ""}, {"email": "max@example.com"}]
    )
    def test_of_an_empty_form_names_the_fields(self, client, max, typed):
        response = client.post("/sign-in/", typed)
        assert (response.status_code, "This field is required" in text_of(response)) == (422, True)

    @pytest.mark.parametrize("password", ["x" * 5000, "é" * 3000])
    def test_of_a_huge_password_comes_before_any_work(self, client, max, monkeypatch, password):
        from accounts.kernel.crypto import hashers

        monkeypatch.setattr(hashers, "matches", lambda *_: pytest.fail("it was compared"))
        assert sign_in(client, max.email, password).status_code == 422

    def test_of_a_megabyte_is_our_own_413(self, client, max):
        response = sign_in(client, max.email, "x" * 1_000_000)
        assert (response.status_code, "too much at once" in text_of(response)) == (413, True)

    def test_of_a_temporary_password_past_its_end_says_what_to_do(self, client, nils, later):
        later(hours=73)
        assert "has expired. Ask an Admin" in text_of(sign_in(client, nils.email, TEMPORARY))

    @pytest.mark.usefixtures("clock")
    def test_after_too_many_tries_says_when_to_try_again(self, client, max):
        for _ in range(10):
            sign_in(client, max.email, "wrong")
        response = sign_in(client, max.email)
        assert response.status_code == 429
        assert 0 < int(response["Retry-After"]) <= 300
        assert "Try again in" in text_of(response)

    def test_when_hashing_is_busy_is_a_503(self, client, max, monkeypatch):
        from accounts.kernel.crypto import hashers

        def busy(*_):
            raise hashers.HashingIsBusy

        monkeypatch.setattr(hashers, "matches", busy)
        response = sign_in(client, max.email)
        assert (response.status_code, response["Retry-After"]) == (503, "5")


class TestNext:
    HOSTILE = [
        *(
            "//evil.test",
            "///evil.test",
            "////evil.test",
            "/\\evil.test",
            "\\\\evil.test",
            "/\tevil.test",
            "/%09/evil.test",
        ),
        *(
            "/\r\nX:1",
            "/%0d%0aX:1",
            "/.//evil.test",
            "/a/..//evil.test",
            "http:evil.test",
            "http:999999999",
            "https:evil.test",
        ),
        *(
            "javascript:alert(1)",
            "//good.test@evil.test",
            "good.test.evil.test",
            "%2f%2fevil.test",
            "／／evil.test",
        ),
        *(
            "https://evil.test/",
            "/users\x00/",
            " /users/",
            "/sign-out/",
            "/sign-in/",
            "/password/change/",
            "/reset/done/",
        ),
        *("/reset/abc/def/", "/nowhere/", "", "users/", "?x=1"),
    ]

    def test_leads_nowhere_else(self, max):
        found = {
            target: sign_in(Client(), max.email, next=target)["Location"] for target in self.HOSTILE
        }
        assert found == dict.fromkeys(self.HOSTILE, "/")

    def test_of_another_site_is_not_even_in_the_form(self, client, db):
        pages = {target: client.get("/sign-in/", {"next": target}) for target in self.HOSTILE}
        found = {
            target: (page.status_code, b'name="next"' in page.content)
            for target, page in pages.items()
        }
        assert found == dict.fromkeys(self.HOSTILE, (200, False))
        assert b'name="next"' in client.get("/sign-in/", {"next": "/roles/"}).content

    def test_keeps_its_query(self, client, ada):
        assert (
            sign_in(client, ada.email, next="/users/?q=max&sort=-email")["Location"]
            == "/users/?q=max&sort=-email"
        )


class TestSignOut:
    def test_ends_the_session(self, max, signed_in_as):
        client = signed_in_as(max)
        assert client.post("/sign-out/")["Location"] == "/sign-in/"
        assert not Session.objects.exists()

    def test_makes_the_old_cookie_worthless(self, max, signed_in_as, settings):
        client = signed_in_as(max)
        key = client.cookies[settings.SESSION_COOKIE_NAME].value
        client.post("/sign-out/")
        client.cookies[settings.SESSION_COOKIE_NAME] = key
        assert client.get("/profile/").status_code == 302

    def test_leaves_the_next_person_another_csrf_token(self, max, signed_in_as, settings):
        client = signed_in_as(max)
        client.get("/profile/")
        before = client.cookies[settings.CSRF_COOKIE_NAME].value
        client.post("/sign-out/")
        assert client.cookies[settings.CSRF_COOKIE_NAME].value not in ("", before)

    @pytest.mark.parametrize("method", ["get", "head", "put", "delete"])
    def test_needs_a_post(self, max, signed_in_as, method):
        client = signed_in_as(max)
        assert getattr(client, method)("/sign-out/").status_code == 405
        assert Session.objects.exists()

    def test_is_open_to_who_must_change_the_password(self, nils, signed_in_as):
        assert signed_in_as(nils).post("/sign-out/")["Location"] == "/sign-in/"

    def test_of_who_is_signed_out_is_no_fault(self, client, db):
        assert client.post("/sign-out/")["Location"] == "/sign-in/"


class TestStartPage:
    @pytest.mark.parametrize(
        ("who", "where"), [("ada", "/users/"), ("max", "/profile/"), ("vera", "/profile/")]
    )
    def test_depends_on_the_role(self, request, signed_in_as, who, where):
        assert signed_in_as(request.getfixturevalue(who)).get("/")["Location"] == where


class TestDeactivated:
    def test_is_out_at_the_next_request(self, max, signed_in_as):
        client = signed_in_as(max)
        max.is_active = False
        max.save()
        assert client.get("/profile/")["Location"] == "/sign-in/?next=/profile/"

    def test_failure_names_its_reason_to_admins(self, client, dora):
        sign_in(client, dora.email)
        assert AuditEvent.objects.get().details["reason"] == "deactivated"


class TestWhatIsKeptOfASignIn:
    def test_has_no_control_characters_of_the_browser(self, client, max):
        odd = "Fire\x1b[2J\r\nfox\x00\x7f\u202e\u2028\x9b"
        client.post(
            "/sign-in/", {"email": max.email, "password": PASSWORD}, headers={"user-agent": odd}
        )
        kept = [Session.objects.get().user_agent, AuditEvent.objects.get().user_agent]
        assert [(text.isprintable(), text.startswith("Fire")) for text in kept] == [
            (True, True)
        ] * 2

    def test_has_another_csrf_token_than_before(self, client, max, settings):
        client.get("/sign-in/")
        before = client.cookies[settings.CSRF_COOKIE_NAME].value
        sign_in(client, max.email)
        assert client.cookies[settings.CSRF_COOKIE_NAME].value != before

    def test_that_failed_is_nobodys_though_somebody_is_signed_in_here(self, ada, max, signed_in_as):
        sign_in(signed_in_as(ada), max.email, "wrong")
        entry = AuditEvent.objects.get(action="session.sign_in_failed")
        assert (entry.actor_kind, entry.actor, entry.target) == ("visitor", None, max)
