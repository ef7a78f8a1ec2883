"""
A browser without a window: keep-alive connections, cookies, forms and links, over http.client
alone.
"""

import gzip
import itertools
import re
import secrets
import threading
from contextlib import closing, nullcontext
from dataclasses import dataclass
from html.parser import HTMLParser
from http.client import HTTPConnection
from urllib.parse import urlencode

LONGEST_ANSWER = 300  # seconds; a long wait is a result, too
SIGN_IN_PAGES = ("/sign-in/", "/admin/login/")
_networks = itertools.count(secrets.randbits(31))


class UnexpectedAnswer(Exception):
    """A page did not answer as the benchmark needs it."""


@dataclass(frozen=True)
class Request:
    """
    One request of a browser, made ready beforehand, and the status that it must be answered with.
    """

    browser: "Browser"
    method: str
    path: str
    body: bytes | None = None
    expects: int = 200

    def send(self, connection):
        """
        Send it over the connection and return the answer, read whole; its cookies go to the
        browser.

        :raises UnexpectedAnswer: if the status is another, or if it sends the browser to sign in.
        """
        # Django's admin gives a session a new key with every form about a password, so a browser
        # sends one at a time.
        with self.browser.sends_form if self.body else nullcontext():
            connection.request(
                self.method, self.path, self.body, self.browser.headers(form=bool(self.body))
            )
            response = connection.getresponse()
            response.whole = response.read()
            self.browser.keep_cookies(response)
        location = response.headers.get("Location", "")
        if response.status != self.expects or location.startswith(SIGN_IN_PAGES):
            answer = f"{response.status} {location}".strip()
            raise UnexpectedAnswer(f"{self.method} {self.path}: {answer} instead of {self.expects}")
        return response


def connect(port):
    return HTTPConnection("127.0.0.1", port, timeout=LONGEST_ANSWER)


def new_network():
    """
    Return an address in a network that nobody has asked from, so that limits on trying are met by
    nobody.
    """
    number = next(_networks) % 2**32
    return f"2001:db8:{number & 0xFFFF:x}:{number >> 16:x}::1"


class Browser:
    """Somebody at an address of their own, with cookies."""

    def __init__(self, port, cookies=()):
        self.port, self.address, self.cookies = port, new_network(), dict(cookies)
        self.sends_form = threading.Lock()

    def elsewhere(self):
        """Return another browser in the same state, in another network."""
        return Browser(self.port, self.cookies)

    def get(self, path):
        """Return the Page at `path`."""
        return self._page(self.request("GET", path))

    def post(self, path, fields, *, expects=302):
        return self._page(self.request("POST", path, fields, expects=expects))

    def request(self, method, path, fields=None, *, expects=200):
        body = None if fields is None else urlencode(fields).encode()
        return Request(self, method, path, body, expects)

    def headers(self, *, form):
        headers = {"Accept-Encoding": "gzip", "X-Forwarded-For": self.address}
        if self.cookies:
            headers["Cookie"] = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        if form:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        return headers

    def keep_cookies(self, response):
        for header in response.headers.get_all("Set-Cookie", []):
            name, _, value = header.partition(";")[0].partition("=")
            self.cookies[name] = value

    def _page(self, request):
        with closing(connect(self.port)) as connection:
            response = request.send(connection)
        packed = response.headers.get("Content-Encoding") == "gzip"
        return Page(request.path, gzip.decompress(response.whole) if packed else response.whole)


class Page:
    """
    What came back: `body` as bytes, `text`, the `fields` of its own form, the `links` of its
    pagination.
    """

    def __init__(self, path, body):
        self.body, self.text = body, body.decode()
        reader = _Reader(path)
        reader.feed(self.text)
        self.fields, self.links = reader.fields, reader.links

    def hrefs(self, pattern):
        """
        Return the different addresses in links that match the pattern's group, in their order.
        """
        return list(dict.fromkeys(re.findall(f'href="{pattern}', self.text)))


class _Reader(HTMLParser):
    """
    Reads the form that posts to the page itself (not the one that signs out) and the links in
    `nav.pagination`.
    """

    def __init__(self, path):
        super().__init__()
        self.own = {"", path, path.partition("?")[0]}
        self.fields, self.links = {}, {}
        self.in_form = self.in_pagination = False
        self.href = None

    def handle_starttag(self, tag, attrs):
        attrs = dict(attrs)
        if tag == "form":
            self.in_form = (
                attrs.get("method", "").lower() == "post" and attrs.get("action", "") in self.own
            )
        elif tag == "input" and self.in_form and attrs.get("name"):
            chosen = attrs.get("type") not in ("radio", "checkbox", "submit") or "checked" in attrs
            if chosen:
                self.fields[attrs["name"]] = attrs.get("value") or ""
        elif tag == "nav":
            self.in_pagination = "pagination" in attrs.get("class", "").split()
        elif tag == "a" and self.in_pagination:
            self.href = attrs.get("href")

    def handle_data(self, data):
        if self.href and data.strip():
            self.links[data.strip()] = self.href

    def handle_endtag(self, tag):
        if tag == "a":
            self.href = None
        elif tag == "form":
            self.in_form = False
        elif tag == "nav":
            self.in_pagination = False
