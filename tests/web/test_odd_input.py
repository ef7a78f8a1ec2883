"""Whatever is thrown at it, nothing answers 500 (or takes the process down)."""

from itertools import product
from urllib.parse import quote

import pytest
from django.test import Client
from django.urls import URLPattern, get_resolver
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.conftest import PASSWORD

ODD = [
    *(
        "",
        "\x00",
        "%00",
        "\ud800",
        "\u202egnp.exe",
        "🦊",
        "ﷺ" * 300,
        "' OR 1=1 --",
        "<script>",
        "{{7*7}}",
        "../../etc/passwd",
    ),
    *(
        "\r\nX-Evil: 1",
        "-1",
        "9" * 40,
        "NaN",
        "null",
        "[]",
        "{}",
        "İ",
        "ß",
        "a" * 9000,
        "\x1b[2J",
        "%ff%fe",
        "\u2028",
    ),
]
KINDS = [
    *(
        "application/json",
        "multipart/form-data",
        "multipart/form-data; boundary=x",
        "text/plain; charset=nonsense",
    ),
    *("\x00", "application/x-www-form-urlencoded; charset=utf-16", ""),
]
BODIES = [
    *(
        b"",
        b"\xff\xfe\x00",
        b'{"email": ["a"]}',
        b"--x\r\nContent-Disposition: form-data",
        b"a" * 200_000,
    ),
    b"&".join(b"a=1" for _ in range(1000)),
]
FIELDS = [
    "addresses",
    "step",
    "full_name",
    "typed",
    "reason",
    "domains",
    "mode",
    "theme",
    "email",
    "password",
    "new_password",
    "confirm_password",
    "current_password",
    "role",
    "version",
    "next",
    "q",
]
FILTERS = ["q", "status", "role", "sort", "cursor", "person", "action", "since", "until", "next"]
odd = st.one_of(st.sampled_from(ODD), st.text(alphabet=st.characters(codec=None), max_size=60))
relaxed = settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
    derandomize=True,
    database=None,
)


def paths(resolver=None, prefix=""):
    for entry in (resolver or get_resolver()).url_patterns:
        here = prefix + str(entry.pattern)
        if isinstance(entry, URLPattern):
            yield "/" + here
        else:
            yield from paths(entry, here)


PATHS = sorted(paths())


def filled(path, person, text):
    """Return the path with the ids of a real person, and odd text where text may stand."""
    import re

    path = re.sub(r"<uuid:\w+>", str(person.public_id), path)
    return re.sub(r"<str:\w+>", quote(text.encode("utf-8", "surrogatepass"), safe="") or "x", path)


def encoded(text):
    return quote(text.encode("utf-8", "surrogatepass"))


@pytest.fixture
def clients(ada, nils, max, signed_in_as):
    return [
        client_that_reports(client)
        for client in (Client(), signed_in_as(ada), signed_in_as(nils), signed_in_as(max))
    ]


def client_that_reports(client):
    client.raise_request_exception = False
    return client


@pytest.fixture(autouse=True)
def quick(monkeypatch):
    """Hashing is slow on purpose; what is tested here is everything before it."""
    from accounts.kernel.crypto import hashers

    monkeypatch.setattr(hashers, "matches", lambda password, encoded: password == PASSWORD)
    monkeypatch.setattr(hashers, "make", lambda password: "argon2$unusable")


class TestNoFiveHundred:
    @pytest.mark.parametrize("path", PATHS)
    @relaxed
    @given(text=odd, name=st.sampled_from(FILTERS), who=st.integers(0, 3))
    def test_for_a_get(self, clients, max, path, text, name, who):
        response = clients[who].get(f"{filled(path, max, text)}?{name}={encoded(text)}")
        assert response.status_code < 500

    @pytest.mark.parametrize("path", PATHS)
    @relaxed
    @given(
        form=st.dictionaries(
            st.sampled_from(FIELDS), st.lists(odd, min_size=1, max_size=2), max_size=4
        ),
        who=st.integers(0, 3),
    )
    def test_for_a_post(self, clients, max, path, form, who):
        body = "&".join(
            f"{name}={encoded(value)}" for name, values in form.items() for value in values
        )
        response = clients[who].post(
            filled(path, max, "x"), body, content_type="application/x-www-form-urlencoded"
        )
        assert response.status_code < 500

    @relaxed
    @given(text=odd)
    def test_for_any_path(self, clients, text):
        for client in clients:
            assert client.get("/" + encoded(text)).status_code < 500

    def test_for_any_kind_of_body(self, clients):
        rows = product(
            ("/sign-in/", "/forgot-password/", "/password/change/"),
            KINDS,
            BODIES,
            range(len(clients)),
        )
        found = {
            (path, kind, body[:40], who): clients[who]
            .generic("POST", path, body, content_type=kind)
            .status_code
            for path, kind, body, who in rows
        }
        assert {row: status for row, status in found.items() if status >= 500} == {}
        assert len(found) == 3 * len(KINDS) * len(BODIES) * len(clients)

    @pytest.mark.parametrize("name", ["session", "csrf", "timezone", "odd"])
    @relaxed
    @given(
        text=st.text(
            alphabet=st.characters(min_codepoint=32, max_codepoint=255, exclude_characters=';,"'),
            max_size=80,
        )
    )
    def test_for_any_cookie(self, db, name, text):
        client = client_that_reports(Client())
        assert client.get("/sign-in/", headers={"cookie": f"{name}={text}"}).status_code < 500

    @pytest.mark.parametrize(
        "zone", ["../../etc/passwd", "America", "Europe/Berlin", "/", "\x00", "utc", "A" * 5000]
    )
    def test_for_any_time_zone(self, clients, zone):
        clients[1].cookies["timezone"] = zone
        assert clients[1].get("/audit/").status_code == 200

    @pytest.mark.parametrize(
        "header",
        [
            "accept",
            "accept-language",
            "user-agent",
            "referer",
            "x-forwarded-for",
            "x-forwarded-proto",
            "origin",
            "if-none-match",
            "range",
        ],
    )
    @relaxed
    @given(text=st.text(alphabet=st.characters(min_codepoint=1, max_codepoint=255), max_size=200))
    def test_for_any_header(self, clients, header, text):
        assert clients[1].get("/users/", headers={header: text}).status_code < 500

    def test_for_any_method(self, clients, max):
        methods = ("PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "PROPFIND", "X")
        found = {
            (method, path): clients[1].generic(method, filled(path, max, "x")).status_code
            for path, method in product(PATHS, methods)
        }
        assert {row: status for row, status in found.items() if status >= 500} == {}
        assert clients[1].get("/users/").status_code == 200  # it was an Admin's to the end
