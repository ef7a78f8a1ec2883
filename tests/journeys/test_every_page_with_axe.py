"""Every page: nothing for axe to find, no sideways scrolling, nothing refused by the Content-Security-Policy."""

import io
import re

import pytest
from playwright.sync_api import expect

import accounts.bulk.actions
import accounts.imports.uploads
import accounts.invitations.actions
import accounts.statistics.actions
from accounts.management import demo_data
from accounts.models import ImportJob
from tests.conftest import PASSWORD, TEMPORARY

IN_BETWEEN = [{"state": "checking"}, {"state": "refused", "fault": "rows"}]
ENTRANCE = [
    "/join/x/y/",
    "/unexpected/x/",
    "/sign-in/",
    "/forgot-password/",
    "/forgot-password/sent/",
    "/reset/x/y/",
    "/reset/done/",
    "/nowhere/",
]
SIGNED_IN = [
    *(
        "/users/",
        "/users/?q=zzz",
        "/users/?status=deactivated&sort=-last_sign_in",
        "/roles/",
        "/audit/",
    ),
    *(
        "/audit/?since=nonsense",
        "/profile/",
        "/profile/sessions/",
        "/password/change/",
        "/mail/",
        "/mail/preview/",
    ),
    *(
        "{max}",
        "{max}reset-password/",
        "{max}role/",
        "{max}role/?role=viewer",
        "{max}deactivate/",
        "{dora}activate/",
    ),
    *(
        "{dora}reset-password/",
        "{ada}deactivate/",
        "{max}edit/",
        "{dora}delete/",
        "/users/add/",
        "/profile/ledger/",
    ),
    *("/users/views/?role=viewer", "/users/dormant/", "/users/bulk/"),
    *(
        "/invitations/",
        "/invitations/new/",
        "/invitations/cancel-all/",
        "/organization/",
        "/credentials/",
        "/imports/",
    ),
]
LOOKS = {
    "light": {"color_scheme": "light"},
    "dark": {"color_scheme": "dark"},
    "narrow": {"color_scheme": "light", "viewport": {"width": 320, "height": 640}},
    "narrow dark": {"color_scheme": "dark", "viewport": {"width": 320, "height": 640}},
}


def check(page, path, axe_findings, faults):
    page.wait_for_load_state()  # a form was perhaps sent just now
    expect(page.locator("h1")).to_have_count(1)
    sideways = page.evaluate(
        "document.documentElement.scrollWidth - document.documentElement.clientWidth"
    )
    found = axe_findings(page)
    if found or sideways > 0:
        faults.append((path, found, sideways))


def test_what_is_wrong_is_found(new_page, axe_findings):
    page, faults = new_page(), []
    page.set_content("<h1>A page</h1><img src='data:,'><div style='width: 5000px'>wide</div>")
    check(page, "wrong", axe_findings, faults)
    [(_path, found, sideways)] = faults
    assert ("image-alt" in dict(found), sideways > 0) == (True, True)


@pytest.mark.parametrize("look", LOOKS)
class TestPages:
    def test_signed_out_have_no_findings(self, new_page, axe_findings, look):
        page, faults = new_page(**LOOKS[look]), []
        for path in ENTRANCE:
            page.goto(path)
            check(page, path, axe_findings, faults)
        assert faults == []

    def test_signed_in_have_no_findings(
        self, new_page, sign_in, axe_findings, ada, max, dora, acting, look
    ):
        demo_data.add(range(1, 30))
        accounts.statistics.actions.recount()
        many = accounts.bulk.actions.choose(
            [ada.public_id, max.public_id], actor=acting(ada), action="deactivate"
        )
        accounts.invitations.actions.invite("new@example.com", actor=acting(ada), role="member")
        job = accounts.imports.uploads.take(
            io.BytesIO(b"email,odd\nx@example.com,1\nnonsense,2"), "people.csv", actor=acting(ada)
        )
        jobs = [
            job,
            *(
                ImportJob.objects.create(started_by=ada, file_name="x.csv", **state)
                for state in IN_BETWEEN
            ),
        ]
        page, faults = new_page(**LOOKS[look]), []
        sign_in(page, ada.email, PASSWORD)
        expect(page.get_by_role("heading", name="Manage users")).to_be_visible()
        people = {
            person.full_name.split()[0].lower(): person.get_absolute_url()
            for person in (ada, max, dora)
        }
        for path in [
            *SIGNED_IN,
            *(f"/imports/{job.public_id}/" for job in jobs),
            f"/users/bulk/{many.public_id}/",
        ]:
            page.goto(path.format(**people))
            assert "/sign-in/" not in page.url
            check(page, path, axe_findings, faults)
        assert faults == []

    def test_in_between_have_no_findings(
        self, new_page, sign_in, axe_findings, ada, max, nils, look
    ):
        page, faults = new_page(**LOOKS[look]), []
        sign_in(page, nils.email, "wrong password here")
        check(page, "sign-in with a fault", axe_findings, faults)
        sign_in(page, nils.email, TEMPORARY)
        check(page, "forced change", axe_findings, faults)
        page.get_by_label("New password").fill("short")
        with page.expect_navigation():
            page.get_by_role("button", name="Save and continue").click()
        check(page, "forced change with faults", axe_findings, faults)
        with page.expect_navigation():
            page.get_by_role("button", name="Sign out").click()
        sign_in(page, ada.email, PASSWORD)
        page.get_by_role("button", name="Profile menu").click()
        check(page, "profile menu", axe_findings, faults)
        page.keyboard.press("Escape")
        page.get_by_role("button", name="Actions for Ada Lovelace").click()
        check(page, "row menu", axe_findings, faults)
        page.goto(f"/users/{max.public_id}/reset-password/")
        with page.expect_navigation():
            page.get_by_role("button", name="Reset password").click()
        check(page, "hand-over", axe_findings, faults)
        assert faults == []

    def test_with_long_addresses_has_no_findings(
        self, new_page, sign_in, axe_findings, ada, new_user, look
    ):
        long = new_user(
            "Maximiliane von Hohenlohe-Langenburg",
            email=f"{'maximiliane.' * 4}m@department.other.example",
        )
        page, faults = new_page(**LOOKS[look]), []
        sign_in(page, ada.email, PASSWORD)
        page.goto(long.get_absolute_url())
        check(page, "a person", axe_findings, faults)
        page.goto("/organization/")
        page.get_by_label("Authorized email domains").fill("example.com")
        with page.expect_navigation():
            page.get_by_role("button", name="Save").click()
        check(page, "who is cut off", axe_findings, faults)
        assert faults == []


def test_no_page_is_refused_anything_by_its_policy(new_page, sign_in, ada, max, dora):
    page = new_page()
    sign_in(page, ada.email, PASSWORD)
    people = {
        person.full_name.split()[0].lower(): person.get_absolute_url()
        for person in (ada, max, dora)
    }
    for path in SIGNED_IN:
        if "nonsense" not in path:
            page.goto(path.format(**people))
    assert [
        text
        for text in page.complaints
        if "status of 422" not in text and "status of 403" not in text
    ] == []
    page.evaluate(
        "document.head.append(Object.assign(document.createElement('style'), {textContent: 'p {}'}))"
    )
    assert "Content Security Policy" in page.complaints[-1]


def test_focus_goes_to_what_is_wrong(new_page, sign_in, ada):
    page = new_page()
    sign_in(page, ada.email, "wrong password here")
    expect(page.get_by_role("group", name="That did not work")).to_be_focused()


def test_row_menu_gives_the_focus_back(new_page, sign_in, ada, max):
    page = new_page()
    sign_in(page, ada.email, PASSWORD)
    page.wait_for_url("**/users/")
    button = page.get_by_role("button", name="Actions for Max Planck")
    button.press("Enter")
    expect(page.get_by_role("link", name="Reset password")).to_be_focused()
    page.keyboard.press("ArrowDown")
    expect(page.get_by_role("link", name="Change role to Admin")).to_be_focused()
    page.keyboard.press("Escape")
    expect(button).to_be_focused()


def test_show_reveals_the_password(new_page):
    page = new_page()
    page.goto("/sign-in/")
    page.get_by_role("button", name="Show password").click()
    assert page.get_by_label("Password", exact=True).get_attribute("type") == "text"


def test_times_are_in_the_readers_zone(new_page, sign_in, ada):
    page = new_page(timezone_id="Asia/Tokyo")
    sign_in(page, ada.email, PASSWORD)
    page.goto("/profile/")
    expect(page.locator("time").first).to_have_attribute("title", re.compile("JST$"))
