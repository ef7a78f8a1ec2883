"""
The two kinds of database: make, copy and open them by name, and the little in which their SQL
differs.
"""

import os
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import psycopg

FOLDER = Path(__file__).resolve().parent.parent / "var" / "bench"
PREFIX = "vectice_bench_"
POSTGRESQL_SERVER = os.environ.get("BENCH_POSTGRESQL", "postgres://postgres@127.0.0.1:5432")
REDIS_URL = os.environ.get("BENCH_REDIS", "redis://127.0.0.1:6379/5")


class SQLite:
    """A database is a file under var/bench/."""

    key, title = "sqlite", "SQLite"
    position = "instr"  # the function that tells where a text stands in another
    most_entries = 1_000_000  # of the audit trail
    environment = {}

    def url(self, name):
        return f"sqlite:///{self._path(name)}"

    def names(self):
        return {path.stem for path in FOLDER.glob(f"{PREFIX}*.sqlite3")}

    def create(self, name):
        """Do nothing but make room: the first connection makes the file."""
        self.drop(name)

    def drop(self, name):
        for suffix in ("", "-wal", "-shm"):
            Path(f"{self._path(name)}{suffix}").unlink(missing_ok=True)

    def copy(self, source, target):
        self.drop(target)
        shutil.copyfile(self._path(source), self._path(target))

    def rename(self, source, target):
        self._path(source).rename(self._path(target))

    def connect(self, name):
        return sqlite3.connect(self._path(name), isolation_level=None)

    def settle(self, name):
        """
        Bring everything into the one file. No ANALYZE: an installation of either side does not run
        it either.
        """
        with closing(self.connect(name)) as connection:
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")

    def copy_rows(self, query, source, table, target):
        """
        Insert the rows of `query` in the database `source` into `table`, with its columns, of
        `target`.
        """
        with closing(self.connect(source)) as connection:
            connection.execute("ATTACH DATABASE ? AS target", [str(self._path(target))])
            connection.execute(f"INSERT INTO target.{table} {query}")

    def version(self):
        return f"SQLite {sqlite3.sqlite_version}"

    def _path(self, name):
        return FOLDER / f"{name}.sqlite3"


class PostgreSQL:
    """A database is one of the server's."""

    key, title = "postgresql", "PostgreSQL"
    position = "strpos"
    most_entries = 10_000_000
    environment = {"REDIS_URL": REDIS_URL}

    def url(self, name):
        return f"{POSTGRESQL_SERVER}/{name}"

    def names(self):
        rows = self._on_server("SELECT datname FROM pg_database").fetchall()
        return {name for (name,) in rows if name.startswith(PREFIX)}

    def create(self, name):
        self.drop(name)
        self._on_server(f"CREATE DATABASE {name}")

    def drop(self, name):
        self._on_server(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")

    def copy(self, source, target):
        self.drop(target)
        self._on_server(f"CREATE DATABASE {target} TEMPLATE {source}")

    def rename(self, source, target):
        self._on_server(f"ALTER DATABASE {source} RENAME TO {target}")

    def connect(self, name):
        return psycopg.connect(self.url(name), autocommit=True)

    def settle(self, name):
        """Do at once what autovacuum does within minutes."""
        with closing(self.connect(name)) as connection:
            connection.execute("VACUUM ANALYZE")

    def copy_rows(self, query, source, table, target):
        """
        Insert the rows of `query` in the database `source` into `table`, with its columns, of
        `target`.
        """
        with closing(self.connect(source)) as reader, closing(self.connect(target)) as writer:
            copy_out = reader.cursor().copy(f"COPY ({query}) TO STDOUT")
            copy_in = writer.cursor().copy(f"COPY {table} FROM STDIN")
            with copy_out as rows, copy_in as sink:
                for block in rows:
                    sink.write(block)

    def version(self):
        number = self._on_server("SHOW server_version").fetchone()[0].split()[0]
        return f"PostgreSQL {number}"

    def _on_server(self, statement):
        with psycopg.connect(self.url("postgres"), autocommit=True) as connection:
            return connection.execute(statement)


KINDS = {kind.key: kind for kind in (SQLite(), PostgreSQL())}
