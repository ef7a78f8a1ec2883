"""An Admin sends a file whose encoding nobody can know, sees that the names are wrong, and has it read again."""

import pytest
from playwright.sync_api import expect

from tests.conftest import PASSWORD
from tests.imports.hostile.workbooks import parts_of, sheet, zipped

NAMES = ("François Lefèvre", "Jürgen Größer", "José Muñoz")


def send(page, name, data):
    page.goto("/imports/")
    page.get_by_label("File").set_input_files(
        {"name": name, "mimeType": "text/csv", "buffer": data}
    )
    page.get_by_role("button", name="Check the file").click()


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without scripts"])
def test_encoding_is_chosen(ada, new_page, sign_in, axe_findings, scripts):
    page = new_page(viewport={"width": 320, "height": 800}, java_script_enabled=scripts)
    sign_in(page, ada.email, PASSWORD)
    rows = "".join(f"{name},p{number}@example.com\n" for number, name in enumerate(NAMES))
    send(page, "people.csv", f"name,email\n{rows}".encode("mac_roman"))
    expect(page.get_by_text("this is a guess")).to_be_visible()
    page.get_by_label("Encoding of the file").select_option("cp850")
    page.get_by_role("button", name="Read it again").click()
    expect(page.get_by_text(NAMES[0])).to_have_count(0)
    page.get_by_label("Encoding of the file").select_option("mac_roman")
    page.get_by_role("button", name="Read it again").click()
    for name in NAMES:
        expect(page.get_by_text(name)).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
    if scripts:
        assert axe_findings(page) == []
    assert page.complaints == []


def test_what_was_not_read_is_said(ada, new_page, sign_in, axe_findings):
    page = new_page(viewport={"width": 320, "height": 800}, color_scheme="dark")
    sign_in(page, ada.email, PASSWORD)
    people = sheet(
        ["email", "name", "Shoe size"], ["a@example.com", "Al One", "44"], ["b@example.com"]
    )
    send(
        page,
        "people.xlsx",
        zipped(parts_of({"Old": sheet(["email"]), "People": people}, states=["hidden"])),
    )
    expect(page.get_by_text("Only the sheet “People” was read, not “Old”.")).to_be_visible()
    expect(page.get_by_text("Ignored columns: Shoe size.")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
    assert axe_findings(page) == []
