"""A second click while the answer is still on its way: the browser drops the first answer and shows the last one."""

import pytest
from playwright.sync_api import expect

from accounts.models import AuditEvent, User
from tests.conftest import PASSWORD, is_password_of

LATENCY = 300  # ms, of each request; the second click comes while the first one waits
BETWEEN = 120


@pytest.fixture(params=[True, False], ids=["with JavaScript", "without JavaScript"])
def page(request, new_page, sign_in, ada):
    """A slow line of an Admin."""
    page = new_page(java_script_enabled=request.param)
    sign_in(page, ada.email, PASSWORD)
    line = page.context.new_cdp_session(page)
    line.send("Network.enable")
    slow = {"offline": False, "latency": LATENCY, "downloadThroughput": -1, "uploadThroughput": -1}
    line.send("Network.emulateNetworkConditions", slow)
    return page


def click_twice(page, name):
    button = page.get_by_role("button", name=name, exact=True)
    button.scroll_into_view_if_needed()
    box = button.bounding_box()
    middle = (box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    page.mouse.click(*middle)
    page.wait_for_timeout(BETWEEN)
    page.mouse.click(*middle)
    expect(page.locator("#password")).to_be_visible()
    page.wait_for_load_state()
    return page.locator("#password").text_content()


def test_on_reset_shows_the_password_that_was_given(page, max):
    page.goto(f"/users/{max.public_id}/reset-password/")
    shown = click_twice(page, "Reset password")
    assert is_password_of(max, shown)
    assert AuditEvent.objects.filter(action="password.reset_by_admin").count() == 1


def test_on_add_shows_the_password_that_was_given(page):
    page.goto("/users/add/")
    page.get_by_label("Name").fill("Bob Noyce")
    page.get_by_label("Email").fill("bob@example.com")
    shown = click_twice(page, "Add user")
    assert is_password_of(User.objects.get(email="bob@example.com"), shown)
