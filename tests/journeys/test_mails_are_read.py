"""Every mail on a telephone, light and dark: nothing runs off its side, and all of it can be read."""

import pytest
from axe_playwright_python.sync_playwright import Axe

from accounts.kernel.outbox import KINDS
from accounts.mail import samples
from accounts.models import Organization

PHONE = {"width": 360, "height": 740}
NARROWER = "document.documentElement.scrollWidth <= innerWidth"


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_mail(new_page, scheme):
    Organization.objects.create(name="Northwind Analytics", support_address="help@example.com")
    page, found = new_page(viewport=PHONE, color_scheme=scheme), {}
    for name, kind in KINDS.items():
        for language in ("en", "fr"):
            page.set_content(samples.message(kind, language, "").alternatives[0].content)
            violations = [one["id"] for one in Axe().run(page).response["violations"]]
            # A mail has no landmarks: the mail program around it does.
            wrong = set(violations) - {"landmark-one-main", "page-has-heading-one", "region"}
            if wrong or not page.evaluate(NARROWER):
                found[name, language] = wrong
    assert found == {}
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == (
        "rgb(19, 19, 24)" if scheme == "dark" else "rgb(246, 246, 247)"
    )
