"""Whoever goes from the list to a person, does something, and goes back finds the list as they left it."""

import re
from html import unescape
from urllib.parse import parse_qs, urlsplit

import pytest

PLACE = "?status=active&role=member&sort=-created&q=a%26b+%C3%A9"
NARROWED = {"status": ["active"], "role": ["member"], "sort": ["-created"], "q": ["a&b é"]}
ACTS = {
    "reset-password/": {"new_password": ""},
    "deactivate/": {},
    "role/?role=viewer": {"role": "viewer"},
    "edit/": {"full_name": "Max P.", "email": "max@example.com"},
}


def links(response, words=""):
    """Return where the links lead whose text begins so, outside the profile menu."""
    body = response.content.decode()
    found = re.findall(
        r'<a [^>]*href="([^"]*)"[^>]*>(.*?)</a>',
        body[body.index('id="content"') :] if 'id="content"' in body else body,
        re.DOTALL,
    )
    return [
        unescape(href)
        for href, text in found
        if re.sub(r"<[^>]+>", "", text).strip().startswith(words)
    ]


def back(response, words="Manage users"):
    """Return what the list was narrowed to where the (last) link of these words leads."""
    address = urlsplit(
        [href for href in links(response, words) if urlsplit(href).path == "/users/"][-1]
    )
    return parse_qs(address.query)


@pytest.fixture
def person(new_user):
    """A Member whom the narrowed list shows."""
    return new_user("a&b é Max", email="max@example.com")


@pytest.fixture
def menu(admin, person):
    """The links of the row of that person, by the path of the page."""
    return links(admin.get(f"/users/{PLACE}"))


class TestRow:
    @pytest.mark.parametrize("page", ["", *ACTS])
    def test_takes_the_place_along(self, menu, person, page):
        path, _query, asked = (person.get_absolute_url() + page).partition("?")
        [href] = [href for href in menu if urlsplit(href).path == path and asked in href]
        assert parse_qs(parse_qs(urlsplit(href).query)["from"][0]) == NARROWED

    def test_of_the_bare_list_takes_nothing_along(self, admin, person):
        assert "from=" not in admin.get("/users/").content.decode()


class TestBack:
    def open(self, menu, person, page):
        path, _query, asked = (person.get_absolute_url() + page).partition("?")
        return next(href for href in menu if urlsplit(href).path == path and asked in href)

    @pytest.mark.parametrize("page", ["", *ACTS])
    def test_leads_to_the_list_as_it_was(self, admin, menu, person, page):
        assert back(admin.get(self.open(menu, person, page))) == NARROWED

    @pytest.mark.parametrize("page", sorted(set(ACTS) - {"reset-password/"}))
    def test_leads_there_after_the_act_too(self, admin, menu, person, page):
        assert back(admin.post(self.open(menu, person, page), ACTS[page], follow=True)) == NARROWED

    def test_leads_there_after_a_fault(self, admin, menu, person):
        answer = admin.post(self.open(menu, person, "edit/"), {"full_name": "", "email": ""})
        assert (answer.status_code, back(answer)) == (422, NARROWED)

    def test_leads_there_from_the_hand_over(self, admin, menu, person):
        answer = admin.post(self.open(menu, person, "reset-password/"), {"new_password": ""})
        assert back(answer, "Back to Manage users") == NARROWED

    def test_leads_there_over_cancel_and_the_person(self, admin, menu, person):
        [cancel] = links(admin.get(self.open(menu, person, "deactivate/")), "Cancel")
        assert back(admin.get(cancel)) == NARROWED

    def test_leads_there_from_the_person_by_what_is_done_next(self, admin, menu, person):
        page = admin.get(self.open(menu, person, ""))
        again = links(page, "Deactivate")[-1]
        assert back(admin.get(again)) == NARROWED

    def test_leads_there_after_a_deletion(self, admin, menu, person):
        person.is_active = False
        person.save()
        place = urlsplit(self.open(menu, person, "")).query
        answer = admin.post(f"{person.get_absolute_url()}delete/?{place}", {"typed": person.email})
        assert parse_qs(urlsplit(answer["Location"]).query) == NARROWED

    def test_leads_there_from_a_bulk_change_that_is_cancelled(self, admin, person):
        choice = {"scope": "everything", "action": "deactivate"}
        page = admin.post(f"/users/bulk/choose/{PLACE}", choice, follow=True)
        assert NARROWED.items() <= back(page, "Cancel").items()

    def test_leads_to_the_bare_list_where_nobody_came_from_one(self, admin, person):
        assert back(admin.get(person.get_absolute_url())) == {}


class TestPlaceThatSomebodyElseWrote:
    @pytest.mark.parametrize(
        "place",
        [
            "https://evil.test/",
            "//evil.test",
            "javascript:alert(1)",
            "next=https://evil.test",
            '"><script>',
            "&" * 2_000,
            "%00%ff=%ff",
            "x=1&" * 500,
        ],
    )
    def test_leads_nowhere_but_to_the_list(self, admin, person, place):
        answer = admin.get(person.get_absolute_url(), {"from": place})
        assert (answer.status_code, back(answer)) == (200, {})

    def test_keeps_only_what_the_list_knows(self, admin, person):
        answer = admin.get(
            person.get_absolute_url(), {"from": "role=member&evil=1&from=role%3Dadmin"}
        )
        assert back(answer) == {"role": ["member"]}

    def test_is_cut_where_it_is_too_long(self, admin, person):
        answer = admin.get(person.get_absolute_url(), {"from": "q=" + "a" * 5_000})
        assert len(back(answer)["q"][0]) < 2_000
