"""An installation of its own for a command: an empty database, and processes that use it."""

import os
import subprocess
import sys
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from django.db import connection

ROOT = Path(__file__).parent.parent.parent


@pytest.fixture
def elsewhere(transactional_db, tmp_path):
    """The DATABASE_URL of an empty database of the kind that is tested on."""
    if connection.vendor == "sqlite":
        yield f"sqlite:///{tmp_path / 'elsewhere.sqlite3'}"
        return
    name = f"{connection.settings_dict['NAME']}_elsewhere"
    drop = f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)'
    with connection.cursor() as cursor:
        cursor.execute(drop)
        cursor.execute(f'CREATE DATABASE "{name}"')
        yield urlsplit(os.environ["TEST_DATABASE_URL"])._replace(path=f"/{name}").geturl()
        cursor.execute(drop)


@pytest.fixture
def installation(elsewhere):
    """Return a function that runs Python in a process of its own, with the database `elsewhere`."""

    def run(*arguments, **environment):
        environment = {
            **os.environ,
            "DATABASE_URL": elsewhere,
            "PUBLIC_URL": "http://localhost",
            **environment,
        }
        # The journeys set this for their browser, and Django warns of it in an installation.
        environment.pop("DJANGO_ALLOW_ASYNC_UNSAFE", None)
        command = [sys.executable, *arguments]
        return subprocess.run(
            command,
            cwd=ROOT,
            env=environment,
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )

    return run
