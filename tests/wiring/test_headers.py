import gzip

import pytest

PAGES = ["/sign-in/", "/forgot-password/", "/nowhere/", "/reset/x/y/"]


@pytest.mark.parametrize("path", PAGES)
class TestEveryPage:
    def test_forbids_inline_script_and_style(self, client, db, path):
        policy = client.get(path)["Content-Security-Policy"]
        assert "unsafe" not in policy
        assert "default-src 'none'" in policy
        assert "frame-ancestors 'none'" in policy

    @pytest.mark.parametrize(
        ("name", "value"),
        [
            ("X-Content-Type-Options", "nosniff"),
            ("X-Frame-Options", "DENY"),
            ("Cross-Origin-Opener-Policy", "same-origin"),
            ("Cross-Origin-Resource-Policy", "same-origin"),
            ("Cache-Control", "no-store, private"),
        ],
    )
    def test_carries(self, client, db, path, name, value):
        assert client.get(path)[name] == value

    def test_turns_off_what_it_does_not_need(self, client, db, path):
        assert "camera=()" in client.get(path)["Permissions-Policy"]


@pytest.mark.parametrize("path", ["/users/", "/profile/", "/audit/", "/roles/"])
def test_signed_in_pages_are_kept_by_no_cache(ada, signed_in_as, path):
    assert "no-store" in signed_in_as(ada).get(path)["Cache-Control"]


def test_static_files_may_be_kept(client, db):
    response = client.get("/static/css/app.css")
    response.close()
    assert "no-store" not in response["Cache-Control"]


def test_session_cookie_is_out_of_reach_of_scripts(client, max):
    from tests.conftest import PASSWORD

    client.post("/sign-in/", {"email": max.email, "password": PASSWORD})
    cookie = client.cookies["session"]
    assert (cookie["httponly"], cookie["samesite"]) == (True, "Lax")


@pytest.mark.parametrize("who", ["max", "nobody"])
def test_health_tells_only_yes_or_no(client, db, who):
    assert (client.get("/health/live").content, client.get("/health/ready").content) == (b"live", b"ready")


def test_health_is_not_ready_while_a_migration_is_missing(client, db, monkeypatch):
    monkeypatch.setattr("django.db.migrations.executor.MigrationExecutor.migration_plan", lambda *_: ["one"])
    response = client.get("/health/ready")
    assert (response.status_code, response.content) == (503, b"not ready")


@pytest.mark.parametrize(("method", "path"), [("get", "/users/"), ("post", "/audit/export/")])
def test_pages_and_files_are_sent_compressed(ada, signed_in_as, method, path):
    response = getattr(signed_in_as(ada), method)(path, headers={"accept-encoding": "gzip"})
    body = b"".join(response) if response.streaming else response.content
    assert (response["Content-Encoding"], gzip.decompress(body)[:1] != b"") == ("gzip", True)
