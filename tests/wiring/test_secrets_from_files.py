"""A secret may stand in a file, as containers mount them; one that is not read stops the start instead of being missing."""

import pytest

from tests.wiring.conftest import GOOD
from tests.wiring.test_settings import KEY, start
from vectice_admin.env import names


class TestSecretFromAFile:
    FILES = {
        "SECRET_KEY": KEY,
        "SECRET_KEY_FALLBACKS": f"{KEY},{KEY[::-1]}",
        "DATABASE_URL": "postgres://vectice:hunter2@db.internal/vectice",
        "REDIS_URL": "redis://:hunter2@redis.internal/0",
        "EMAIL_URL": "smtp+tls://vectice:hunter2@mail.internal:587",
        "METRICS_TOKEN": "hunter2-hunter2-hunter2",
    }

    def test_is_there_for_every_secret(self):
        assert set(self.FILES) == set(names.SECRETS)

    def test_counts_as_if_it_stood_in_the_environment(self, read, tmp_path):
        for name, value in self.FILES.items():
            (tmp_path / "secret").write_bytes(b"\xef\xbb\xbf" + value.encode() + b"\r\n")
            from_file = read(**{name: "", f"{name}_FILE": str(tmp_path / "secret")})
            kept = (
                "SECRET_KEY",
                "SECRET_KEY_FALLBACKS",
                "DATABASES",
                "REDIS_URL",
                "EMAIL_HOST_PASSWORD",
                "METRICS_TOKEN",
            )
            assert [from_file.get(k) for k in kept] == [
                read(**{name: value}).get(k) for k in kept
            ], name

    def test_that_cannot_be_used_stops_the_start_with_one_line(self, read, tmp_path):
        path, none, folder = tmp_path / "secret", tmp_path / "none", tmp_path
        for name, value in self.FILES.items():
            faults = [
                ("given twice", path, value.encode(), value),
                ("missing", none, b"", ""),
                ("a folder", folder, b"", ""),
                ("empty", path, b"\n", ""),
                ("no text", path, b"\xff\xfe\xffhunter2", ""),
                ("two lines", path, f"{value}\nhunter2".encode(), ""),
                ("the secret instead of its file", value, b"", ""),
            ]
            for fault, where, contents, itself in faults:
                path.write_bytes(contents)
                said = read(**{name: itself, f"{name}_FILE": str(where)})
                assert isinstance(said, str), f"{name}, {fault}: accepted"
                assert said.startswith(f"{name}_FILE: "), f"{name}, {fault}: {said}"
                assert "\n" not in said, f"{name}, {fault}: {said}"
                assert "hunter2" not in said, f"{name}, {fault}: {said}"
                assert KEY not in said, f"{name}, {fault}: {said}"

    @pytest.mark.parametrize(
        ("name", "value"),
        [
            ("PUBLIC_URL_FILE", "/tmp/x"),
            ("SECRET_KEYS_FILE", "/tmp/x"),
            ("SECRET_KEY_FALLBACK_FILE", "/tmp/x"),
            ("REDIS_URI_FILE", "/tmp/x"),
            ("SENTRY_DSN_FILE", "/run/secrets/vectice/SENTRY_DSN"),
            ("SENTRY_DSN_FILE", "/mnt/vectice/SENTRY_DSN"),
        ],
    )
    def test_for_what_is_read_from_none_stops_the_start(self, name, value):
        result = start("check", **GOOD, **{name: value}, REDIS_URL_FILE="/mnt/vectice/REDIS_URL")
        assert (result.returncode, result.stderr.count("\n")) == (1, 1)
        assert result.stderr.startswith(f"{name}: is no setting")

    def test_leaves_other_programs_variables_alone(self):
        assert (
            start("check", **GOOD, SSL_CERT_FILE="/tmp/x", TF_CLI_CONFIG_FILE="/tmp/x").returncode
            == 0
        )
