"""Signing out devices: one's own, and as an Admin those of others."""

import uuid
from contextlib import AbstractContextManager
from typing import Any

from accounts.devices.events import SessionRevoked
from accounts.kernel import sessions
from accounts.kernel.actor import Actor
from accounts.kernel.change import change
from accounts.kernel.policy import Permission
from accounts.kernel.session_store import SessionStore
from accounts.models import User


def end(public_id: uuid.UUID, *, actor: Actor) -> bool:
    """Sign out one device of the acting user; return whether there was such a one."""
    with _own_change(actor) as current:
        is_ended = sessions.end(current.subject, public_id)
        if is_ended:
            current.record(SessionRevoked(sessions_ended=1))
    return is_ended


def end_others(*, actor: Actor, session: SessionStore) -> int:
    """Sign out every device of the acting user but the one behind `session`; return how many."""
    with _own_change(actor) as current:
        ended = sessions.end_all(current.subject, keep=session)
        if ended:
            current.record(SessionRevoked(sessions_ended=ended))
    return ended


def end_of(user_id: int, public_id: uuid.UUID, *, actor: Actor) -> bool:
    """
    Sign another user out of one device; return whether there was such a one.

    :raises NoSuchUser, NotPermitted: see `change`.
    """
    with _change_of(user_id, actor) as current:
        is_ended = sessions.end(current.subject, public_id)
        if is_ended:
            current.record(SessionRevoked(sessions_ended=1))
    return is_ended


def end_all_of(user_id: int, *, actor: Actor) -> int:
    """
    Sign another user out everywhere; return of how many devices.

    :raises NoSuchUser, NotPermitted: see `change`.
    """
    with _change_of(user_id, actor) as current:
        ended = sessions.end_all(current.subject)
        if ended:
            current.record(SessionRevoked(sessions_ended=ended))
    return ended


def _change_of(user_id: int, actor: Actor) -> AbstractContextManager[Any]:
    return change(User, user_id, actor=actor, permission=Permission.END_SESSIONS)


def _own_change(actor: Actor) -> AbstractContextManager[Any]:
    return change(User, actor.user_id, actor=actor, permission=Permission.END_OWN_SESSIONS)
