"""
The only file that touches session rows, apart from the session store itself; and on which day
somebody was seen.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.crypto import constant_time_compare

from accounts.kernel import kept_forms
from accounts.kernel.actor import Actor
from accounts.kernel.session_store import SessionStore, digest
from accounts.models import Method, Session, User
from accounts.models.session import SessionQuerySet

BACKEND = "django.contrib.auth.backends.ModelBackend"
TOUCH_SECONDS = 60
MOST = 50  # devices of one person at once
# In the contents of a session, for the version before, which may serve the next request: gone with
# the next release.
OLD_TEMPORARY, OLD_NEXT = "knows_temporary_password", "next"


@dataclass(frozen=True)
class Facts:
    """What somebody's session knows of its sign-in; see the columns of `Session`."""

    authenticated_at: datetime
    methods: tuple[str, ...]
    elevated_until: datetime | None
    next_path: str


def facts(store: SessionStore) -> Facts:
    """
    Return the Facts of the session behind `store`, which is somebody's.

    The version before keeps what it knows in the session's contents and leaves the columns empty.
    """
    row = store.stored
    if row.authenticated_at is None:
        is_temporary = store.get(OLD_TEMPORARY)
        method = Method.TEMPORARY_PASSWORD if is_temporary else Method.PASSWORD
        return Facts(row.started_at, (method,), None, store.get(OLD_NEXT, ""))
    return Facts(row.authenticated_at, tuple(row.methods), row.elevated_until, row.next_path)


def start(
    store: SessionStore, user: User, *, actor: Actor, methods: Iterable[str], next_path: str = ""
) -> int:
    """
    Make `store` (the browser's session) a signed-in one of `user`, under a new key (OWASP ASVS 5.0,
    7.2.4).

    `methods` are the Methods that were just passed, `next_path` is where to go on to once nothing
    is required any more. Whatever the session held before is gone, see `begin_anew`. Of more than
    MOST sessions the oldest end: return how many did. The caller has locked the user's row, so that
    the count is right.
    """
    _empty(store)
    store[SESSION_KEY] = str(user.pk)
    store[BACKEND_SESSION_KEY] = BACKEND
    store[HASH_SESSION_KEY] = user.get_session_auth_hash()
    if Method.TEMPORARY_PASSWORD in methods:
        store[OLD_TEMPORARY], store[OLD_NEXT] = True, next_path
    proof = {"authenticated_at": timezone.now(), "methods": list(methods)}
    origin = {"address": actor.address, "user_agent": actor.user_agent}
    store.create(user=user, next_path=next_path, **proof, **origin)
    others = for_user(user).exclude(pk=store.stored.pk).order_by("-started_at", "-pk").values("pk")
    return Session.objects.filter(pk__in=others[MOST - 1 :]).delete()[0]


def begin_anew(store: SessionStore) -> None:
    """
    Make `store` a session of nobody, under a new key.

    What it held is gone, but for a form that came too late, which says itself whose it is.
    """
    _empty(store)
    store.create()


def last_owner(session_key: str) -> int | None:
    """
    Return the primary key of who had the session behind a cookie's value, also where it is past its
    limits.
    """
    return (
        Session.objects.filter(session_key=digest(session_key))
        .values_list("user_id", flat=True)
        .first()
    )


def user_of(store: SessionStore) -> User | None:
    """
    Return who is signed in with the session behind `store`, or None.

    It asks what Django's own `auth.get_user` does, but takes the row that was read with the
    session. A session of before the password was set is ended; one whose value was made with a
    former SECRET_KEY goes on with a new one.
    """
    if SESSION_KEY not in store or store.get(BACKEND_SESSION_KEY) != BACKEND:
        return None
    user = store.stored.user
    if user is None or store[SESSION_KEY] != str(user.pk) or not user.is_active:
        return None
    carried, wanted = store.get(HASH_SESSION_KEY) or "", user.get_session_auth_hash()
    if constant_time_compare(carried, wanted):
        return user
    if any(constant_time_compare(carried, old) for old in user.get_session_auth_fallback_hash()):
        store.cycle_key()
        store[HASH_SESSION_KEY] = wanted
        return user
    store.flush()
    return None


def touch(store: SessionStore, user: User) -> None:
    """
    Note that the browser was seen, one write in a minute at most, and that its `user` was, one in a
    day (UTC).
    """
    row, now = store.row, timezone.now()
    if user.last_active_on is None or user.last_active_on < now.date():
        user.last_active_on = now.date()
        earlier = Q(last_active_on=None) | Q(last_active_on__lt=user.last_active_on)
        User.objects.filter(earlier, pk=user.pk).update(last_active_on=user.last_active_on)
    seldom = min(
        timedelta(seconds=TOUCH_SECONDS), timedelta(minutes=settings.SESSION_IDLE_MINUTES) / 10
    )
    if row and now - row.last_seen_at >= seldom:
        Session.objects.filter(pk=row.pk).update(last_seen_at=now)


def for_user(user: User) -> SessionQuerySet:
    """Return the live sessions of `user`, the last seen first."""
    return Session.objects.alive().filter(user=user).order_by("-last_seen_at", "-started_at")


def count(user: User) -> int:
    """Return on how many devices `user` is signed in."""
    return for_user(user).count()


def is_going_on(store: SessionStore) -> bool:
    """
    Return whether the session behind `store` was not ended since it was read; it is locked, so that
    it is not before the end of the transaction.
    """
    row = store.row
    return bool(row and Session.objects.alive().select_for_update().filter(pk=row.pk).first())


def end(user: User, public_id: UUID) -> bool:
    """End one session of `user` and return whether there was such a one."""
    return bool(for_user(user).filter(public_id=public_id).delete()[0])


def end_all(user: User, *, keep: SessionStore | None = None) -> int:
    """
    End the sessions of `user` (but not the one behind the store `keep`) and return how many were
    alive.
    """
    rows = Session.objects.filter(user=user)
    if keep is not None and keep.row is not None:
        rows = rows.exclude(pk=keep.row.pk)
    alive = rows.alive().count()
    rows.delete()
    return alive


def end_of(users: QuerySet[User]) -> int:
    """End the sessions of every user of the queryset, and return how many were alive."""
    rows = Session.objects.filter(user__in=users)
    alive = rows.alive().count()
    rows.delete()
    return alive


def end_everybodys() -> None:
    """End every session there is, those of visitors included."""
    Session.objects.all().delete()


def delete_dead() -> int:
    """Delete the rows past their limits and return how many."""
    dead = Session.objects.exclude(pk__in=Session.objects.alive().values("pk"))
    return dead.delete()[0]


def _empty(store: SessionStore) -> None:
    kept_form = store.get(kept_forms.KEY)
    store.flush()
    if kept_form is not None:
        store[kept_forms.KEY] = kept_form
