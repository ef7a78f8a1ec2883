"""How a password becomes what the database holds, and how one is compared with it."""

import base64
import functools
import secrets
import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from django.conf import settings
from django.contrib.auth import hashers

from accounts.kernel import metrics
from accounts.kernel.crypto.slots import Rank, Slots
from accounts.kernel.errors import Invalid, Unavailable

MAX_BYTES = (
    4096  # refused above, before any work is done: a longer "password" is an attack on memory
)
SECONDS_TO_WAIT = 10

# Each hash takes 46 MiB and a core for about 50 ms. A flood of sign-ins waits here instead of
# taking the memory.
_slots = Slots(settings.HASHING_SLOTS)
_rank = ContextVar("rank", default=Rank.KNOWN)


class HashingIsBusy(Unavailable):
    """No slot came free in time; the person may try again in a moment."""


class PasswordTooLong(Invalid):
    """The password has more than `MAX_BYTES` bytes."""

    code = "password_too_long"


@contextmanager
def waiting_as(rank: Rank) -> Iterator[None]:
    """
    Stand in line for hashing as that Rank, until the end of the block; otherwise one is known.
    """
    token = _rank.set(rank)
    try:
        yield
    finally:
        _rank.reset(token)


@contextmanager
def _slot() -> Iterator[None]:
    rank = _rank.get()
    with metrics.timed(metrics.WAITING):
        free = _slots.acquire(rank, SECONDS_TO_WAIT)
    if not free:
        if rank is not Rank.REFUSED:
            metrics.TURNED_AWAY.inc()
        raise HashingIsBusy
    try:
        with metrics.timed(metrics.HASHING):
            yield
    finally:
        _slots.release(rank)


def is_too_long(password: str) -> bool:
    return len(password) > MAX_BYTES or len(password.encode(errors="replace")) > MAX_BYTES


def normalized(password: str) -> str:
    """
    Return the password as NIST SP 800-63B-4, section 3.1.1.2, wants it compared: NFKC, spaces kept.
    """
    return unicodedata.normalize("NFKC", password)


class Argon2id(hashers.Argon2PasswordHasher):
    """
    Argon2id at OWASP's first choice: 46 MiB, one pass, one lane.

    RFC 9106 recommends 64 MiB and three passes where memory is not a limit; here many people sign
    in at once on a small machine, and Django's own 100 MiB and eight lanes would let a flood claim
    twice the memory.
    """

    time_cost = 1
    memory_cost = 47_104  # KiB
    parallelism = 1

    def encode(self, password: str, salt: str) -> str:
        if is_too_long(password):
            raise PasswordTooLong
        with _slot():
            return super().encode(normalized(password), salt)

    def verify(self, password: str, encoded: str) -> bool:
        if is_too_long(password):
            return False
        with _slot():
            return super().verify(normalized(password), encoded)


def make(password: str) -> str:
    """
    Return the hash to store. Slow on purpose: call it before a transaction opens.

    :raises PasswordTooLong: over 4096 bytes.
    :raises HashingIsBusy: when too many others are hashing.
    """
    return hashers.make_password(password)


def matches(password: str, password_hash: str) -> bool:
    """
    Return whether `password` is the one behind the hash; an empty or unusable hash costs as much
    and never fits.
    """
    usable = bool(password_hash) and hashers.is_password_usable(password_hash)
    same = hashers.verify_password(password, password_hash if usable else _nobodys_hash())[0]
    return usable and same


def is_outdated(password_hash: str) -> bool:
    """Return whether the cost has been changed since the hash was made."""
    algorithm = hashers.identify_hasher(password_hash)
    return algorithm.must_update(password_hash)


@functools.cache
def _nobodys_hash() -> str:
    """
    Return something to compare with where there is no account, so that the answer takes the same
    time.

    It has the form of a hash and the cost of today, and nothing was hashed for it: not even the
    first comparison of a process takes longer.
    """
    cost = f"m={Argon2id.memory_cost},t={Argon2id.time_cost},p={Argon2id.parallelism}"
    salt, digest = (
        base64.b64encode(secrets.token_bytes(size)).decode().rstrip("=") for size in (16, 32)
    )
    return f"argon2$argon2id$v=19${cost}${salt}${digest}"
