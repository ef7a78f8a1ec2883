"""The environment is read strictly: one line, exit status 1, and the name of what is wrong."""

import json
import os
import subprocess
import sys

import pytest

GOOD = {"SECRET_KEY": "abcdefghij" * 6, "ALLOWED_HOSTS": "admin.example.com"}


def start(*arguments, **environment):
    clean = {name: value for name, value in os.environ.items() if name in ("PATH", "HOME", "LANG")}
    command = [sys.executable, "manage.py", *arguments]
    return subprocess.run(
        command, env={**clean, **environment}, capture_output=True, text=True, timeout=60, check=False
    )


def setting(name, **environment):
    code = f"import json; from vectice_admin import settings; print(json.dumps(settings.{name}))"
    clean = {name: value for name, value in os.environ.items() if name in ("PATH", "HOME")}
    out = subprocess.run(
        [sys.executable, "-c", code], env={**clean, **GOOD, **environment}, capture_output=True, text=True, check=True
    )
    return json.loads(out.stdout)


class TestWrongValue:
    @pytest.mark.parametrize(
        ("name", "value"),
        [
            ("SECRET_KEY", ""),
            ("SECRET_KEY", "short"),
            ("DEBUG", "maybe"),
            ("ALLOWED_HOSTS", "*"),
            ("PUBLIC_URL", "admin.example.com"),
            ("PUBLIC_URL", "https://admin.example.com/path"),
            ("DATABASE_URL", "mysql://x"),
            ("DATABASE_URL", "nonsense"),
            ("REDIS_URL", "http://x"),
            ("EMAIL_URL", "http://x"),
            ("TRUSTED_PROXIES", "10.0.0.0/8,nonsense"),
            ("TEMPORARY_PASSWORD_HOURS", "0"),
            ("RESET_LINK_MINUTES", "1.5"),
            ("SESSION_HOURS", "-1"),
            ("SESSION_IDLE_MINUTES", "ten"),
            ("PASSWORD_MIN_LENGTH", "7"),
            ("PORT", "99999"),
            ("LOG_FORMAT", "xml"),
            ("METRICS_TOKEN", "short"),
        ],
    )
    def test_stops_the_start_with_one_line(self, name, value):
        result = start("check", **{**GOOD, name: value})
        lines = result.stderr.strip().splitlines()
        assert (result.returncode, len(lines), lines[0].startswith(f"{name}: ")) == (1, 1, True)

    def test_never_shows_a_password_of_a_url(self):
        result = start("check", **GOOD, DATABASE_URL="postgres://admin:hunter2@[broken/db")
        assert "hunter2" not in result.stderr + result.stdout


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
    def test_has_tls_from_the_public_address(self, name, value):
        assert setting(name) == value

    def test_can_run_without_tls_where_the_operator_says_so(self):
        assert setting("SESSION_COOKIE_NAME", PUBLIC_URL="http://10.0.0.5:8000") == "session"


class TestDevelopment:
    def test_shows_no_debug_pages(self):
        assert setting("DEBUG", DEBUG="on") is False


class TestSecretFromAFile:
    FILES = {
        "SECRET_KEY": "from-a-file-0123456789-abcdefghijklmnopqrstuvwxyz-ABCDEFG",
        "DATABASE_URL": "postgres://vectice:hunter2@db.internal/vectice",
        "REDIS_URL": "redis://:hunter2@redis.internal/0",
        "EMAIL_URL": "smtp+tls://vectice:hunter2@mail.internal:587",
    }

    @pytest.mark.parametrize(
        ("name", "setting_name", "part"),
        [
            ("SECRET_KEY", "SECRET_KEY", "from-a-file"),
            ("DATABASE_URL", "DATABASES['default']['PASSWORD']", "hunter2"),
            ("REDIS_URL", "REDIS_URL", "redis.internal"),
            ("EMAIL_URL", "EMAIL_HOST_PASSWORD", "hunter2"),
        ],
    )
    def test_counts(self, tmp_path, name, setting_name, part):
        (tmp_path / "secret").write_text(f"{self.FILES[name]}\n")
        environment = {f"{name}_FILE": str(tmp_path / "secret")} | ({"SECRET_KEY": ""} if name == "SECRET_KEY" else {})
        assert part in setting(setting_name, **environment)

    @pytest.mark.parametrize("name", FILES)
    @pytest.mark.parametrize("fault", ["both", "missing", "empty", "no text", "a folder"])
    def test_that_cannot_be_used_stops_the_start_with_one_line(self, tmp_path, name, fault):
        path = tmp_path / "secret"
        path.write_bytes({"empty": b"\n", "no text": b"\xff\xfe\xff"}.get(fault, self.FILES[name].encode()))
        path = {"missing": tmp_path / "none", "a folder": tmp_path}.get(fault, path)
        one = {name: self.FILES[name] if fault == "both" else ""}
        result = start("check", **{**GOOD, **one, f"{name}_FILE": str(path)})
        lines = result.stderr.strip().splitlines()
        assert (result.returncode, len(lines), lines[0].startswith(f"{name}_FILE: ")) == (1, 1, True)
        assert "hunter2" not in result.stderr
