"""Marks that colours make hold where the system takes colours over, asks for more contrast, or prints."""

import re

import pytest
from playwright.sync_api import expect

import accounts.statistics.actions
from accounts.management import demo_data
from tests.conftest import PASSWORD

WIDE = {"width": 1280, "height": 800}
BACKGROUND = "one => getComputedStyle(one).backgroundColor"
PAINTS = "all => all.map(one => getComputedStyle(one, '::before').backgroundColor)"


@pytest.fixture
def users_page(new_page, sign_in, ada):
    """Return a function that opens Manage users in a browser with such wishes."""
    demo_data.add(range(1, 30))
    accounts.statistics.actions.recount()

    def open_page(**options):
        page = new_page(viewport=WIDE, **options)
        sign_in(page, ada.email, PASSWORD)
        return page

    return open_page


def test_the_current_page_and_the_chosen_tab_are_marked_in_forced_colours(users_page):
    page = users_page(forced_colors="active")
    for nav in (".nav", ".segments"):
        here = page.locator(f"{nav} [aria-current]").first.evaluate(BACKGROUND)
        other = page.locator(f"{nav} a:not([aria-current])").first.evaluate(BACKGROUND)
        assert here != other, nav


def test_the_legend_tells_its_parts_apart_in_forced_colours(users_page):
    page = users_page(forced_colors="active")
    paints = page.locator("ul.legend li").evaluate_all(PAINTS)
    assert len(set(paints)) == len(paints) > 2


def test_more_contrast_is_given_to_who_asks_the_system_for_it(users_page):
    quiet = "getComputedStyle(document.querySelector('.nav a:not([aria-current])')).color"
    usual, more = (users_page(contrast=wish).evaluate(quiet) for wish in ("no-preference", "more"))
    assert (usual, more) == ("rgb(93, 93, 105)", "rgb(31, 31, 31)")


def test_the_list_is_printed_as_its_table(users_page):
    page = users_page()
    page.set_viewport_size({"width": 700, "height": 1000})  # about what A4 leaves
    page.emulate_media(media="print")
    expect(page.get_by_role("columnheader", name="Email")).to_be_visible()
    expect(page.get_by_role("navigation", name="Main")).to_be_hidden()
    expect(page.get_by_role("searchbox")).to_be_hidden()
    heads = [
        page.locator(".table-people tbody tr").first.locator("th, td:not(.cell-check)").nth(n)
        for n in (0, 1)
    ]
    first, second = (head.bounding_box() for head in heads)
    assert abs(first["y"] - second["y"]) < 2  # side by side, not one below the other


def test_the_slip_is_one_page(users_page, max):
    page = users_page()
    page.goto(f"{max.get_absolute_url()}reset-password/")
    with page.expect_navigation():
        page.get_by_role("button", name="Reset password").click()
    assert len(re.findall(rb"/Type\s*/Page\b", page.pdf(format="A4"))) == 1
