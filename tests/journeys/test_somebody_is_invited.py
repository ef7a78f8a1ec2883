"""From the invitation to the first page of the new person, and people from a spreadsheet."""

import re

import pytest
from playwright.sync_api import expect

import accounts.imports.uploads
from accounts.models import ImportJob, User
from tests.conftest import PASSWORD

OWN = "a sentence that is only mine"


@pytest.mark.parametrize(
    "java_script", [True, False], ids=["with JavaScript", "without JavaScript"]
)
def test_admin_invites_and_the_person_joins(
    new_page, sign_in, live_server, ada, settings, java_script
):
    settings.PUBLIC_URL = live_server.url
    admin, person = (
        new_page(java_script_enabled=java_script),
        new_page(java_script_enabled=java_script),
    )

    sign_in(admin, ada.email, PASSWORD)
    admin.get_by_role("link", name="Invite").click()
    admin.get_by_label("Email addresses").fill("New Person <new@example.com>; ada@example.com")
    admin.get_by_role("button", name="Preview").click()
    expect(admin.get_by_text("1 person will be invited")).to_be_visible()
    admin.get_by_role("button", name="Create invitation link").click()
    link = admin.locator(".invitation-link").text_content()

    person.goto(link)
    person.get_by_label("Your name").fill("New Person")
    person.get_by_label("New password").fill(OWN)
    person.get_by_label("Type it again").fill(OWN)
    person.get_by_role("button", name="Join").click()
    expect(person.get_by_role("heading", name="Profile")).to_be_visible()
    assert User.objects.get(email="new@example.com").role == "member"


def test_admin_imports_a_file_and_watches_it(new_page, sign_in, ada, work):
    page = new_page()
    sign_in(page, ada.email, PASSWORD)
    page.goto("/imports/")
    file = {
        "name": "people.csv",
        "mimeType": "text/csv",
        "buffer": b"name,email\nBob,bob@example.com\nEve,eve@example.com\n",
    }
    page.get_by_label("File").set_input_files(file)
    page.get_by_role("button", name="Check the file").click()
    expect(page.get_by_text("2 rows are good")).to_be_visible()
    page.get_by_label("Create accounts with temporary passwords").check()
    page.get_by_role("button", name="Start the import").click()
    expect(page.get_by_text("0 of 2 worked off")).to_be_visible()
    work()
    expect(page.get_by_text("2 of 2 worked off")).to_be_visible()
    with page.expect_download() as download:
        page.get_by_role("button", name=re.compile("Download the temporary passwords")).click()
    assert "bob@example.com" in download.value.path().read_text(encoding="utf-8-sig")
    assert ImportJob.objects.get().passwords_taken_at


def test_admin_watches_the_check_of_a_long_file(new_page, sign_in, ada, work, monkeypatch):
    monkeypatch.setattr(accounts.imports.uploads, "ROWS_AT_A_TIME", 2)
    page = new_page()
    sign_in(page, ada.email, PASSWORD)
    page.goto("/imports/")
    lines = "email,shoe size\na@example.com,1\nnonsense,2\nb@example.com,3\n"
    page.get_by_label("File").set_input_files(
        {"name": "people.csv", "mimeType": "text/csv", "buffer": lines.encode()}
    )
    page.get_by_role("button", name="Check the file").click()
    expect(page.get_by_text("2 rows checked so far")).to_be_visible()
    work()
    expect(page.get_by_text("2 rows are good")).to_be_visible()
    expect(page.get_by_text("Ignored columns: shoe size")).to_be_visible()
    expect(page.get_by_text("b@example.com")).to_be_visible()
    expect(page.get_by_role("status").filter(has_text="Checked")).to_have_count(1)
    page.get_by_label("Create accounts with temporary passwords").check()
    page.get_by_role("button", name="Start the import").click()
    expect(page.get_by_text("0 of 3 worked off")).to_be_visible()
    assert page.complaints == []
