"""
What somebody typed into a form that came too late, kept for that person over the next sign-in.

Whose form it was is known by the token in it: the browser is given, sealed, which tokens its pages
got and for whom. So nobody is offered what somebody else typed, and nothing that another site sent
is kept at all.
"""

import json
import time
from typing import Any

from django.middleware.csrf import (  # type: ignore[attr-defined]  # its own, of which the stubs are silent
    InvalidTokenFormat,
    _check_token_format,
    _does_token_match,
)
from django.utils.datastructures import MultiValueDict

from accounts.kernel.crypto import encryption
from accounts.kernel.session_store import SessionStore

KEY = "kept_form"  # in the session
SECONDS = 3600
MOST_BYTES = 64 * 1024
MOST_TOKENS = 4
# Beside every name with "password" in it: proofs, and what is typed or ticked to say that one is
# sure.
NEVER_KEPT = {
    "csrfmiddlewaretoken",
    "code",
    "credential",
    "token",
    "secret",
    "typed",
    "cut_off",
    "next",
}


def fields_of(posted: MultiValueDict[str, str]) -> dict[str, list[str]]:
    """Return what may be kept of a QueryDict: lists of texts by name."""
    return {name: values for name, values in posted.lists() if may_be_kept(name)}


def may_be_kept(name: str) -> bool:
    return name not in NEVER_KEPT and "password" not in name.lower()


def keep(session: SessionStore, posted: MultiValueDict[str, str], *, owner: int, path: str) -> None:
    """
    Keep a form of the user `owner` (primary key) in the session. `path` is "" where no page shows
    it again.
    """
    entry = {
        "owner": owner,
        "path": path,
        "until": time.time() + SECONDS,
        "fields": fields_of(posted),
    }
    text = json.dumps(entry)
    if not path or len(text) > MOST_BYTES:
        text = json.dumps({**entry, "path": "", "fields": {}})
    session[KEY] = encryption.seal(text)


def kept(session: SessionStore, owner: int) -> tuple[str | None, dict[str, list[str]] | None]:
    """Return the path and the fields of what is kept for `owner`, or (None, None)."""
    entry = _opened(session.get(KEY, "")) or {}
    if entry.get("owner") != owner or entry["until"] < time.time():
        return None, None
    return entry["path"], entry["fields"]


def is_filled(session: SessionStore) -> bool:
    """Return whether a form is kept that a page will show again, whoever's it is."""
    entry = _opened(session.get(KEY, "")) or {}
    return bool(entry.get("path")) and entry["until"] >= time.time()


def drop(session: SessionStore) -> None:
    session.pop(KEY, None)


def with_token(cookie: str, secret: str, owner: int) -> str:
    """
    Return the cookie's next value, which says also that pages with a token of `secret` are made for
    `owner`.
    """
    known = [entry for entry in _tokens(cookie) if entry != (secret, owner)]
    return encryption.seal(json.dumps([*known, (secret, owner)][-MOST_TOKENS:]))


def owner_of(posted_token: str, cookie: str) -> int | None:
    """
    Return for whom the page was made that a form with this token came from, or None where that is
    not known.
    """
    try:
        _check_token_format(posted_token)
    except InvalidTokenFormat:
        return None
    owners = (
        owner
        for secret, owner in _tokens(cookie)
        if secret and _does_token_match(posted_token, secret)
    )
    return next(owners, None)


def last_owner(cookie: str) -> int | None:
    """Return for whom pages were made last with this browser, or None where that is not known."""
    tokens = _tokens(cookie)
    return tokens[-1][1] if tokens else None


def _tokens(cookie: str) -> list[tuple[str, int]]:
    return [(secret, owner) for secret, owner in _opened(cookie) or []]


def _opened(text: str) -> Any:
    """
    Return what was sealed, or None: anybody can write anything into a cookie, and SECRET_KEY may be
    another one.
    """
    try:
        return json.loads(encryption.unseal(text))
    except (encryption.OtherKey, ValueError):
        return None
