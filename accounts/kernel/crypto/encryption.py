"""
Secrets that must be kept for a while: readable only with SECRET_KEY, so not from a copy of the
database.
"""

import base64
import hashlib

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings

from accounts.kernel.errors import Conflict


class OtherKey(Conflict):
    """The key is another one than what was sealed with."""

    code = "other_key"


def seal(text: str) -> str:
    """Return `text` encrypted and authenticated."""
    return seal_bytes(text.encode()).decode()


def unseal(sealed: str) -> str:
    """
    Return what was sealed.

    :raises OtherKey: where the key is another one by now: what waits stays, since the former key
    may come back.
    """
    return unseal_bytes(sealed.encode()).decode()


def seal_bytes(data: bytes) -> bytes:
    """Return bytes encrypted and authenticated."""
    return _box().encrypt(data)


def unseal_bytes(sealed: bytes) -> bytes:
    """
    Return the bytes that were sealed.

    :raises OtherKey: where the key is another one by now.
    """
    try:
        return _box().decrypt(sealed)
    except InvalidToken as error:
        raise OtherKey from error


def _box() -> MultiFernet:
    keys = (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)
    digests = (hashlib.sha256(f"accounts.sealed:{key}".encode()).digest() for key in keys)
    return MultiFernet([Fernet(base64.urlsafe_b64encode(digest)) for digest in digests])
