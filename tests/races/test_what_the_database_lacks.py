"""PostgreSQL without a right or an extension that migrate needs: one line with the statement that mends it."""

import os
import re
import subprocess
import sys
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from django.db import DatabaseError, connection

from vectice_admin.operations.hints import hint

ROOT = Path(__file__).parent.parent.parent
ROLE = f"vectice_without_rights_{os.getpid()}"  # a server knows each name once, and others may test on it
pytestmark = pytest.mark.postgresql


@pytest.fixture
def database(transactional_db):
    """Return a function that runs a statement in a database of its own, as its owner; the role has no right there."""
    name = f"{connection.settings_dict['NAME']}_lacking"
    with connection.cursor() as cursor:
        cursor.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
        cursor.execute(f'DROP ROLE IF EXISTS "{ROLE}"')
        cursor.execute(f'CREATE DATABASE "{name}"')
        cursor.execute(f"CREATE ROLE {ROLE} LOGIN PASSWORD 'hunter2'")
    owner = connection.copy()
    owner.settings_dict = {**owner.settings_dict, "NAME": name}

    def run(statement):
        with owner.cursor() as cursor:
            cursor.execute(statement)

    run("REVOKE CREATE ON SCHEMA public FROM PUBLIC")
    yield run
    owner.close()
    with connection.cursor() as cursor:
        cursor.execute(f'DROP DATABASE "{name}" WITH (FORCE)')
        cursor.execute(f'DROP ROLE "{ROLE}"')


@pytest.fixture
def manage(database):
    """Return a function that runs a command as that role."""
    name = f"{connection.settings_dict['NAME']}_lacking"
    server = urlsplit(os.environ["TEST_DATABASE_URL"]).netloc.rpartition("@")[2]

    def run(*arguments, user=f"{ROLE}:hunter2", name=name):
        environment = {**os.environ, "DATABASE_URL": f"postgres://{user}@{server}/{name}"}
        environment |= {"DJANGO_SETTINGS_MODULE": "vectice_admin.settings"}
        command = [sys.executable, "manage.py", *arguments]
        return subprocess.run(
            command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False
        )

    return run


def said(done):
    """Return the one line that a command ended with."""
    assert (done.returncode, done.stderr.count("\n")) == (1, 1), done.stderr
    assert "hunter2" not in done.stderr
    assert not ("migrate" in done.args and "migrate run" in done.stderr)
    return done.stderr


def test_each_missing_right_is_named_by_its_statement_until_none_is(database, manage):
    for _round in range(5):
        done = manage("migrate", "--verbosity", "0")
        if done.returncode == 0:
            break
        statements = re.search(r"As the owner of the database \w+: (.*)", said(done))[1]
        for statement in statements.split("; "):
            database(statement)
    assert done.returncode == 0
    assert manage("createadmin", "ada@example.com").returncode == 0


def test_the_extension_may_be_in_a_schema_of_its_own(database, manage):
    database("CREATE SCHEMA extensions")
    database("CREATE EXTENSION pg_trgm SCHEMA extensions")
    database(f"GRANT CREATE ON SCHEMA public TO {ROLE}")
    assert 'GRANT USAGE ON SCHEMA "extensions" TO' in said(manage("migrate", "--verbosity", "0"))
    database(f"GRANT USAGE ON SCHEMA extensions TO {ROLE}")
    assert (
        manage("migrate", "--verbosity", "0").returncode,
        manage("createadmin", "a@example.com").returncode,
    ) == (
        0,
        0,
    )


def test_what_the_server_has_no_files_of_is_to_be_installed(database):
    with pytest.raises(DatabaseError) as fault:
        database("CREATE EXTENSION no_such_extension")
    assert "postgresql-contrib" in hint(fault.value, "migrate")


def test_what_is_not_migrated_says_so_where_another_command_is_run(manage):
    assert "Was manage.py migrate run?" in said(manage("createadmin", "ada@example.com"))


def test_a_database_that_is_not_there_is_not_taken_for_one_without_tables(manage):
    line = said(manage("migrate", name="nowhere"))
    assert "nowhere" in line
    assert "DATABASE_URL" in line
