"""What a web process holds in memory before its first request, and what it then still finds as it was."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.db.migrations.loader import MigrationLoader

from vectice_admin import at_start

ROOT = Path(__file__).parent.parent.parent
OF_NO_REQUEST = (
    *("vectice_admin.gunicorn", "vectice_admin.web_worker", "vectice_admin.incoming"),
    "vectice_admin.postgresql",  # loaded with PostgreSQL
    "vectice_admin.mail_files",  # of the worker
    "accounts.kernel.event_schema",  # of a command
)
TELL = "import sys, vectice_admin.wsgi; print(*sys.modules)"


@pytest.fixture(scope="module")
def loaded():
    """Return a function that returns the modules of a process that is ready to serve."""

    def start(**given):
        environment = os.environ | {
            "DEBUG": "on",
            "DJANGO_SETTINGS_MODULE": "vectice_admin.settings",
        }
        environment |= {"DATABASE_URL": "sqlite:///var/nothing.sqlite3", "REDIS_URL": "", **given}
        done = subprocess.run(
            [sys.executable, "-c", TELL],
            cwd=ROOT, env=environment, capture_output=True, text=True, check=True,
        )  # fmt: skip
        return set(done.stdout.split())

    return start


def test_large_libraries_wait_for_what_needs_them(loaded):
    assert loaded() & {"openpyxl", "psycopg", "redis"} == set()


def test_what_is_ours_is_there_from_the_start(loaded):
    """A process goes on as it began, also where the next version's files stand in its folder."""
    ours = {
        ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")
        for folder in ("accounts", "vectice_admin")
        for path in (ROOT / folder).rglob("*.py")
        if not {"management", "migrations", "operations"} & set(path.parts)
    }
    missing = ours - loaded(REDIS_URL="redis://127.0.0.1:1/0")
    assert {name for name in missing if not name.startswith(OF_NO_REQUEST)} == set()


def test_the_names_of_migrations_are_those_of_django():
    assert at_start.known_migrations() == frozenset(MigrationLoader(None).disk_migrations)
