"""What signs, seals and lets in."""

import contextlib
import os
import secrets

from vectice_admin import private
from vectice_admin.env.reading import BASE_DIR, secret, wrong

SHORTEST_SECRET_KEY, FEWEST_SIGNS = 50, 5
SHORTEST_TOKEN = 20
HOW_TO_MAKE_ONE = "python3 -c 'import secrets; print(secrets.token_urlsafe(50))'"


def secret_key(*, development):
    """Return SECRET_KEY; in development one that is made once and kept under var/."""
    key = secret("SECRET_KEY")
    if not key and development:
        return _kept(BASE_DIR / "var" / "secret_key")
    if not key:
        wrong("SECRET_KEY", f"is needed when DEBUG is off. Make one: {HOW_TO_MAKE_ONE}")
    return _good("SECRET_KEY", key)


def former_keys():
    """
    Return the keys of SECRET_KEY_FALLBACKS, as good as SECRET_KEY must be: what they sign counts as
    much.
    """
    said = secret("SECRET_KEY_FALLBACKS").split(",")
    return [_good("SECRET_KEY_FALLBACKS", key.strip()) for key in said if key.strip()]


def token(name):
    """Return a token that a program shows to be let in, "" where none is set."""
    found = secret(name)
    if found and (
        len(found) < SHORTEST_TOKEN
        or not found.isascii()
        or not found.isprintable()
        or " " in found
    ):
        wrong(
            name,
            f"must be at least {SHORTEST_TOKEN} letters, digits and signs. Make one: "
            f"{HOW_TO_MAKE_ONE}",
        )
    return found


def _good(name, key):
    if len(key) < SHORTEST_SECRET_KEY:
        wrong(
            name, f"is shorter than {SHORTEST_SECRET_KEY} characters. Make one: {HOW_TO_MAKE_ONE}"
        )
    if len(set(key)) < FEWEST_SIGNS:
        wrong(name, f"is made of too few different characters. Make one: {HOW_TO_MAKE_ONE}")
    return key


def _kept(path):
    """
    Return the key at `path`; several processes may make it at once, and all read that of the first.
    """
    try:
        private.folder(path.parent)
        with (
            contextlib.suppress(FileExistsError),
            open(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "w") as file,
        ):
            file.write(secrets.token_urlsafe(50))
        key = path.read_text(encoding="ascii").strip()
    except (OSError, ValueError) as error:
        wrong(
            "SECRET_KEY",
            f"is not set, and the one in var/secret_key cannot be used ({type(error).__name__}).",
        )
    if len(key) < SHORTEST_SECRET_KEY:
        wrong(
            "SECRET_KEY", "is not set, and the one in var/secret_key is damaged. Delete that file."
        )
    return key
