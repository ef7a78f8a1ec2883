"""Many people at once, with and without JavaScript; and the keys of the list."""

import re

import pytest
from playwright.sync_api import expect

from accounts.models import User
from tests.conftest import PASSWORD


@pytest.mark.parametrize(
    "java_script", [True, False], ids=["with JavaScript", "without JavaScript"]
)
def test_admin_deactivates_selected_people(
    new_page, sign_in, ada, max, vera, nils, work, java_script
):
    page = new_page(java_script_enabled=java_script)
    sign_in(page, ada.email, PASSWORD)
    page.get_by_label("Select Max Planck").check()
    page.get_by_label("Select Vera Rubin").check()
    page.get_by_label("With many at once").select_option("deactivate")
    page.get_by_role("button", name="Selected people").click()
    expect(page.get_by_role("heading", name="Deactivate: 2 people")).to_be_visible()
    page.get_by_role("button", name="Deactivate: 2 people").click()
    expect(page.get_by_text("0 of 2 worked off")).to_be_visible()
    work()
    if not java_script:
        page.get_by_role("link", name="Look again").click()
    expect(page.get_by_text("2 of 2 worked off")).to_be_visible()
    assert set(User.objects.filter(is_active=False)) == {max, vera}
    assert page.complaints == []


def test_admin_resets_everybody_who_matches_and_downloads_the_passwords(
    new_page, sign_in, ada, max, vera, work
):
    page = new_page()
    sign_in(page, ada.email, PASSWORD)
    page.goto("/users/?role=viewer")
    page.get_by_label("With many at once").select_option("reset_password")
    page.get_by_role("button", name="Everybody who matches (1)").click()
    page.get_by_role("button", name=re.compile("1 person")).click()
    expect(page.get_by_text("0 of 1 worked off")).to_be_visible()
    work()
    with page.expect_download() as download:
        page.get_by_role("button", name=re.compile("Download the temporary passwords")).click()
    assert vera.email in download.value.path().read_text(encoding="utf-8-sig")


class TestKeys:
    @pytest.fixture
    def page(self, new_page, sign_in, ada, max, vera):
        page = new_page()
        sign_in(page, ada.email, PASSWORD)
        expect(page.get_by_role("heading", name="Manage users")).to_be_visible()
        return page

    def test_move_between_people(self, page):
        for key in ("j", "j", "j", "k"):
            page.keyboard.press(key)
        expect(page.get_by_role("link", name="Max Planck")).to_be_focused()

    def test_select_a_person(self, page):
        page.keyboard.press("j")
        page.keyboard.press("x")
        expect(page.get_by_label("Select Ada Lovelace")).to_be_checked()
        expect(page.get_by_role("button", name="Selected people 1")).to_be_visible()

    def test_open_the_menu_of_a_person(self, page):
        for key in ("j", "j", "."):
            page.keyboard.press(key)
        expect(page.get_by_role("link", name="Reset password")).to_be_focused()

    def test_go_to_the_search_and_type_there(self, page):
        page.keyboard.press("/")
        page.keyboard.type("jx?.")
        expect(page.get_by_label("Search by name or email")).to_have_value("jx?.")

    def test_are_listed_in_a_dialog(self, page):
        page.keyboard.press("?")
        expect(page.get_by_role("dialog", name="Keys of this page")).to_be_visible()
        page.keyboard.press("Escape")
        expect(page.get_by_role("dialog", name="Keys of this page")).to_be_hidden()

    def test_do_nothing_once_they_are_switched_off(self, page):
        page.goto("/profile/")
        page.get_by_label("Keyboard shortcuts").uncheck()
        with page.expect_navigation():
            page.get_by_role("button", name="Save").click()
        page.goto("/users/")
        for key in ("j", "x", "?", "/"):
            page.keyboard.press(key)
        expect(page.locator("body")).to_be_focused()
        expect(page.locator("[data-row] input:checked")).to_have_count(0)


def test_filters_columns_and_views_work_without_javascript(new_page, sign_in, ada, max, nils):
    page = new_page(java_script_enabled=False)
    sign_in(page, ada.email, PASSWORD)
    page.get_by_text("Filters", exact=True).click()
    page.get_by_label("Must change password").first.select_option("yes")
    page.get_by_role("button", name="Apply").click()
    expect(
        page.get_by_role("link", name="Must change password (take this filter away)")
    ).to_be_visible()
    expect(page.get_by_role("link", name="Max Planck")).to_have_count(0)
    page.get_by_role("link", name="Save as a view").click()
    page.get_by_label("Name of the view").fill("To be chased")
    with page.expect_navigation():
        page.get_by_role("button", name="Save the view").click()
    page.goto("/users/")
    page.get_by_text("Columns", exact=True).click()
    page.get_by_label("Added", exact=True).check()
    page.get_by_role("button", name="Show these").click()
    expect(page.get_by_role("columnheader", name="Added")).to_be_visible()
    page.get_by_text("Views", exact=True).click()
    page.get_by_role("link", name="To be chased").click()
    expect(page.get_by_role("link", name="Nils Bohr")).to_be_visible()


def test_search_answers_while_somebody_types(new_page, sign_in, ada, max, vera):
    page = new_page()
    sign_in(page, ada.email, PASSWORD)
    page.get_by_label("Search by name or email").press_sequentially("planc")
    expect(page.get_by_role("link", name="Vera Rubin")).to_have_count(0)
    expect(page.get_by_role("link", name="“planc” (take this filter away)")).to_be_visible()
    assert page.url.endswith("/users/?q=planc")
    # What stands below the list is about what is listed now.
    page.get_by_label("With many at once").select_option("deactivate")
    page.get_by_role("button", name="Everybody who matches (1)").click()
    expect(page.get_by_role("heading", name="Deactivate: 1 person")).to_be_visible()
    page.go_back()
    expect(page.get_by_label("Search by name or email")).to_have_value("planc")
    assert page.complaints == []


def test_keys_go_on_at_the_top_when_the_list_changes_under_them(new_page, sign_in, ada, max, vera):
    page = new_page()
    sign_in(page, ada.email, PASSWORD)
    page.get_by_label("Search by name or email").press_sequentially("planck")
    page.keyboard.press("ArrowDown")  # before the answer is there
    expect(page.get_by_role("link", name="Vera Rubin")).to_have_count(0)
    expect(page.get_by_role("button", name="Actions for Max Planck")).to_be_focused()
