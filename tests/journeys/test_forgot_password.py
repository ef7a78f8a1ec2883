"""Back in without an Admin: from the mail that a real mail server received."""

import re

import pytest
from playwright.sync_api import expect

import accounts.passwords.actions
from accounts.kernel.crypto import tokens

OWN = "a sentence that is only mine"


@pytest.mark.parametrize(
    "java_script", [True, False], ids=["with JavaScript", "without JavaScript"]
)
def test_user_forgot_it_and_chooses_another(
    new_page, live_server, mail_server, max, work, settings, java_script
):
    settings.PUBLIC_URL = live_server.url
    asking, opening = (
        new_page(java_script_enabled=java_script),
        new_page(java_script_enabled=java_script),
    )

    asking.goto("/sign-in/")
    asking.get_by_role("link", name="Forgot Password?").click()
    asking.get_by_label("Email").fill("MAX@example.com")
    asking.get_by_role("button", name="Send the link").click()
    expect(asking.get_by_role("heading", name="Look into your mailbox")).to_be_visible()

    work()
    [message] = mail_server.received
    link = re.search(r"http\S+/reset/\S+", message.get_body(("plain",)).get_content())[0]
    opening.goto(link)
    opening.get_by_label("New password").fill(OWN)
    opening.get_by_label("Type it again").fill(OWN)
    opening.get_by_role("button", name="Save password").click()
    opening.get_by_role("link", name="Sign in").click()
    opening.get_by_label("Email").fill(max.email)
    opening.get_by_label("Password", exact=True).fill(OWN)
    opening.get_by_role("button", name="Sign in").click()
    expect(opening.get_by_role("heading", name="Profile")).to_be_visible()


def test_the_link_is_gone_from_the_address_before_the_form_shows(new_page, max):
    accounts.passwords.actions.issue_reset_link.call(email=max.email, address=None, user_agent="")
    max.refresh_from_db()
    token = tokens.make(max)
    page = new_page()
    page.goto(f"/reset/{max.public_id}/{token}/")
    expect(page.get_by_label("New password")).to_be_visible()
    assert token not in page.url + page.content()


def test_a_browser_that_only_looks_changes_nothing(new_page, max):
    accounts.passwords.actions.issue_reset_link.call(email=max.email, address=None, user_agent="")
    max.refresh_from_db()
    page = new_page()
    page.goto(f"/reset/{max.public_id}/{tokens.make(max)}/")
    page.wait_for_load_state("networkidle")
    before = max.password
    max.refresh_from_db()
    assert (max.password, tokens.state(max, tokens.make(max)).value) == (before, "live")
