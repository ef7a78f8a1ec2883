"""
Every form of every page, sent with nothing filled in, with the CSRF checks that a browser meets.

Somebody of each role follows every link and sends every form once for each of its buttons; what that does is undone.
"""

import copy
from collections import deque
from html.parser import HTMLParser
from urllib.parse import urljoin, urlsplit

import pytest
from django.db import transaction
from django.http import HttpResponseForbidden
from django.test import Client
from django.urls import Resolver404, resolve

from tests.house.conftest import path
from tests.house.test_every_post_is_guarded import forms_of_admins

DONE_OR_SAID_WHY_NOT = {200, 302, 409, 410, 422}
TOKEN = "csrfmiddlewaretoken"
MOST_OF_A_KIND = 6  # pages of one name that are looked at; a list has many people


class Page(HTMLParser):
    """The links and forms of a page: `forms` are dicts of method, action, fields and buttons (name and value)."""

    def __init__(self, text):
        super().__init__()
        self.links, self.forms, self.by_id, self.here, self.select, self.area = (
            [],
            [],
            {},
            None,
            None,
            None,
        )
        self.elsewhere = []
        self.feed(text)
        for owner, name, value in self.elsewhere:
            self.by_id[owner]["fields"].append((name, value))

    def handle_starttag(self, tag, attributes):
        found = dict(attributes)
        if tag == "a" and found.get("href"):
            self.links.append(found["href"])
        elif tag == "form":
            self.here = {
                "method": found.get("method", "get"),
                "action": found.get("action") or "",
                "fields": [],
            }
            self.here["buttons"] = []
            if self.here["method"] != "dialog":
                self.forms.append(self.here)
            self.by_id[found.get("id")] = self.here
        elif (
            tag in ("input", "select", "textarea", "button") and found.get("name")
        ) or tag == "button":
            self.field(tag, found)
        elif tag == "option" and self.select and ("selected" in found or self.select[1] is None):
            self.select[1] = found.get("value", "")

    def field(self, tag, found):
        kind, name, value = found.get("type", ""), found.get("name"), found.get("value") or ""
        if tag == "button":
            if self.here and kind != "button" and "disabled" not in found:
                self.here["buttons"].append((name, value))
        elif tag == "select":
            self.select = [name, None]
        elif tag == "textarea":
            self.area = [name, ""]
        elif kind not in ("file", "submit") and (
            kind not in ("checkbox", "radio") or "checked" in found
        ):
            self.add(
                name, value or ("on" if kind in ("checkbox", "radio") else ""), found.get("form")
            )

    def handle_data(self, data):
        if self.area:
            self.area[1] += data

    def handle_endtag(self, tag):
        if tag == "form":
            self.here = None
        elif tag == "select" and self.select:
            self.add(self.select[0], self.select[1] or "")
            self.select = None
        elif tag == "textarea" and self.area:
            self.add(*self.area)
            self.area = None

    def add(self, name, value, owner=None):
        if owner:
            self.elsewhere.append((owner, name, value))
        elif self.here is not None:
            self.here["fields"].append((name, value))


def kind_of(address):
    """Return the name of the page at an address of ours, or None."""
    try:
        return resolve(urlsplit(address).path).url_name
    except Resolver404:
        return None


def send(client, here, form, button):
    """Send a form of the page `here` and return the status; whatever that did, cookies too, is undone."""
    typed = {}
    for name, value in [*form["fields"], *([button] if button[0] else [])]:
        typed.setdefault(name, []).append(value)
    cookies = copy.deepcopy(client.cookies)
    with transaction.atomic():
        response = getattr(client, form["method"])(urljoin(here, form["action"]), typed)
        transaction.set_rollback(True)
    client.cookies = cookies
    return response.status_code


def walk(client, starts):
    """Return the forms that could not be sent, and the names of the pages to which one was."""
    queue, seen, kinds, sent, failed = deque(starts), set(), {}, set(), []
    while queue:
        here = queue.popleft()
        kind = kind_of(here)
        if here in seen or kind is None or kinds.get(kind, 0) >= MOST_OF_A_KIND:
            continue
        seen.add(here)
        kinds[kind] = kinds.get(kind, 0) + 1
        response = client.get(here)
        if response.status_code == 302:
            queue.append(urljoin(here, response["Location"]))
        if not response["Content-Type"].startswith("text/html") or response.streaming:
            continue
        page = Page(response.content.decode())
        queue.extend(urljoin(here, link) for link in page.links if link.startswith(("/", "?")))
        for form in page.forms:
            for button in form["buttons"] or [(None, "")]:
                status = send(client, here, form, button)
                if status not in DONE_OR_SAID_WHY_NOT:
                    failed.append((kind, form["action"], button, status))
                if form["method"] == "post":
                    sent.add(kind_of(urljoin(here, form["action"])))
    return failed, sent


def refuse(request, reason=""):
    """Answer a form without its token: ours would ask somebody signed in to send it again, which is no refusal."""
    return HttpResponseForbidden(reason)


@pytest.fixture
def browser(signed_in_as, settings):
    """Return a function that makes a Client which meets CSRF checks, signed in as the user, or not (None)."""
    settings.CSRF_FAILURE_VIEW = f"{__name__}.refuse"

    def open_as(user):
        client = Client(enforce_csrf_checks=True)
        if user:
            client.cookies = signed_in_as(user).cookies
        return client

    return open_as


def test_a_form_without_its_token_would_be_found(browser, ada):
    client = browser(ada)
    form = Page(client.get("/users/add/").content.decode()).forms[-1]
    assert send(client, "/users/add/", form, (None, "")) in DONE_OR_SAID_WHY_NOT
    form["fields"] = [(name, value) for name, value in form["fields"] if name != TOKEN]
    assert send(client, "/users/add/", form, (None, "")) not in DONE_OR_SAID_WHY_NOT


def test_by_an_admin(stage, browser):
    failed, sent = walk(
        browser(stage.ada),
        ["/", "/users/?status=active", path("delete-user", stage.dora), "/mail/"],
    )
    assert failed == []
    assert {*forms_of_admins(stage), "sign-out", "profile", "change-password"} - sent == set()


@pytest.mark.parametrize("who", ["max", "vera"])
def test_by_who_is_no_admin(stage, browser, who):
    failed, sent = walk(browser(getattr(stage, who)), ["/"])
    assert (failed, {"sign-out", "profile", "change-password"} - sent) == ([], set())


def test_by_who_must_choose_a_password(stage, browser):
    failed, sent = walk(browser(stage.nils), ["/"])
    assert (failed, {"sign-out", "change-password"} - sent) == ([], set())


def test_by_a_visitor(stage, browser):
    failed, sent = walk(browser(None), ["/", stage.reset_link, stage.join, stage.dispute])
    wanted = {"sign-in", "forgot-password", "choose-password", "join", "unexpected"}
    assert (failed, wanted - sent) == ([], set())
