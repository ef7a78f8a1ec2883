"""A browser without a window that is served now by one version, now by the other, as behind a proxy."""

import http.client
import itertools
import re
import secrets
from html import unescape
from html.parser import HTMLParser
from urllib.parse import urlencode, urlsplit

LONGEST = 30  # seconds for an answer
_networks = itertools.count(1)


class Browser:
    """Somebody with cookies, in a network of their own, so that no limit on trying is met."""

    def __init__(self, version):
        self.version, self.cookies = version, {}
        self.network = f"2001:db8:{next(_networks):x}::1"

    def at(self, version):
        """Go on with the same cookies at the other version."""
        self.version = version
        return self

    def get(self, path, expects=200):
        return self._send("GET", path, expects=expects)

    def post(self, path, typed=(), *, to="", expects=302):
        """Open the page at `path`, fill in its form that goes `to` another (by default to itself), and send it."""
        return self.send(self.get(path), typed, to=to, expects=expects)

    def send(self, page, typed=(), *, to="", expects=302):
        """Send a form of a page that was opened before; `typed`, a dict, goes over what stands in it."""
        goes_to, fields = page.form(to)
        fields |= dict(typed)
        if any(isinstance(value, bytes) for value in fields.values()):
            body, kind = _multipart(fields)
        else:
            body, kind = urlencode(fields).encode(), "application/x-www-form-urlencoded"
        return self._send(
            "POST", goes_to or page.path, body, {"Content-Type": kind}, expects=expects
        )

    def _send(self, method, path, body=None, headers=None, *, expects):
        headers = {"Host": self.version.host, "X-Forwarded-For": self.network, **(headers or {})}
        headers["Cookie"] = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        connection = http.client.HTTPConnection("127.0.0.1", self.version.port, timeout=LONGEST)
        try:
            connection.request(method, path, body, headers)
            response = connection.getresponse()
            text = response.read().decode()
        finally:
            connection.close()
        for header in response.headers.get_all("Set-Cookie") or ():
            name, _equals, value = header.partition(";")[0].partition("=")
            self.cookies[name] = value
        assert response.status == expects, (
            f"{method} {path} at the {self.version.name} version: {response.status} instead of {expects}\n{_said(text)}"
        )
        return Page(path, text, response.headers.get("Location", ""))


class Page:
    """What came back: its markup as `text`, and where it leads as `location`."""

    def __init__(self, path, text, location):
        self.path, self.text, self.location = path, text, location

    def form(self, action=""):
        """Return where the form to the path `action` goes, with its query, and the fields as they stand in it."""
        reader = _Form({action} if action else {"", urlsplit(self.path).path})
        reader.feed(self.text)
        assert reader.goes_to is not None, (
            f"There is no form to {action or self.path}:\n{_said(self.text)}"
        )
        return reader.goes_to, reader.fields

    def says(self, text):
        return text in _said(self.text)


class _Form(HTMLParser):
    def __init__(self, actions):
        super().__init__()
        self.actions, self.fields, self.goes_to, self.inside = actions, {}, None, False

    def handle_starttag(self, tag, attrs):
        attrs = dict(attrs)
        if tag == "form":
            action = attrs.get("action") or ""
            self.inside = attrs.get("method") == "post" and urlsplit(action).path in self.actions
            if self.inside:
                self.goes_to = action
        elif tag == "input" and self.inside and attrs.get("name") and _counts(attrs):
            self.fields[attrs["name"]] = attrs.get("value") or ""

    def handle_endtag(self, tag):
        if tag == "form":
            self.inside = False


def _counts(attrs):
    return attrs.get("type") not in ("radio", "checkbox", "file") or "checked" in attrs


def _multipart(fields):
    boundary, parts = secrets.token_hex(16), []
    for name, value in fields.items():
        file = f'; filename="{name}.csv"' if isinstance(value, bytes) else ""
        head = f'--{boundary}\r\nContent-Disposition: form-data; name="{name}"{file}\r\n\r\n'
        parts.append(
            head.encode() + (value if isinstance(value, bytes) else value.encode()) + b"\r\n"
        )
    return b"".join(
        parts
    ) + f"--{boundary}--\r\n".encode(), f"multipart/form-data; boundary={boundary}"


def _said(markup):
    return " ".join(
        unescape(re.sub(r"<(script|style).*?</\1>|<[^>]+>", " ", markup, flags=re.DOTALL)).split()
    )
