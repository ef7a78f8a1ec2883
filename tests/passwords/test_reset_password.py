import re

import pytest

from accounts.models import AuditEvent, Organization
from tests.conftest import PASSWORD, TEMPORARY, is_password_of, text_of


def path(person):
    return f"/users/{person.public_id}/reset-password/"


def suggested(page):
    return re.search(r'name="new_password" value="([^"]+)"', page.content.decode())[1]


def version(page):
    return re.search(r'name="version" value="(\d+)"', page.content.decode())[1]


class TestBefore:
    def test_suggests_a_password(self, admin, max):
        assert re.fullmatch(r"[a-z]+(-[a-z]+){3,}", suggested(admin.get(path(max))))

    def test_says_that_an_address_is_not_accepted_any_more(self, admin, max):
        Organization.objects.create(name="Northwind", domains=["northwind.example"])
        assert "does not accept this address any more" in text_of(admin.get(path(max)))

    def test_suggests_another_each_time(self, admin, max):
        assert suggested(admin.get(path(max))) != suggested(admin.get(path(max)))

    def test_says_on_how_many_devices_the_user_is_signed_out(self, admin, max, signed_in_as):
        signed_in_as(max), signed_in_as(max)
        assert "Max Planck is signed out of 2 devices at once." in text_of(admin.get(path(max)))

    def test_says_until_when_the_password_is_good(self, admin, max, settings):
        settings.TEMPORARY_PASSWORD_HOURS = 24
        assert "It stops working in 24 hours" in text_of(admin.get(path(max)))

    def test_changes_nothing(self, admin, max):
        assert (admin.get(path(max)).status_code, admin.head(path(max)).status_code) == (200, 200)
        before = max.password
        max.refresh_from_db()
        assert (max.password, AuditEvent.objects.count()) == (before, 0)

    def test_warns_that_a_deactivated_account_stays_so(self, admin, dora):
        assert "This account is deactivated and stays so" in text_of(admin.get(path(dora)))

    def test_sends_an_admin_to_their_own_page_for_themselves(self, admin, ada):
        response = admin.get(path(ada), follow=True)
        assert response.redirect_chain == [("/password/change/", 302)]
        assert "You change your own password here." in text_of(response)

    def test_refuses_to_reset_the_admins_own(self, admin, ada):
        response = admin.post(path(ada), {"new_password": ""})
        assert (response.status_code, "Change your own password under" in text_of(response)) == (
            403,
            True,
        )


class TestReset:
    def test_shows_the_suggested_password(self, admin, max):
        response = admin.post(path(max), {"new_password": TEMPORARY})
        assert (response.status_code, TEMPORARY in text_of(response)) == (200, True)

    def test_generates_one_when_the_field_is_empty(self, admin, max):
        response = admin.post(path(max), {"new_password": ""})
        password = re.search(r'id="password">([^<]+)<', response.content.decode())[1]
        assert is_password_of(max, password)

    @pytest.mark.parametrize(
        "password",
        [
            "x&y <w> \"d\" 'q' + % \\ k",
            " outer spaces are kept ",
            "日本語のとても長いパスワードですよ",
        ],
    )
    def test_shows_a_typed_one_so_that_it_can_be_used(self, admin, max, client, password):
        import html

        page = admin.post(path(max), {"new_password": password}).content.decode()
        shown = html.unescape(re.search(r'id="password">([^<]+)<', page)[1])
        assert client.post("/sign-in/", {"email": max.email, "password": shown}).status_code == 302

    def test_names_the_address_the_email_and_the_end(self, admin, max):
        text = text_of(admin.post(path(max), {"new_password": TEMPORARY}))
        assert all(
            part in text for part in ("http://admin.northwind.example", max.email, "Good until")
        )

    def test_is_nowhere_but_in_the_answer(self, admin, max):
        response = admin.post(path(max), {"new_password": TEMPORARY})
        elsewhere = str(response.cookies) + str(response.headers) + str(dict(admin.session))
        assert (TEMPORARY in response.content.decode(), TEMPORARY in elsewhere) == (True, False)

    def test_is_not_kept_by_any_cache(self, admin, max):
        assert "no-store" in admin.post(path(max), {"new_password": TEMPORARY})["Cache-Control"]

    def test_is_not_shown_again(self, admin, max):
        pages = [admin.post(path(max), {"new_password": TEMPORARY}), admin.get(path(max))]
        assert [TEMPORARY in page.content.decode() for page in pages] == [True, False]
        assert suggested(pages[1])

    def test_sent_again_resets_nothing(self, admin, max):
        form = {"new_password": TEMPORARY, "version": version(admin.get(path(max)))}
        admin.post(path(max), form)
        again = admin.post(path(max), form)
        assert (again.status_code, TEMPORARY in text_of(again)) == (409, False)
        assert AuditEvent.objects.filter(action="password.reset_by_admin").count() == 1

    def test_ends_the_users_sessions(self, admin, max, signed_in_as):
        browser = signed_in_as(max)
        admin.post(path(max), {"new_password": TEMPORARY})
        assert browser.get("/profile/")["Location"].startswith("/sign-in/")

    def test_makes_the_old_password_worthless(self, admin, max, client):
        admin.post(path(max), {"new_password": TEMPORARY})
        assert (
            client.post("/sign-in/", {"email": max.email, "password": PASSWORD}).status_code == 422
        )


class TestWeakPassword:
    @pytest.mark.parametrize(
        ("password", "why"),
        [
            ("short", "It is too short: use at least 15 characters."),
            ("passwordpassword", "It is in lists of passwords that attackers try first."),
            ("max planck 12345", "It is made of the person's name or address"),
            ("Northwind Analytics", "It is made of the name of the organization"),
        ],
    )
    def test_is_refused_with_the_reason(self, admin, max, password, why):
        response = admin.post(path(max), {"new_password": password})
        assert (response.status_code, why in text_of(response)) == (422, True)

    def test_is_not_shown_again(self, admin, max):
        page = admin.post(path(max), {"new_password": "passwordpassword"}).content.decode()
        assert 'name="new_password"' in page
        assert "passwordpassword" not in page

    def test_changes_nothing(self, admin, max):
        before = max.password
        admin.post(path(max), {"new_password": "short"})
        max.refresh_from_db()
        assert max.password == before


class TestStrangeForms:
    @pytest.mark.parametrize("version", ["0", "-1", "x", "99999999999999999999", "1.5"])
    def test_with_a_made_up_version_are_refused(self, admin, max, version):
        assert admin.post(
            path(max), {"new_password": TEMPORARY, "version": version}
        ).status_code in (409, 422)

    def test_cannot_set_more_than_the_password(self, admin, max):
        admin.post(
            path(max),
            {
                "new_password": TEMPORARY,
                "role": "admin",
                "is_active": "",
                "must_change_password": "",
            },
        )
        max.refresh_from_db()
        assert (max.role, max.is_active, max.must_change_password) == ("member", True, True)


class TestSlip:
    def shown(self, admin, max, password):
        return admin.post(path(max), {"new_password": password}).content.decode()

    def test_sets_the_words_of_a_generated_password_apart(self, admin, max):
        page = self.shown(admin, max, "canyon-thrift-clunky-zebra")
        assert "<li>canyon</li> <li>thrift</li> <li>clunky</li> <li>zebra</li>" in page

    def test_takes_no_other_password_apart(self, admin, max):
        page = self.shown(admin, max, "Typed-by-the-Admin, 2026")
        assert "Typed-by-the-Admin, 2026" in page
        assert "slip-words" not in page

    def test_says_who_where_and_what_to_do(self, admin, max):
        text = text_of(admin.post(path(max), {"new_password": ""}))
        assert all(
            part in text
            for part in (
                "Name Max Planck",
                "Organization",
                "Address http://admin.northwind.example",
                "Email max@example.com",
                "Choose your own password when you are asked to.",
            )
        )

    def test_greets_by_the_whole_name(self, admin, new_user):
        muller = new_user("Müller, Anna", email="m@example.com")
        text = text_of(admin.post(path(muller), {"new_password": ""}))
        assert "Send the password to Müller, Anna" in text
