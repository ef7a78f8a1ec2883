"""
Signing in as an attempt with steps: what was proven so far, what is asked next, and the one way to
a session.

An attempt that passes all of its steps within one request is stored nowhere. One that has to wait
for its next step waits in a table, for the browser that began it, and is nobody's session.
"""

from datetime import timedelta
from enum import StrEnum

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.crypto import constant_time_compare, salted_hmac

from accounts.kernel import sessions
from accounts.kernel.actor import Actor
from accounts.kernel.errors import Conflict
from accounts.kernel.session_store import SessionStore, digest
from accounts.models import Method, SignInAttempt, User

LASTS = timedelta(minutes=10)
FIRST_PROOFS = {Method.PASSWORD, Method.TEMPORARY_PASSWORD, Method.LINK}


class Step(StrEnum):
    """What is asked of somebody on their way in, one after the other."""

    PASSWORD = "password"  # noqa: S105 - the name of a step
    OWN_PASSWORD = "own_password"  # noqa: S105 - in place of a temporary one, which others know


class AttemptOver(Conflict):
    """
    The attempt is not good for a session: done before, too old, or its account is not as it was.
    """

    code = "attempt_over"


def begin(user: User, method: str, *, next_path: str = "") -> SignInAttempt:
    """
    Return the attempt of `user`, who has just passed `method` (a Method); `next_path` is where they
    are going.
    """
    return SignInAttempt(
        user=user, auth_hash=_account_hash(user), methods=[method], next_path=next_path
    )


def next_step(attempt: SignInAttempt) -> Step | None:
    """Return the Step that the attempt waits for, or None where it can be completed."""
    return None if FIRST_PROOFS & set(attempt.methods) else Step.PASSWORD


def required_step(actor: Actor) -> Step | None:
    """Return the Step that somebody who is signed in must take before they go on, or None."""
    return Step.OWN_PASSWORD if actor.user and actor.user.must_change_password else None


def keep(attempt: SignInAttempt, store: SessionStore) -> None:
    """
    Have the attempt wait for its next step in the browser of `store`, whose session is nobody's
    from then on.

    The browser gets a new key, so that nobody who planted or copied its former one shares the
    attempt. What else waited there is over.
    """
    if store.session_key:
        SignInAttempt.objects.filter(browser=digest(store.session_key)).exclude(
            pk=attempt.pk
        ).delete()
    sessions.begin_anew(store)
    attempt.browser = digest(store.session_key or "")
    attempt.save()


def waiting(store: SessionStore) -> SignInAttempt | None:
    """Return the attempt that waits in the browser of `store`, or None."""
    return _alive().select_related("user").filter(browser=digest(store.session_key or "")).first()


def complete(attempt: SignInAttempt, user: User, *, actor: Actor, store: SessionStore) -> int:
    """
    Sign `user` in, in the browser of `store`, and return how many of their oldest sessions that
    ended.

    This is the only way to a session. The caller holds the lock on the row of `user` and has asked
    the policy.

    :raises AttemptOver: if a step is missing, the attempt waits in another browser or no more, or
        the account was deactivated or got another password since. The caller must undo what it did
        in the same transaction.
    """
    is_as_it_was = user.is_active and constant_time_compare(_account_hash(user), attempt.auth_hash)
    if next_step(attempt) or not is_as_it_was or not _taken(attempt, store):
        raise AttemptOver
    wanted = attempt.next_path if user.must_change_password else ""
    return sessions.start(store, user, actor=actor, methods=attempt.methods, next_path=wanted)


def delete_old() -> None:
    """Delete the attempts that nobody can complete any more."""
    SignInAttempt.objects.filter(started_at__lte=timezone.now() - LASTS).delete()


def end_everybodys() -> None:
    """End every attempt under way."""
    SignInAttempt.objects.all().delete()


def forget(user: User) -> None:
    """Delete the attempts of `user`."""
    SignInAttempt.objects.filter(user=user).delete()


def _alive() -> QuerySet[SignInAttempt]:
    return SignInAttempt.objects.filter(started_at__gt=timezone.now() - LASTS)


def _account_hash(user: User) -> str:
    """
    Return another value once the account got another password, or was deactivated and activated
    again.
    """
    value = f"{user.get_session_auth_hash()}:{user.activated_at}"
    return salted_hmac("accounts.sign_in.attempt", value, algorithm="sha256").hexdigest()


def _taken(attempt: SignInAttempt, store: SessionStore) -> bool:
    """
    Take an attempt away where it waits, and return whether it can be had: of two who complete it,
    one gets it.
    """
    if attempt.pk is None:
        return True
    return bool(_alive().filter(pk=attempt.pk, browser=digest(store.session_key or "")).delete()[0])
