import gzip

import pytest

from tests.conftest import PASSWORD
from vectice_admin import at_start

PAGES = ["/sign-in/", "/forgot-password/", "/nowhere/", "/reset/x/y/"]
POLICY = {
    *(
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self'",
        "font-src 'self'",
    ),
    *("connect-src 'self'", "form-action 'self'", "base-uri 'none'", "frame-ancestors 'none'"),
}
HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "no-store, private",
    "X-Robots-Tag": "noindex, nofollow",
}


class TestEveryPage:
    @pytest.fixture
    def pages(self, client, db):
        return {path: client.get(path) for path in PAGES}

    def test_allows_a_browser_what_pages_need_and_nothing_else(self, pages):
        policies = {
            path: page["Content-Security-Policy"].split(";") for path, page in pages.items()
        }
        assert {
            path: {part.strip() for part in parts} for path, parts in policies.items()
        } == dict.fromkeys(PAGES, POLICY)

    def test_carries_what_keeps_it_apart_and_out_of_caches(self, pages):
        found = {path: {name: page.get(name) for name in HEADERS} for path, page in pages.items()}
        assert found == dict.fromkeys(PAGES, HEADERS)

    def test_turns_off_what_it_does_not_need(self, pages):
        off = (
            "camera",
            "microphone",
            "geolocation",
            "usb",
            "payment",
            "midi",
            "display-capture",
            "screen-wake-lock",
        )
        wanted = {*(f"{name}=()" for name in off), "clipboard-write=(self)"}
        found = {path: set(page["Permissions-Policy"].split(", ")) for path, page in pages.items()}
        assert {path: wanted - entries for path, entries in found.items()} == {
            path: set() for path in PAGES
        }
        allowed = {
            path: {one for one in entries if not one.endswith("=()")}
            for path, entries in found.items()
        }
        assert allowed == {path: {"clipboard-write=(self)"} for path in PAGES}

    @pytest.mark.parametrize(
        ("path", "policy"),
        [
            *(("/reset/x/y/", "no-referrer"), ("/reset/x/choose/", "same-origin")),
            *(("/join/x/y/", "no-referrer"), ("/join/x/", "same-origin")),
            ("/unexpected/x/", "same-origin"),
        ],
    )
    def test_tells_of_a_link_to_nobody_but_of_a_form_to_our_csrf_check(
        self, client, db, path, policy
    ):
        assert client.get(path)["Referrer-Policy"] == policy

    def test_tells_other_sites_nothing_of_where_it_was_left(self, pages):
        expected = {**dict.fromkeys(PAGES, "same-origin"), "/reset/x/y/": "no-referrer"}
        assert {path: page["Referrer-Policy"] for path, page in pages.items()} == expected


@pytest.mark.parametrize("path", ["/users/", "/profile/", "/audit/", "/roles/"])
def test_signed_in_pages_are_kept_by_no_cache(ada, signed_in_as, path):
    assert "no-store" in signed_in_as(ada).get(path)["Cache-Control"]


def test_static_files_may_be_kept(client, db):
    response = client.get("/static/css/app.css")
    response.close()
    assert (response.status_code, response["Cache-Control"]) == (200, "max-age=60, public")


class TestCookies:
    @pytest.mark.parametrize("name", ["session", "csrf", "forms"])
    def test_are_out_of_reach_of_scripts_and_other_sites(self, client, max, name):
        client.post("/sign-in/", {"email": max.email, "password": PASSWORD})
        cookie = client.cookies[name]
        assert (cookie["httponly"], cookie["samesite"], cookie["path"], cookie["domain"]) == (
            True,
            "Lax",
            "/",
            "",
        )

    @pytest.mark.parametrize("has_tls", [True, False])
    def test_of_whose_the_pages_are_is_sent_as_the_session_is(self, client, max, settings, has_tls):
        settings.SESSION_COOKIE_SECURE = has_tls
        client.post("/sign-in/", {"email": max.email, "password": PASSWORD})
        kept = [client.cookies[name]["secure"] for name in ("session", "forms")]
        assert kept == [has_tls or ""] * 2

    def test_are_sent_over_tls_only_where_the_product_has_it(self, read):
        names = ("SESSION_COOKIE_SECURE", "CSRF_COOKIE_SECURE")
        with_tls, without = (
            read(PUBLIC_URL="https://a.example"),
            read(PUBLIC_URL="http://a.example"),
        )
        assert ([with_tls[name] for name in names], [without[name] for name in names]) == (
            [True] * 2,
            [False] * 2,
        )


class TestTls:
    """What settings that are made of an https PUBLIC_URL have the product answer."""

    @pytest.fixture
    def told(self, read, settings, client, db):
        """Return a function that returns the answer to a request over TLS, or without, in such an installation."""

        def ask(*, secure=True, host="admin.northwind.example", **environment):
            found = read(PUBLIC_URL="https://people.example.com:8443", **environment)
            for name in found:
                if name.startswith(("SECURE_SSL", "SECURE_HSTS")):
                    setattr(settings, name, found[name])
            settings.SECURE_PROXY_SSL_HEADER = None
            return client.get("/sign-in/?next=/users/", secure=secure, headers={"host": host})

        return ask

    @pytest.mark.parametrize(
        ("environment", "value"),
        [
            ({}, "max-age=31536000"),
            ({"HSTS_SUBDOMAINS": "on"}, "max-age=31536000; includeSubDomains"),
            (
                {"HSTS_SUBDOMAINS": "on", "HSTS_PRELOAD": "on"},
                "max-age=31536000; includeSubDomains; preload",
            ),
        ],
    )
    def test_is_asked_for_by_the_host_alone_unless_the_operator_says_more(
        self, told, environment, value
    ):
        assert told(**environment)["Strict-Transport-Security"] == value

    @pytest.mark.parametrize("host", ["admin.northwind.example", "evil.example"])
    def test_who_comes_without_is_sent_to_the_name_that_is_configured(self, told, host):
        answer = told(secure=False, host=host)
        assert (answer.status_code, answer["Location"]) == (
            301,
            "https://people.example.com:8443/sign-in/?next=/users/",
        )


@pytest.mark.parametrize("is_signed_in", [True, False])
def test_health_tells_only_yes_or_no(client, ada, signed_in_as, is_signed_in):
    asking = signed_in_as(ada) if is_signed_in else client
    assert (asking.get("/health/live").content, asking.get("/health/ready").content) == (
        b"live",
        b"ready",
    )


def test_health_is_not_ready_while_a_migration_is_missing(client, db, monkeypatch):
    known = at_start.known_migrations() | {("accounts", "9999_of_this_version")}
    monkeypatch.setattr(at_start, "known_migrations", lambda: known)
    response = client.get("/health/ready")
    assert (response.status_code, response.content) == (503, b"not ready")


@pytest.mark.parametrize(("method", "path"), [("get", "/users/"), ("post", "/audit/export/")])
def test_pages_and_files_are_sent_compressed(ada, signed_in_as, method, path):
    response = getattr(signed_in_as(ada), method)(path, headers={"accept-encoding": "gzip"})
    body = b"".join(response) if response.streaming else response.content
    assert (response["Content-Encoding"], gzip.decompress(body)[:1] != b"") == ("gzip", True)
