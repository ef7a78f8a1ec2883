"""Reading where somebody is signed in."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from ua_parser import parse

from accounts.kernel import paging, policy, sessions
from accounts.kernel.actor import Actor
from accounts.kernel.paging import Slice
from accounts.kernel.policy import Permission
from accounts.kernel.session_store import SessionStore
from accounts.models import Session, User

PAGE_SIZE = 20
LATEST = 3
KEYS = (
    paging.moment_key("last_seen_at", descending=True),
    paging.uuid_key("public_id", descending=True),
)


@dataclass(frozen=True)
class Device:
    """A signed-in browser, as its owner sees it."""

    id: UUID
    browser: str
    system: str
    address: str | None
    started_at: datetime
    last_seen_at: datetime
    is_this: bool


def devices(cursor: str = "", *, actor: Actor, session: SessionStore) -> Slice[Device]:
    """
    Return a Slice of the acting user's devices, the last seen first; the one behind `session`
    begins the first page.

    :raises NotACursor: if `cursor` is none.
    """
    policy.require(actor, Permission.END_OWN_SESSIONS, actor.user)
    this = session.stored
    part = paging.take(sessions.for_user(actor.person).exclude(pk=this.pk), KEYS, cursor, PAGE_SIZE)
    others = [_device(row, is_this=False) for row in part.rows]
    own = [] if part.previous else [_device(this, is_this=True)]
    return Slice([*own, *others], part.first, part.previous, part.next, part.last)


def devices_of(user: User, cursor: str = "", *, actor: Actor) -> Slice[Device]:
    """
    Return a Slice of the devices that `user` is signed in on, the last seen first.

    :raises NotACursor: if `cursor` is none.
    """
    policy.require(actor, Permission.SEE_USERS, user)
    part = paging.take(sessions.for_user(user), KEYS, cursor, PAGE_SIZE)
    rows = [_device(row, is_this=False) for row in part.rows]
    return Slice(rows, part.first, part.previous, part.next, part.last)


def latest_of(user: User, *, actor: Actor) -> tuple[int, list[Device]]:
    """Return on how many devices `user` is signed in, and the LATEST of them."""
    policy.require(actor, Permission.SEE_USERS, user)
    # One question for both: nobody has more than `sessions.MOST`.
    rows = list(sessions.for_user(user))
    return len(rows), [_device(row, is_this=False) for row in rows[:LATEST]]


def count(user: User, *, actor: Actor) -> int:
    """Return on how many devices `user` is signed in."""
    policy.require(actor, Permission.SEE_USERS, user)
    return sessions.count(user)


def browser_and_system(user_agent: str) -> tuple[str, str]:
    """
    Return what a User-Agent header names, as two texts, "" for what it does not; anything may stand
    in it.
    """
    agent = parse(user_agent)
    browser = (
        " ".join(filter(None, (agent.user_agent.family, agent.user_agent.major)))
        if agent.user_agent
        else ""
    )
    system = agent.os.family if agent.os else ""
    return browser, system


def _device(row: Session, *, is_this: bool) -> Device:
    browser, system = browser_and_system(row.user_agent)
    return Device(
        row.public_id, browser, system, row.address, row.started_at, row.last_seen_at, is_this
    )
