import pytest

from tests.conftest import text_of


class TestMatrix:
    @pytest.mark.parametrize("who", ["ada", "max", "vera"])
    def test_is_open_to_everybody(self, request, signed_in_as, who):
        text = text_of(signed_in_as(request.getfixturevalue(who)).get("/roles/"))
        assert "Create new workspaces yes where the organization allows it –" in text
        assert "Read the audit trail yes – –" in text

    def test_says_which_part_is_ours(self, admin):
        text = text_of(admin.get("/roles/"))
        assert (
            text.index("In the product around it")
            < text.index("Delete workspaces")
            < text.index("In this application")
        )


class TestChangeRole:
    def path(self, person, role=""):
        return f"/users/{person.public_id}/role/" + (f"?role={role}" if role else "")

    def test_says_what_it_means(self, admin, max):
        text = text_of(admin.get(self.path(max, "admin")))
        assert "Change role of Max Planck to Admin?" in text
        assert "Max Planck may then also Create new workspaces" in text
        assert "Confirm" in text

    def test_says_what_is_lost(self, admin, max):
        assert "may then no longer" in text_of(admin.get(self.path(max, "viewer")))

    def test_does_it_and_says_so(self, admin, max):
        assert "Max Planck is Viewer now." in text_of(
            admin.post(self.path(max), {"role": "viewer"}, follow=True)
        )

    @pytest.mark.parametrize("role", ["", "root", "member", "ADMIN", "member\x00"])
    def test_offers_the_choice_where_the_address_does_not_say(self, admin, max, role):
        page = admin.get(self.path(max) + "?role=" + role).content.decode()
        assert page.count('type="radio"') == 2

    @pytest.mark.parametrize("role", ["", "root", "superuser"])
    def test_refuses_a_role_there_is_not(self, admin, max, role):
        assert admin.post(self.path(max), {"role": role}).status_code == 422

    def test_sent_again_changes_nothing_and_is_no_fault(self, admin, max):
        form = {"role": "viewer", "version": max.version}
        admin.post(self.path(max), form)
        assert admin.post(self.path(max), form)["Location"] == f"/users/{max.public_id}/"

    def test_of_oneself_is_refused(self, admin, ada):
        assert admin.post(self.path(ada), {"role": "viewer"}).status_code == 403

    def test_counts_at_the_very_next_request(self, admin, new_user, signed_in_as):
        grace = new_user("Grace Hopper", "admin")
        browser = signed_in_as(grace)
        assert browser.get("/users/").status_code == 200
        admin.post(self.path(grace), {"role": "viewer"})
        assert browser.get("/users/").status_code == 403

    def test_on_an_open_form_of_a_demoted_admin_is_refused(
        self, admin, new_user, max, signed_in_as
    ):
        grace = new_user("Grace Hopper", "admin")
        browser = signed_in_as(grace)
        browser.get(self.path(max, "admin"))
        admin.post(self.path(grace), {"role": "member"})
        assert browser.post(self.path(max), {"role": "admin"}).status_code == 403
