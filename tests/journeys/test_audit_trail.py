"""An Admin asks the audit trail who did what to whom, without a script, and on a telephone."""

import pytest
from playwright.sync_api import expect

import accounts.roles.actions
from tests.conftest import PASSWORD

SMALL = """all => all.filter(one => {
  const box = one.getBoundingClientRect();
  return box.width && (box.height < 24 || box.width < 24);
}).map(one => one.outerHTML)"""


@pytest.mark.parametrize("width", [1280, 320])
def test_is_narrowed_and_shows_codes(new_page, sign_in, ada, max, vera, acting, width):
    for person in (max, vera):
        accounts.roles.actions.change_role(person.pk, actor=acting(ada), role="admin")
    page = new_page(viewport={"width": width, "height": 800}, java_script_enabled=False)
    sign_in(page, ada.email, PASSWORD)
    page.goto("/audit/")
    page.get_by_label("Who", exact=True).fill("ada")
    page.get_by_label("On whom").fill("planck")
    page.get_by_role("button", name="Show").click()
    rows = page.locator("tbody tr")
    expect(rows).to_have_count(1)
    expect(rows.first).not_to_contain_text("user.role_changed")
    page.get_by_role("link", name="Show codes").click()
    expect(rows.first).to_contain_text("user.role_changed")
    page.get_by_role("link", name="My own").click()
    expect(page.get_by_role("link", name="My own")).to_have_attribute("aria-current", "true")
    expect(page.get_by_label("Who", exact=True)).to_have_value(ada.email)
    assert page.locator("main :is(a, button, input, select)").evaluate_all(SMALL) == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
