"""How an operator's command ends when it cannot do what it was asked: with one line, and nothing half done."""

from contextlib import contextmanager

from django.core.management.base import CommandError
from django.db import DatabaseError, connection


class Refused(CommandError):
    """What was asked is not done; the message is one line that says why."""


@contextmanager
def without_traceback():
    """Turn what the database and the file system raise into a Refused, without their texts' second lines."""
    # A command needs one connection: the pool would try for ten seconds, and write every try to the log.
    connection.settings_dict["OPTIONS"].pop("pool", None)
    try:
        yield
    except DatabaseError as error:
        raise Refused(f"The database does not answer as it should: {first_line(error)}") from error
    except OSError as error:
        raise Refused(f"{error.filename or 'A file'}: {error.strerror or type(error).__name__}.") from error


def first_line(error):
    """Return the first line of what went wrong, or its kind where it says nothing."""
    return next(iter(str(error).strip().splitlines()), "") or type(error).__name__
