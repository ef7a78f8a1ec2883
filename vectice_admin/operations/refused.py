"""
How an operator's command ends when it cannot do what it was asked: with one line, and nothing half
done.
"""

import errno
import sqlite3
from contextlib import contextmanager

from django.core.management.base import CommandError
from django.db import DatabaseError

from vectice_admin.operations.hints import hint

FULL = "The disk is full, and nothing of this try counts. Make room, then do it again."
NO_ROOM = "No space left on device"  # as libpq's programs and PostgreSQL say it
OUT_OF_ROOM = "53100"  # PostgreSQL's disk_full


class Refused(CommandError):
    """What was asked is not done; the message is one line that says why."""


@contextmanager
def without_traceback():
    """
    Turn what the database and the file system raise into a Refused, without their texts' second
    lines.
    """
    try:
        yield
    except (DatabaseError, sqlite3.Error, OSError) as error:
        raise Refused(_said(error)) from error


def full_disk(error):
    """
    Return whether it was for want of room that the system, SQLite or PostgreSQL raised `error`.
    """
    if isinstance(error, OSError):
        return error.errno in {errno.ENOSPC, errno.EDQUOT}
    cause = error.__cause__ if isinstance(error, DatabaseError) else error
    full = getattr(cause, "sqlite_errorcode", None) == sqlite3.SQLITE_FULL
    return full or getattr(cause, "sqlstate", None) == OUT_OF_ROOM


def first_line(error):
    """Return the first line of what went wrong, or its kind where it says nothing."""
    return next(iter(str(error).strip().splitlines()), "") or type(error).__name__


def _said(error):
    if full_disk(error):
        return FULL
    if isinstance(error, OSError):
        return f"{error.filename or 'A file'}: {error.strerror or type(error).__name__}."
    return f"The database does not answer as it should: {first_line(error)}.{hint(error)}"
