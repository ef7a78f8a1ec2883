"""A real browser in front of a real server."""

import shutil

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect, sync_playwright

TIMEOUT = (
    15_000  # ms; a busy machine is slow, and what never comes is told apart from it all the same
)
expect.set_options(timeout=TIMEOUT)

CHROMIUM = shutil.which("chromium")
FLAGS = [
    *("--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"),
    *("--disable-background-networking", "--disable-component-update", "--disable-sync"),
]


def pytest_collection_modifyitems(items):
    for item in items:
        if "journeys" in item.path.parts:
            item.add_marker(pytest.mark.browser)
            item.add_marker(pytest.mark.django_db(transaction=True))


@pytest.fixture(scope="module")
def chromium():
    if CHROMIUM is None:
        pytest.skip("journeys need Debian's chromium")
    with pytest.MonkeyPatch.context() as patch, sync_playwright() as playwright:
        # Playwright keeps an event loop in this thread, and Django would take the tests themselves for asynchronous
        # code. It warns of this in an installation, so it ends with the browser.
        patch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture
def new_page(chromium, live_server):
    """Return a function that opens a page in a browser of its own; `page.complaints` is what its console said."""
    contexts = []

    def open_page(**options):
        context = chromium.new_context(base_url=live_server.url, locale="en-GB", **options)
        context.set_default_timeout(TIMEOUT)
        contexts.append(context)
        page = context.new_page()
        page.complaints = []
        page.on(
            "console",
            lambda message: (
                message.type in ("error", "warning") and page.complaints.append(message.text)
            ),
        )
        page.on("pageerror", lambda error: page.complaints.append(str(error)))
        return page

    yield open_page
    for context in contexts:
        context.close()


@pytest.fixture
def sign_in():
    """Return a function that signs in through the page and returns when the next page has loaded, scripts included."""

    def fill(page, email, password):
        page.goto("/sign-in/")
        page.get_by_label("Email").fill(email)
        page.get_by_label("Password", exact=True).fill(password)
        with page.expect_navigation():
            page.get_by_role("button", name="Sign in").click()

    return fill


@pytest.fixture
def axe_findings():
    """Return a function that returns what axe finds on a page: rule and element."""

    def find(page):
        results = Axe().run(page, options={"preload": False})
        return [
            (violation["id"], node["html"][:120])
            for violation in results.response["violations"]
            for node in violation["nodes"]
        ]

    return find
