"""
SQLite: one moment of the database as one file, by its online backup
(https://www.sqlite.org/backup.html).
"""

import gzip
import shutil
import sqlite3
import zlib
from contextlib import closing
from pathlib import Path

from vectice_admin.operations import unfinished
from vectice_admin.operations.files import private_file, remove_left_overs
from vectice_admin.operations.refused import Refused, first_line

GZIP = b"\x1f\x8b"
MADE_OF = (
    "SELECT count(*) FROM sqlite_master WHERE type = 'table' AND name IN ('django_migrations', "
    "'accounts_user')"
)


def dump(connection, part, *, compressed):
    """
    Write the database to the file `part`, with gzip if `compressed`; others may go on writing to
    it.
    """
    remove_left_overs(_file(connection).parent)  # of a restore
    connection.ensure_connection()
    if not compressed:
        _copy(connection.connection, part)
        return
    with private_file(part) as plain:
        _copy(connection.connection, plain)
        with plain.open("rb") as source, gzip.open(part, "wb") as target:
            shutil.copyfileobj(source, target, 1 << 20)


def load(connection, path):
    """
    Put the backup at `path` into the empty database, with the mark that it is unfinished, in one
    transaction.

    :raises Refused: if it is none of SQLite's, damaged, or not a backup of this product; nothing
    has changed then.
    """
    with private_file(_file(connection)) as plain:
        try:
            _unpack(path, plain)
            with closing(sqlite3.connect(plain)) as source:
                _check(source, path)
                source.execute(unfinished.MARK)
                connection.ensure_connection()
                source.backup(connection.connection)
        except sqlite3.OperationalError:
            raise  # a full disk, say: nothing that the file could be blamed for
        except (sqlite3.DatabaseError, gzip.BadGzipFile, zlib.error, EOFError) as error:
            raise Refused(
                f"{path} is damaged, or no backup of an SQLite database: {first_line(error)}."
            ) from error


def _copy(source, path):
    with closing(sqlite3.connect(path)) as target:
        source.backup(target)
        # One file, without a -wal beside it that somebody would forget to copy.
        target.execute("PRAGMA journal_mode = DELETE")
        _check(target, path)


def _check(database, path):
    found = database.execute("PRAGMA quick_check(1)").fetchone()[0]
    if found != "ok":
        raise Refused(f"{path} is damaged: {found}.")
    if database.execute(MADE_OF).fetchone()[0] != 2:
        raise Refused(
            f"{path} is no backup of Vectice Admin: it has no migrations or no users in it."
        )


def _unpack(path, plain):
    """
    Write the backup at `path` to the file `plain` as SQLite reads it, whether gzip has made it
    smaller or not.
    """
    with path.open("rb") as file:
        compressed = file.read(len(GZIP)) == GZIP
    if compressed:
        with gzip.open(path, "rb") as source, plain.open("wb") as target:
            shutil.copyfileobj(source, target, 1 << 20)
        return
    with (
        closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)) as source,
        closing(sqlite3.connect(plain)) as target,
    ):
        source.backup(target)


def _file(connection):
    return Path(connection.settings_dict["NAME"])
