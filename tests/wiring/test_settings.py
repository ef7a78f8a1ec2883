"""The environment is read strictly: one line, exit status 1, and the name of what is wrong, never what it said."""

import grp
import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.wiring.conftest import GOOD
from vectice_admin import env
from vectice_admin.env import names

ROOT = Path(__file__).parent.parent.parent
KEY = "from-a-file-0123456789-abcdefghijklmnopqrstuvwxyz-ABCDEFG"


def start(*arguments, **environment):
    clean = {name: value for name, value in os.environ.items() if name in ("PATH", "HOME", "LANG")}
    command = [sys.executable, "manage.py", *arguments]
    return subprocess.run(
        command,
        env={**clean, **environment},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def setting(name, **environment):
    code = f"import json; from vectice_admin import settings; print(json.dumps(settings.{name}))"
    clean = {name: value for name, value in os.environ.items() if name in ("PATH", "HOME")}
    out = subprocess.run(
        [sys.executable, "-c", code],
        env={**clean, **GOOD, **environment},
        capture_output=True,
        text=True,
        check=True,
    )
    return json.loads(out.stdout)


REFUSED = [
    ("SECRET_KEY", ""),
    ("SECRET_KEY", "hunter2"),
    ("SECRET_KEY", "hunter2" * 7),
    ("SECRET_KEY", "q" * 60),
    ("SECRET_KEY", "qrst" * 15),
    ("SECRET_KEY_FALLBACKS", "hunter2"),
    ("SECRET_KEY_FALLBACKS", f"{KEY},{'q' * 60}"),
    ("DEBUG", "hunter2"),
    ("ALLOWED_HOSTS", "*"),
    ("ALLOWED_HOSTS", "*.hunter2.example"),
    ("ALLOWED_HOSTS", "admin.example.com:8443"),
    ("ALLOWED_HOSTS", "https://admin.example.com"),
    ("ALLOWED_HOSTS", "admin.example.com hunter2.example"),
    ("ALLOWED_HOSTS", "hunter2_example.com"),
    ("ALLOWED_HOSTS", "[hunter2]"),
    ("ALLOWED_HOSTS", "10.0.0.256"),
    ("PUBLIC_URL", "hunter2.example.com"),
    ("PUBLIC_URL", "ftp://hunter2.example.com"),
    ("PUBLIC_URL", "https://"),
    ("PUBLIC_URL", "https://admin.example.com/hunter2"),
    ("PUBLIC_URL", "https://admin.example.com?hunter2"),
    ("PUBLIC_URL", "https://admin.example.com#"),
    ("PUBLIC_URL", "https://me@admin.example.com"),
    ("PUBLIC_URL", "https://me:hunter2@admin.example.com"),
    ("PUBLIC_URL", "https://admin.example.com:0"),
    ("PUBLIC_URL", "https://admin.example.com:65536"),
    ("PUBLIC_URL", "https://admin.example.com:"),
    ("PUBLIC_URL", "https://admin.exa mple.com"),
    ("PUBLIC_URL", "https://admin example.com"),
    ("PUBLIC_URL", "https://admin_1.example.com"),
    ("PUBLIC_URL", "https://-admin.example.com"),
    ("PUBLIC_URL", "https://admin..example.com"),
    ("PUBLIC_URL", "https://[::1"),
    ("PUBLIC_URL", "https://10.0.0.256"),
    ("HSTS_SUBDOMAINS", "hunter2"),
    ("HSTS_PRELOAD", "on"),
    ("TRUSTED_PROXIES", "10.0.0.0/8,hunter2"),
    ("TEMPORARY_PASSWORD_HOURS", "0"),
    ("RESET_LINK_MINUTES", "1.5"),
    ("SESSION_HOURS", "-1"),
    ("SESSION_IDLE_MINUTES", "hunter2"),
    ("PASSWORD_MIN_LENGTH", "7"),
    ("HASHING_SLOTS", "0"),
    ("WEB_CONCURRENCY", "²"),
    ("PORT", "99999"),
    ("PORT", "9" * 5000),
    ("LOG_FORMAT", "hunter2"),
    ("METRICS_TOKEN", "hunter2"),
    ("METRICS_TOKEN", "a token with blanks in it"),
    ("OTEL_EXPORTER_OTLP_ENDPOINT", "hunter2"),
    ("OTEL_EXPORTER_OTLP_ENDPOINT", "http://me:hunter2@collector:4318/v1"),
    ("DEFAULT_FROM_EMAIL", "hunter2"),
    ("DEFAULT_FROM_EMAIL", "Admin <no-reply@exa mple.com>"),
    ("ORGANIZATION_NAME", "Northwind\nhunter2"),
    ("ORGANIZATION_NAME", "hunter2 Soci\udce9t\udce9"),
]
SENSITIVE = ("hunter2", "q" * 20, "qrst" * 5, "9" * 20)


class TestWrongValue:
    def test_stops_the_start_with_a_line_that_names_it_and_not_the_value(self, read):
        for name, value in REFUSED:
            said = read(**{name: value})
            assert isinstance(said, str), f"{name} = {value!r} is accepted"
            assert said.startswith(f"{name}: "), f"{name} = {value!r}: {said}"
            assert "\n" not in said, f"{name} = {value!r}: {said}"
            assert not any(part in said for part in SENSITIVE), f"{name} = {value!r}: {said}"

    @pytest.mark.parametrize(
        ("name", "value"), [("PORT", "99999"), ("DATABASE_URL", "postgres://me:hunter2@[broken/db")]
    )
    def test_ends_a_command_with_one_line_and_status_1(self, name, value):
        result = start("check", **GOOD, **{name: value})
        assert (result.returncode, result.stdout, result.stderr.count("\n")) == (1, "", 1)
        assert result.stderr.startswith(f"{name}: ")
        assert "hunter2" not in result.stderr


class TestWhereTheWebServerListens:
    @pytest.mark.parametrize(
        ("value", "places"),
        [
            ("", ["127.0.0.1:8123"]),
            ("0.0.0.0:80", ["0.0.0.0:80"]),
            ("[::]:8000, unix:/run/web.sock", ["[::]:8000", "unix:/run/web.sock"]),
        ],
    )
    def test_is_where_the_operator_says(self, monkeypatch, value, places):
        monkeypatch.setenv("BIND", value)
        assert env.bind(8123) == places

    @pytest.mark.parametrize(
        "value",
        [
            "hunter2",
            "8000",
            "hunter2:0",
            "hunter2:x",
            "0.0.0.0:8000,unix:hunter2",
            "unix:/run/hunter2/",
        ],
    )
    def test_is_refused_where_nothing_can_listen(self, monkeypatch, value):
        monkeypatch.setenv("BIND", value)
        with pytest.raises(env.WrongSetting, match=r"^BIND: (?!.*hunter2)"):
            env.bind(8000)

    @pytest.mark.parametrize(("groups", "is_refused"), [(["daemon"], False), ([], True)])
    def test_is_refused_for_a_group_that_the_product_is_not_in(
        self, monkeypatch, groups, is_refused
    ):
        number = grp.getgrnam("daemon").gr_gid
        monkeypatch.setenv("SOCKET_GROUP", "daemon")
        monkeypatch.setattr(os, "geteuid", lambda: 1000)
        monkeypatch.setattr(os, "getegid", lambda: number + 1)
        monkeypatch.setattr(os, "getgroups", lambda: [number for _group in groups])
        if is_refused:
            with pytest.raises(env.WrongSetting, match=r"^SOCKET_GROUP: "):
                env.socket_group()
        else:
            assert env.socket_group() == number

    def test_is_refused_for_a_group_that_is_not_there(self, monkeypatch):
        monkeypatch.setenv("SOCKET_GROUP", "hunter2")
        with pytest.raises(env.WrongSetting, match=r"^SOCKET_GROUP: (?!.*hunter2)"):
            env.socket_group()


class TestRightValue:
    @pytest.mark.parametrize(
        ("name", "value", "setting_name", "found"),
        [
            (
                "PUBLIC_URL",
                "https://Admin.Example.com:443/",
                "PUBLIC_URL",
                "https://admin.example.com",
            ),
            (
                "PUBLIC_URL",
                "http://[2001:DB8:0::1]:8000",
                "PUBLIC_URL",
                "http://[2001:db8::1]:8000",
            ),
            ("ALLOWED_HOSTS", "b.example", "PUBLIC_URL", "https://b.example"),
            ("ALLOWED_HOSTS", ".example.com,b.example", "PUBLIC_URL", "https://b.example"),
            (
                "SECRET_KEY_FALLBACKS",
                f"{KEY}, {KEY[::-1]}",
                "SECRET_KEY_FALLBACKS",
                [KEY, KEY[::-1]],
            ),
            ("ORGANIZATION_NAME", "$HOME", "ORGANIZATION_NAME", "$HOME"),
            ("METRICS_TOKEN", "$HOME-$PATH-0123456789", "METRICS_TOKEN", "$HOME-$PATH-0123456789"),
            (
                "DEFAULT_FROM_EMAIL",
                "Équipe <a@bücher.example>",
                "DEFAULT_FROM_EMAIL",
                "Équipe <a@bücher.example>",
            ),
        ],
    )
    def test_is_taken(self, read, name, value, setting_name, found):
        assert read(**{name: value})[setting_name] == found


class TestHosts:
    @pytest.mark.parametrize(
        ("url", "host"),
        [
            ("https://people.example.com:8443", "people.example.com"),
            ("http://10.0.0.5:8000", "10.0.0.5"),
            ("http://[2001:db8::1]", "[2001:db8::1]"),
        ],
    )
    @pytest.mark.parametrize("named", ["", "other.example.com"])
    def test_the_one_of_the_public_address_always_counts(self, read, url, host, named):
        assert host in read(PUBLIC_URL=url, ALLOWED_HOSTS=named)["ALLOWED_HOSTS"]

    def test_those_that_are_named_count_as_well(self, read):
        found = read(PUBLIC_URL="https://a.example", ALLOWED_HOSTS="B.example, .c.example, ::1")[
            "ALLOWED_HOSTS"
        ]
        assert found == ["a.example", "b.example", ".c.example", "[::1]"]

    def test_where_none_of_them_is_whole_the_public_address_is_asked_for(self, read):
        assert read(ALLOWED_HOSTS=".example.com").startswith("PUBLIC_URL: is needed")


class TestProduction:
    def test_passes_djangos_deployment_check(self):
        result = start("check", "--deploy", "--fail-level", "WARNING", **GOOD)
        assert (result.returncode, result.stderr) == (0, "")

    @pytest.mark.parametrize(
        ("name", "value"),
        [
            ("DEBUG", False),
            ("PUBLIC_URL", "https://admin.example.com"),
            ("SESSION_COOKIE_NAME", "__Host-session"),
            ("SESSION_COOKIE_SECURE", True),
            ("CSRF_COOKIE_NAME", "__Host-csrf"),
            ("CSRF_COOKIE_SECURE", True),
            ("SECURE_SSL_REDIRECT", True),
            ("SECURE_HSTS_SECONDS", 31_536_000),
            ("CSRF_TRUSTED_ORIGINS", ["https://admin.example.com"]),
        ],
    )
    def test_has_tls_from_the_public_address(self, read, name, value):
        assert read()[name] == value

    def test_can_run_without_tls_where_the_operator_says_so(self, read):
        found = read(PUBLIC_URL="http://10.0.0.5")
        assert (found["SESSION_COOKIE_NAME"], found["SECURE_HSTS_SECONDS"]) == ("session", 0)


class TestCookieNames:
    @pytest.mark.parametrize(
        ("url", "session", "csrf"),
        [
            ("https://admin.example.com", "__Host-session", "__Host-csrf"),
            ("https://admin.example.com:8443", "__Host-session-8443", "__Host-csrf-8443"),
            ("http://127.0.0.1:8112", "session-8112", "csrf-8112"),
            ("http://127.0.0.1:8142", "session-8142", "csrf-8142"),
        ],
    )
    def test_tell_installations_on_one_host_apart(self, read, url, session, csrf):
        found = read(PUBLIC_URL=url)
        assert (found["SESSION_COOKIE_NAME"], found["CSRF_COOKIE_NAME"]) == (session, csrf)


class TestDevelopment:
    def test_shows_no_debug_pages(self):
        assert (setting("DEVELOPMENT", DEBUG="on"), setting("DEBUG", DEBUG="on")) == (True, False)

    @pytest.mark.usefixtures("_lax_umask")
    def test_keeps_a_key_that_only_its_owner_can_read(self, read, tmp_path, monkeypatch):
        monkeypatch.setattr("vectice_admin.env.keys.BASE_DIR", tmp_path)
        keys = [read(DEBUG="on", SECRET_KEY="")["SECRET_KEY"] for _ in range(2)]
        assert keys[0] == keys[1] == (tmp_path / "var" / "secret_key").read_text()
        assert (tmp_path / "var" / "secret_key").stat().st_mode & 0o777 == 0o600

    def test_does_not_go_on_with_a_damaged_key(self, read, tmp_path, monkeypatch):
        monkeypatch.setattr("vectice_admin.env.keys.BASE_DIR", tmp_path)
        (tmp_path / "var").mkdir()
        (tmp_path / "var" / "secret_key").touch()
        assert "damaged" in read(DEBUG="on", SECRET_KEY="")


class TestNames:
    def test_are_known_where_they_are_asked_for(self):
        code = "".join(path.read_text() for path in (ROOT / "vectice_admin").rglob("*.py"))
        asked = set(
            re.findall(
                r'(?:\benv\.|\b)(?:text|boolean|number|choice|words|hosts|secret|token)\("([A-Z_]+)"',
                code,
            )
        )
        assert {"PORT", "SECRET_KEY", "ALLOWED_HOSTS", "LOG_FORMAT", "BIND"} <= asked
        assert asked - names.NAMES == set()


class TestReadme:
    def test_lists_every_setting(self):
        table = (ROOT / "README.md").read_text().partition("## Settings")[2].partition("\n## ")[0]
        assert {name for name in names.NAMES if f"`{name}`" not in table} == {"OTEL_SERVICE_NAME"}
