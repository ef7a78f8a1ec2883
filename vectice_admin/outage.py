"""
What the threads of a process know of a database that is away: they do not all wait for it, one
after the other.

After a failure nobody asks for two seconds; then one request is let through to see, and the others
go on being told.
"""

import threading
import time

from django.db import InterfaceError, OperationalError

SECONDS_BETWEEN_TRIES = 2


class Outage:
    """Whether the database may be asked. Methods may be called by any thread and never wait."""

    def __init__(self):
        self._lock = threading.Lock()
        self._next_try = None  # of time.monotonic(); None while the database is there

    def may_try(self):
        """
        Return whether to ask the database; while it is away that is one caller in two seconds.
        """
        with self._lock:
            if self._next_try is None:
                return True
            now = time.monotonic()
            if now < self._next_try:
                return False
            self._next_try = now + SECONDS_BETWEEN_TRIES
            return True

    def began(self):
        """Note that the database did not answer."""
        with self._lock:
            self._next_try = time.monotonic() + SECONDS_BETWEEN_TRIES

    def ended(self):
        """Note that it answered."""
        with self._lock:
            self._next_try = None


outage = Outage()  # one for the process


def is_of_the_database(fault):
    """
    Return whether the database's state is to blame and not the product: it is away, full, or takes
    no changes.
    """
    if isinstance(fault, OperationalError | InterfaceError):
        return True
    from psycopg.errors import ReadOnlySqlTransaction  # noqa: PLC0415 - see env/database.py

    return isinstance(getattr(fault, "__cause__", None), ReadOnlySqlTransaction)
