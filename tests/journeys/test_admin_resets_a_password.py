"""The main job, from the Admin's sign-in to the user's landing."""

import contextlib

import pytest
from playwright.sync_api import Error, expect

from tests.conftest import PASSWORD

OWN = "a sentence that is only mine"


def choose_own(page):
    page.get_by_label("New password").fill(OWN)
    page.get_by_label("Type it again").fill(OWN)
    page.get_by_role("button", name="Save and continue").click()


@pytest.mark.parametrize(
    "java_script", [True, False], ids=["with JavaScript", "without JavaScript"]
)
def test_admin_resets_and_the_user_makes_it_their_own(new_page, sign_in, ada, max, java_script):
    admin, user = (
        new_page(java_script_enabled=java_script),
        new_page(java_script_enabled=java_script),
    )

    sign_in(admin, ada.email, PASSWORD)
    admin.get_by_role("button", name="Profile menu").click()
    admin.get_by_role("link", name="Manage users").click()
    admin.get_by_role("button", name="Actions for Max Planck").click()
    admin.get_by_role("link", name="Reset password").click()
    suggested = admin.get_by_label("New password").input_value()
    admin.get_by_role("button", name="Reset password").click()
    expect(admin.get_by_text("Max Planck’s password was reset.")).to_be_visible()
    expect(admin.locator("#password")).to_have_text(suggested)

    user.goto("/profile/sessions/")
    user.get_by_label("Email").fill(max.email)
    user.get_by_label("Password", exact=True).fill(suggested)
    user.get_by_role("button", name="Sign in").click()
    expect(user.get_by_role("heading", name="Choose your own password")).to_be_visible()
    user.goto("/profile/")
    expect(user.get_by_label("New password")).to_be_visible()
    choose_own(user)
    expect(user.get_by_role("heading", name="Signed-in devices")).to_be_visible()


def test_admin_copies_the_password(new_page, sign_in, ada, max):
    page = new_page(permissions=["clipboard-read", "clipboard-write"])
    sign_in(page, ada.email, PASSWORD)
    page.goto(f"/users/{max.public_id}/reset-password/")
    page.get_by_role("button", name="Reset password").click()
    page.get_by_role("button", name="Copy", exact=True).click()
    expect(page.get_by_role("button", name="Copied")).to_be_visible()
    assert (
        page.evaluate("navigator.clipboard.readText()") == page.locator("#password").text_content()
    )


def test_admin_copies_a_whole_message(new_page, sign_in, ada, max):
    page = new_page(permissions=["clipboard-read", "clipboard-write"])
    sign_in(page, ada.email, PASSWORD)
    page.goto(f"/users/{max.public_id}/reset-password/")
    page.get_by_role("button", name="Reset password").click()
    page.get_by_role("button", name="Copy all as a message").click()
    expect(page.get_by_role("button", name="Copied")).to_be_visible()
    message = page.evaluate("navigator.clipboard.readText()")
    assert all(
        part in message
        for part in (max.email, page.locator("#password").text_content(), "http://admin.")
    )


def test_admin_resets_with_the_keyboard_alone(new_page, sign_in, ada, max):
    page = new_page()
    sign_in(page, ada.email, PASSWORD)
    page.wait_for_url("**/users/")
    page.keyboard.press("/")
    page.keyboard.type("planck")
    expect(page.get_by_text("1 person matches.")).to_be_visible()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(page.get_by_role("link", name="Reset password")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Reset password")).to_be_visible()
    page.get_by_label("New password").press("Enter")
    expect(page.get_by_role("button", name="Copy", exact=True)).to_be_focused()


def test_coming_back_shows_no_password(new_page, sign_in, ada, max):
    page = new_page()
    sign_in(page, ada.email, PASSWORD)
    page.goto(f"/users/{max.public_id}/reset-password/")
    page.get_by_role("button", name="Reset password").click()
    shown = page.locator("#password").text_content()
    page.goto("/users/")
    with contextlib.suppress(Error):  # Chromium asks before it would send the form again
        page.go_back()
    expect(page.get_by_text(shown)).to_have_count(0)


def test_sending_the_form_again_resets_nothing(new_page, sign_in, ada, max):
    page = new_page()
    sign_in(page, ada.email, PASSWORD)
    page.goto(f"/users/{max.public_id}/reset-password/")
    with page.expect_navigation():
        page.get_by_role("button", name="Reset password").click()
    max.refresh_from_db()
    before, shown = max.password, page.locator("#password").text_content()
    page.reload()
    expect(page.locator("#password")).to_have_text(shown)
    max.refresh_from_db()
    assert max.password == before


def test_going_back_after_the_sign_out_shows_nothing(new_page, sign_in, ada, max):
    page = new_page()
    sign_in(page, ada.email, PASSWORD)
    expect(page.get_by_role("link", name="Max Planck")).to_be_visible()
    page.get_by_role("button", name="Profile menu").click()
    page.get_by_role("button", name="Sign out").click()
    expect(page.get_by_role("heading", name="Sign in")).to_be_visible()
    page.go_back()
    expect(page.get_by_role("heading", name="Sign in")).to_be_visible()
    expect(page.get_by_text("Max Planck")).to_have_count(0)
