import pytest
from django.core import mail

from accounts.management import demo_data
from tests.conftest import text_of


class TestList:
    def test_shows_people_with_role_and_status(self, admin, max, dora, nils):
        text = text_of(admin.get("/users/"))
        assert all(
            word in text
            for word in (
                "Max Planck",
                "max@example.com",
                "Member",
                "Deactivated",
                "Must change password",
            )
        )

    def test_offers_the_menu_of_each(self, admin, max):
        page = text_of(admin.get("/users/?q=planck"))
        for label in (
            "Actions for Max Planck",
            "Reset password",
            "Change role to Admin",
            "Change role to Viewer",
            "Deactivate user",
        ):
            assert label in page
        assert "Change role to Member" not in page

    def test_greys_out_what_is_not_allowed_with_the_reason(self, admin, ada):
        assert "Deactivate user You cannot deactivate yourself." in text_of(
            admin.get("/users/?q=lovelace")
        )

    def test_offers_to_activate_the_deactivated(self, admin, dora):
        assert "Activate user" in text_of(admin.get("/users/?q=dora"))

    def test_says_never_of_who_never_signed_in(self, admin, max):
        assert "never" in text_of(admin.get("/users/?q=planck"))

    def test_counts_people(self, admin, max, dora):
        text = text_of(admin.get("/users/"))
        assert all(
            part in text
            for part in ("3 people in Northwind Analytics", "All 3", "Active 2", "Deactivated 1")
        )

    def test_links_to_both_kinds_of_export_of_what_it_shows(self, admin):
        page = admin.get("/users/?q=max").content.decode()
        assert 'action="/users/export/?q=max"' in page
        assert all(f'name="format" value="{kind}"' in page for kind in ("csv", "xlsx"))

    def test_escapes_names(self, admin, new_user):
        new_user("<img src=//evil.test/x>", email="x@example.com")
        page = admin.get("/users/").content.decode()
        assert "&lt;img src=//evil" in page
        assert "<img src=//evil" not in page


class TestFilters:
    @pytest.mark.parametrize(
        ("query", "shown"),
        [
            ("status=deactivated", {"Dora"}),
            ("role=admin", {"Ada"}),
            ("role=member&status=active", {"Max"}),
            ("q=planck", {"Max"}),
            ("q=EXAMPLE.com+vera", {"Vera"}),
            ("status=nonsense&role=root&sort=password", {"Ada", "Max", "Vera", "Dora"}),
            (
                "password__startswith=argon2&o=password&is_superuser=1",
                {"Ada", "Max", "Vera", "Dora"},
            ),
        ],
    )
    def test_narrow_the_list(self, admin, max, vera, dora, query, shown):
        people = admin.get(f"/users/?{query}").context["list"]["people"]
        assert {person.full_name.split()[0] for person in people} == shown

    def test_that_match_nobody_say_what_to_do(self, admin):
        text = text_of(admin.get("/users/?q=brno"))
        assert "No user matches “brno”." in text
        assert "Clear the search" in text

    def test_stay_in_every_link(self, admin, max, settings):
        page = admin.get("/users/?q=a&role=member&status=active").content.decode()
        kept = "?q=a&amp;role=member&amp;status=active&amp;sort="
        assert all(kept + sort in page for sort in ("-name", "email", "role", "last_sign_in"))

    @pytest.mark.parametrize(
        "q", ["%00", "%ff%fe", "%ud800", "%F0%9F%98%80", "a" * 5000, "'", '"', "%25", "_", "%5C"]
    )
    def test_take_any_text(self, admin, q):
        assert admin.get(f"/users/?q={q}").status_code == 200


class TestPages:
    def test_go_on_by_a_cursor(self, admin):
        demo_data.add(range(1, 60))
        first = admin.get("/users/?sort=email")
        second = admin.get("/users/" + first.context["list"]["next"])
        last_of_first, first_of_second = (
            first.context["list"]["people"][-1],
            second.context["list"]["people"][0],
        )
        assert last_of_first.email < first_of_second.email

    def test_with_a_made_up_cursor_begin_anew(self, admin):
        assert admin.get("/users/?q=a&cursor=nonsense")["Location"] == "?q=a"

    def test_show_no_hash(self, admin, max):
        pages = [admin.get(path).content for path in ("/users/", max.get_absolute_url())]
        assert [(b"Max Planck" in page, b"argon2" in page) for page in pages] == [(True, False)] * 2


class TestUser:
    def test_shows_what_was_done(self, admin, max):
        admin.post(f"/users/{max.public_id}/role/", {"role": "viewer"})
        text = text_of(admin.get(max.get_absolute_url()))
        assert all(part in text for part in ("Role changed", "Member", "Viewer", "Ada Lovelace"))

    def test_shows_until_when_a_temporary_password_is_good(self, admin, nils):
        assert "Temporary password expires" in text_of(admin.get(nils.get_absolute_url()))

    def test_shows_that_it_has_expired(self, admin, nils, ada, later, signed_in_as):
        later(hours=73)
        assert "Temporary password expired" in text_of(
            signed_in_as(ada).get(nils.get_absolute_url())
        )

    def test_shows_no_password_field(self, admin, max):
        page = admin.get(max.get_absolute_url()).content.decode()
        assert ("Max Planck" in page, 'type="password"' in page) == (True, False)


class TestDeactivate:
    def test_asks_first(self, admin, max, signed_in_as):
        signed_in_as(max)
        text = text_of(admin.get(f"/users/{max.public_id}/deactivate/"))
        assert "Deactivate Max Planck?" in text
        assert "signed out of 1 device at once" in text

    def test_does_it_and_says_so(self, admin, max, signed_in_as):
        browser = signed_in_as(max)
        response = admin.post(f"/users/{max.public_id}/deactivate/", follow=True)
        assert "Max Planck was deactivated and signed out of 1 device." in text_of(response)
        assert browser.get("/profile/").status_code == 302

    def test_of_oneself_is_refused(self, admin, ada):
        response = admin.post(f"/users/{ada.public_id}/deactivate/")
        assert (response.status_code, "You cannot deactivate yourself" in text_of(response)) == (
            403,
            True,
        )

    def test_from_a_stale_page_says_what_changed(self, admin, max):
        max.version = 2
        max.save()
        response = admin.post(f"/users/{max.public_id}/deactivate/", {"version": 1})
        assert (
            response.status_code,
            "was changed since your page was opened" in text_of(response),
        ) == (409, True)


class TestActivate:
    def test_restores_access_with_the_old_password(self, admin, dora, client):
        from tests.conftest import PASSWORD

        admin.post(f"/users/{dora.public_id}/activate/")
        assert (
            client.post("/sign-in/", {"email": dora.email, "password": PASSWORD}).status_code == 302
        )

    def test_says_so(self, admin, dora):
        assert "Dora Maar can sign in again." in text_of(
            admin.post(f"/users/{dora.public_id}/activate/", follow=True)
        )

    def test_promises_no_old_password_where_the_temporary_one_has_expired(
        self, ada, nils, signed_in_as, later, work
    ):
        nils.is_active = False
        nils.save()
        later(hours=73)
        admin = signed_in_as(ada)
        assert "once there is a new password" in text_of(
            admin.get(f"{nils.get_absolute_url()}activate/")
        )
        admin.post(f"{nils.get_absolute_url()}activate/")
        work()
        assert "Your temporary password has expired" in mail.outbox[0].body
