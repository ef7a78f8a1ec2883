"""The file .env: what editors and people write into it is understood, or stops the start by file and line."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from vectice_admin.env import dotenv
from vectice_admin.env.reading import WrongSetting

ROOT = Path(__file__).parent.parent.parent
KEY = "hunter2-0123456789-abcdefghijklmnopqrstuvwxyz-ABCDEFGHIJ"

UNDERSTOOD = {
    b"\xef\xbb\xbfSECRET_KEY=a": {"SECRET_KEY": "a"},
    b"SECRET_KEY=a\r\nPORT=1\r\n": {"SECRET_KEY": "a", "PORT": "1"},
    b"  ALLOWED_HOSTS = a.example \n": {"ALLOWED_HOSTS": "a.example"},
    b"ALLOWED_HOSTS\t=\ta.example": {"ALLOWED_HOSTS": "a.example"},
    b"export PORT=1\nexport   DEBUG = on": {"PORT": "1", "DEBUG": "on"},
    b"# PORT=1\n\n   # more\nPORT=2": {"PORT": "2"},
    b'A=\'x # " y\'\nB="x \\"y\\\\ # z"\nC=""\nD=': {
        "A": 'x # " y',
        "B": 'x "y\\ # z',
        "C": "",
        "D": "",
    },
    b'A="p\\w\\d\\$x\\`"\nB="C:\\new\\\\"': {"A": "p\\w\\d$x`", "B": "C:\\new\\"},
    b"A=x=y#z$HOME": {"A": "x=y#z$HOME"},
    "ORGANIZATION_NAME=Société Générale".encode(): {"ORGANIZATION_NAME": "Société Générale"},
    b"PORT=1\nPORT=1": {"PORT": "1"},
    b"PGOPTIONS=\nEXPORT=x\nOTEL_SERVICE_NAME=x\nHTTP_PROXY=y\nSSL_CERT_FILE=z": {
        "PGOPTIONS": "",
        "EXPORT": "x",
        "OTEL_SERVICE_NAME": "x",
        "HTTP_PROXY": "y",
        "SSL_CERT_FILE": "z",
    },
    b"": {},
}

NOT_UNDERSTOOD = [
    *(
        b"hunter2",
        b"SECRET_KEY hunter2",
        b"SECRET_KEY: hunter2",
        b"=hunter2",
        b"export",
        b"export =hunter2",
    ),
    *(
        b"SECRET KEY=hunter2",
        b"1SECRET=hunter2",
        b"hunter2!=x",
        b"A=hunter2 # why",
        b"A=\t# hunter2",
    ),
    *(
        b"A='hunter2",
        b'A="hunter2',
        b"A='hunter2' x",
        b'A="hunter2\\"',
        b"A=hunter2\x00x",
        b"A=hunter2\rB=x",
    ),
    *(b"ORGANIZATION_NAME=hunter2 Soci\xe9t\xe9", b"\xff\xfeS\x00", b"A=hunter2\nA=hunter3"),
    *(
        b"SECRT_KEY=hunter2",
        b"SECRET_KEYS=hunter2",
        b"secret_key=hunter2",
        b"SECRET-KEY=hunter2",
        b"DATABSE_URL=hunter2",
    ),
    *(
        b"ALLOWED_HOST=hunter2",
        b"TRUSTED_PROXY=hunter2",
        b"MAIL_URL=hunter2",
        b"PUBLIC_URI=hunter2",
        b"DEBUGG=hunter2",
    ),
    *(b"SECRET_KEY_FALLBACK_FILE=hunter2", b"PUBLIC_URL_FILE=hunter2", b"SENTRY_DSN_FILE=hunter2"),
]


@pytest.fixture
def file(tmp_path):
    return tmp_path / ".env"


def test_what_people_and_editors_write_is_understood(file):
    for data, found in UNDERSTOOD.items():
        file.write_bytes(data)
        assert dotenv.parse(file) == found, data


def test_what_is_not_understood_is_shown_by_file_and_line_and_never_by_what_it_says(file):
    for data in NOT_UNDERSTOOD:
        file.write_bytes(b"# a comment\n\nPORT=8000\n" + data)
        with pytest.raises(WrongSetting) as end:
            dotenv.parse(file)
        line = 4 + data.count(b"\n")
        assert str(end.value).startswith(f"{file}:{line}: "), data
        assert "hunter" not in str(end.value).replace(str(file), ""), data
        assert "\n" not in str(end.value), data


def test_a_misspelt_name_is_told_the_right_one(file):
    file.write_bytes(b"ALOWED_HOSTS=a.example")
    with pytest.raises(WrongSetting, match="Is ALLOWED_HOSTS meant"):
        dotenv.parse(file)


def test_the_environment_counts_more(file, monkeypatch):
    file.write_bytes(b"LOG_FORMAT=json\nX_UNHEARD_OF=from the file")
    monkeypatch.setenv("LOG_FORMAT", "line")
    monkeypatch.setenv("X_UNHEARD_OF", "")
    dotenv.read(file)
    assert (os.environ["LOG_FORMAT"], os.environ["X_UNHEARD_OF"]) == ("line", "")


def test_a_file_that_cannot_be_read_stops_the_start(file):
    file.symlink_to(file.parent / "gone")
    with pytest.raises(WrongSetting, match="cannot be read"):
        dotenv.read(file)


class TestAnInstallation:
    @pytest.fixture
    def start(self, tmp_path):
        """Return a function that runs a command in a copy of the product with this .env, and nothing else set."""
        for name in ("accounts", "locale", "templates", "static"):
            (tmp_path / name).symlink_to(ROOT / name)
        shutil.copytree(ROOT / "vectice_admin", tmp_path / "vectice_admin")
        for name in ("manage.py", "pyproject.toml"):
            shutil.copy(ROOT / name, tmp_path)

        def run(data):
            (tmp_path / ".env").write_bytes(data)
            code = "from vectice_admin import settings; print(settings.SECRET_KEY, settings.ALLOWED_HOSTS)"
            clean = {"PATH": os.environ["PATH"]}
            command = [sys.executable, "-c", code]
            return subprocess.run(
                command, cwd=tmp_path, env=clean, capture_output=True, text=True, check=False
            )

        return run

    def test_starts_with_a_file_of_notepad(self, start):
        done = start(
            b"\xef\xbb\xbfSECRET_KEY = " + KEY.encode() + b"\r\nALLOWED_HOSTS = a.example\r\n"
        )
        assert (done.stdout, done.stderr) == (f"{KEY} ['a.example']\n", "")

    def test_does_not_start_without_a_line_that_cannot_be_read(self, start):
        done = start(b"SECRET_KEY=" + KEY.encode() + b"\nALLOWED_HOSTS hunter2\n")
        assert (done.returncode, done.stdout, done.stderr.count("\n")) == (1, "", 1)
        assert "/.env:2: " in done.stderr
        assert "hunter2" not in done.stderr
