"""The time zone on one's profile: typed, with those nearby suggested."""

import re

import pytest

from tests.conftest import text_of


@pytest.fixture
def browser(vera, signed_in_as):
    return signed_in_as(vera)


@pytest.fixture
def save(browser, vera):
    """Return a function that saves the profile with a time zone, and returns the answer and what is stored."""

    def post(typed):
        fields = {"full_name": vera.full_name, "theme": vera.theme, "time_zone": typed}
        answer = browser.post("/profile/", fields)
        vera.refresh_from_db()
        return answer, vera.time_zone

    return post


def suggested(page):
    return re.findall(r'<option value="([^"]*/[^"]*|UTC)">', page.content.decode())


@pytest.mark.parametrize(
    ("typed", "stored"),
    {
        "Europe/Paris": "Europe/Paris",
        "europe/paris": "Europe/Paris",
        " Paris ": "Europe/Paris",
        "new york": "America/New_York",
        "UTC": "UTC",
        "": "",
    }.items(),
)
def test_is_taken_by_name_or_city(save, typed, stored):
    answer, found = save(typed)
    assert (answer.status_code, found) == (302, stored)


@pytest.mark.parametrize(
    "typed", ["Atlantis", "Europe/", "/", "../../etc/passwd", "Europe/Paris\x00"]
)
def test_that_is_unknown_is_asked_for_again(save, typed):
    answer, found = save(typed)
    assert (answer.status_code, found) == (422, "")


def test_of_a_city_of_which_there_are_several_is_asked_for_again(save):
    answer, _ = save("louisville")
    assert "There are several: America/Kentucky/Louisville, America/Louisville." in text_of(answer)


def test_suggests_the_part_of_the_world_where_the_browser_is(browser):
    browser.cookies["timezone"] = "Asia/Tokyo"
    found = suggested(browser.get("/profile/"))
    assert {name.partition("/")[0] for name in found} == {"Asia", "UTC"}


def test_suggests_the_part_of_the_world_that_was_chosen(browser, save):
    save("Europe/Paris")
    found = suggested(browser.get("/profile/"))
    assert {name.partition("/")[0] for name in found} == {"Europe", "UTC"}
    assert "Europe/Berlin" in found
