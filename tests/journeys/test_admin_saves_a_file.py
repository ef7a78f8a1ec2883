"""What the screen shows is saved as a file, with and without JavaScript."""

import csv
import io

import openpyxl
import pytest
from playwright.sync_api import expect

from accounts.models import AuditEvent
from tests.conftest import PASSWORD


def addresses_in(path):
    with path.open(encoding="utf-8-sig", newline="") as file:
        return [row["email"] for row in csv.DictReader(file)]


def saved(page, button):
    with page.expect_download() as download:
        page.get_by_role("button", name=button).click()
    return download.value


@pytest.mark.parametrize(
    "java_script", [True, False], ids=["with JavaScript", "without JavaScript"]
)
def test_of_the_people_who_were_searched_for(new_page, sign_in, ada, max, vera, java_script):
    page = new_page(java_script_enabled=java_script)
    sign_in(page, ada.email, PASSWORD)
    page.get_by_label("Search by name or email").press_sequentially("planc")
    if not java_script:
        page.get_by_label("Search by name or email").press("Enter")
    expect(page.get_by_role("link", name="Vera Rubin")).to_have_count(0)
    assert addresses_in(saved(page, "Export as CSV").path()) == ["max@example.com"]
    file = saved(page, "Export as XLSX")
    assert file.suggested_filename.endswith(".xlsx")
    [_header, row] = openpyxl.load_workbook(io.BytesIO(file.path().read_bytes())).active.values
    assert (row[1], page.complaints) == ("max@example.com", [])


def test_of_the_audit_trail_as_it_is_filtered(new_page, sign_in, ada):
    page = new_page()
    sign_in(page, ada.email, PASSWORD)
    page.goto("/audit/")
    page.get_by_label("Action").select_option("session.signed_in")
    page.get_by_role("button", name="Show").click()
    with saved(page, "Export as CSV").path().open(encoding="utf-8-sig", newline="") as file:
        assert [row["what"] for row in csv.DictReader(file)] == ["Signed in"]
    assert AuditEvent.objects.get(action="audit.exported").details["filters"] == {
        "action": "session.signed_in"
    }
