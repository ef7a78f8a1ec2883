"""
A few places for slow work, and who gets the next one: a crowd of strangers keeps nobody out who is
known.
"""

import threading
import time
from collections import deque
from enum import Enum

PATIENCE = 5  # seconds that strangers may stand in line without a break before the line is closed


class Rank(Enum):
    """
    Who comes first, and who gets only what nobody else wants: somebody whose try is refused anyhow.
    """

    KNOWN = 1
    STRANGER = 2
    REFUSED = 3


class Slots:
    """
    `size` places. Whoever is known waits before all strangers; each kind is served as it came.

    Where strangers have been waiting for longer than PATIENCE, no more of them wait than there are
    places, so that they do not hold every thread of the server; the others are sent away at once.
    """

    def __init__(self, size: int) -> None:
        self._size = self._free = size
        self._lines: dict[Rank, deque[object]] = {Rank.KNOWN: deque(), Rank.STRANGER: deque()}
        self._changed = threading.Condition()
        self._crowded_since: float | None = None
        self._is_lent = False

    def acquire(self, rank: Rank, timeout: float) -> bool:
        """
        Take a place, within `timeout` seconds, and return whether there was one; who is REFUSED
        does not wait.
        """
        with self._changed:
            if rank is Rank.REFUSED:
                return self._lend()
            if rank is Rank.STRANGER and self._is_closed():
                return False
            line, ticket = self._lines[rank], object()
            line.append(ticket)
            is_free = self._changed.wait_for(lambda: self._is_next(rank, ticket), timeout)
            line.remove(ticket)
            self._free -= is_free
            self._changed.notify_all()
            return is_free

    def release(self, rank: Rank) -> None:
        """Give the place back that was taken as `rank`."""
        with self._changed:
            self._free += 1
            self._is_lent &= rank is not Rank.REFUSED
            self._changed.notify_all()

    def waiting(self, rank: Rank) -> int:
        """Return how many wait as that rank."""
        return len(self._lines[rank])

    def _is_next(self, rank: Rank, ticket: object) -> bool:
        is_first = self._lines[rank][0] is ticket
        return self._free > 0 and is_first and (rank is Rank.KNOWN or not self._lines[Rank.KNOWN])

    def _lend(self) -> bool:
        """Take a place that nobody waits for, one at a time."""
        if self._is_lent or not self._free or any(self._lines.values()):
            return False
        self._free -= 1
        self._is_lent = True
        return True

    def _is_closed(self) -> bool:
        waiting = self.waiting(Rank.STRANGER)
        if self._free and not waiting:
            self._crowded_since = None
            return False
        self._crowded_since = self._crowded_since or time.monotonic()
        return waiting >= self._size and time.monotonic() - self._crowded_since > PATIENCE
