"""Manage users is about the list: on a narrow screen the figures stand folded above it, on a wide one they are open."""

import pytest
from playwright.sync_api import expect

import accounts.statistics.actions
from accounts.management import demo_data
from tests.conftest import PASSWORD

WIDE, NARROW = {"width": 1180, "height": 720}, {"width": 320, "height": 720}


@pytest.fixture
def users_page(new_page, sign_in, ada):
    """Return a function that opens Manage users at some size."""
    demo_data.add(range(1, 30))
    accounts.statistics.actions.recount()

    def open_page(viewport):
        page = new_page(viewport=viewport)
        sign_in(page, ada.email, PASSWORD)
        return page

    return open_page


def test_figures_are_folded_on_a_narrow_screen(users_page):
    page = users_page(NARROW)
    expect(page.get_by_text("People by role and status").first).to_be_hidden()
    page.get_by_text("Who is in here").click()
    expect(page.get_by_text("People by role and status").first).to_be_visible()


def test_figures_are_open_on_a_wide_screen(users_page):
    page = users_page(WIDE)
    expect(page.get_by_text("People by role and status").first).to_be_visible()
    page.get_by_text("As a table").click()
    expect(page.get_by_role("cell", name="Viewer").first).to_be_visible()


def test_somebody_is_in_sight_at_once_on_a_narrow_screen(users_page):
    expect(users_page(NARROW).locator("[data-row]").first).to_be_in_viewport()
