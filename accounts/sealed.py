"""Secrets that must be kept for a while: readable only with SECRET_KEY, so not from a copy of the database."""

import base64
import hashlib

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings


def seal(text):
    """Return `text` encrypted and authenticated."""
    return _box().encrypt(text.encode()).decode()


def unseal(sealed):
    """Return what was sealed, or "" where the key is another one by now."""
    try:
        return _box().decrypt(sealed.encode()).decode()
    except InvalidToken:
        return ""


def _box():
    keys = (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)
    digests = (hashlib.sha256(f"accounts.sealed:{key}".encode()).digest() for key in keys)
    return MultiFernet([Fernet(base64.urlsafe_b64encode(digest)) for digest in digests])
