"""Signing in and out."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import NoReturn

from django.utils import timezone

import accounts.passwords.temporary
from accounts.kernel import audit, throttle
from accounts.kernel.actor import Actor
from accounts.kernel.change import change
from accounts.kernel.crypto import hashers
from accounts.kernel.crypto.slots import Rank
from accounts.kernel.errors import Invalid, NoSuchUser, NotPermitted
from accounts.kernel.policy import Permission
from accounts.kernel.session_store import SessionStore
from accounts.models import Method, SignInAttempt, User
from accounts.models.audit_event import Outcome
from accounts.sign_in import attempt, known_networks
from accounts.sign_in.attempt import AttemptOver, Step
from accounts.sign_in.events import FailedBecause, SignedIn, SignedOut, SignInFailed


class WrongCredentials(Invalid):
    """Unknown address, deactivated account or wrong password: nobody is told which."""

    code = "wrong_credentials"


def sign_in(
    email: str, password: str, *, actor: Actor, session: SessionStore, next_path: str = ""
) -> Step | None:
    """
    Take the visitor `actor` through the first step; return the Step that comes next, or None: they
    are signed in.

    `session` is the browser's session store; `next_path` is kept for somebody of whom something is
    required first.

    :raises TooManyTries: before the password is looked at, or after one success too many of the
    account.
    :raises WrongCredentials: whatever of it is wrong.
    :raises TemporaryPasswordExpired: only for somebody who knows that password.
    """
    user = User.objects.by_email(email)
    password = accounts.passwords.temporary.as_stored(password, user)
    with _crossing_recorded(email, actor):
        correct = _compare(email, password, user, actor)
    if not (user and correct and user.is_active):
        reason = _what_is_wrong(user, correct)
        _fail(WrongCredentials, email, user, actor, reason=reason)
    if user.has_expired_temporary_password:
        _fail(
            accounts.passwords.temporary.TemporaryPasswordExpired,
            email,
            user,
            actor,
            reason=FailedBecause.TEMPORARY_PASSWORD_EXPIRED,
        )
    with _crossing_recorded(email, actor):
        throttle.SIGN_INS_OF_ACCOUNT.hit(user.pk)
    method = Method.TEMPORARY_PASSWORD if user.must_change_password else Method.PASSWORD
    begun = attempt.begin(user, method, next_path=next_path)
    new_hash = hashers.make(password) if hashers.is_outdated(user.password) else ""
    return go_on(begun, actor=actor, session=session, new_hash=new_hash)


def go_on(
    begun: SignInAttempt, *, actor: Actor, session: SessionStore, new_hash: str = ""
) -> Step | None:
    """
    Lead an attempt on: return the Step that it waits for in this browser, or None where it is
    complete.

    `new_hash` is one of the same password, where the stored one was made at another cost.

    :raises WrongCredentials: if the attempt is over, or its account is not as it was.
    """
    if step := attempt.next_step(begun):
        attempt.keep(begun, session)
        return step
    try:
        _complete(begun, actor=actor, session=session, new_hash=new_hash)
    except (NotPermitted, NoSuchUser, AttemptOver):
        accepted = actor.organization.accepts(begun.user.email)
        reason = FailedBecause.CHANGED_MEANWHILE if accepted else FailedBecause.ADDRESS_NOT_ACCEPTED
        _fail(WrongCredentials, begun.user.email, begun.user, actor, reason=reason)
    throttle.sign_in_succeeded(begun.user.email, actor.address)
    return None


def sign_out(*, actor: Actor, session: SessionStore) -> None:
    """End the session that this browser is signed in with."""
    with change(
        User, actor.user_id, actor=actor, permission=Permission.END_OWN_SESSIONS
    ) as current:
        current.record(SignedOut())
        session.flush()


def _complete(begun: SignInAttempt, *, actor: Actor, session: SessionStore, new_hash: str) -> None:
    signing_in = actor.as_user(begun.user)
    with change(User, begun.user_id, actor=signing_in, permission=Permission.SIGN_IN) as current:
        user = current.subject
        ended = attempt.complete(begun, user, actor=current.actor, store=session)
        current.actor = current.actor.in_session(session.stored)
        if new_hash:
            user.password = new_hash
        user.last_sign_in_at = timezone.now()
        known_networks.note(user, actor.address)
        must_change = user.must_change_password
        current.record(
            SignedIn(oldest_sessions_ended=ended or None, temporary_password=must_change)
        )


def _compare(email: str, password: str, user: User | None, actor: Actor) -> bool:
    """
    Return whether `password` is right for `user` (or None, for the sake of the time that it takes).

    Past a limit only the right password of somebody who has signed in from there before counts. The
    others are answered alike, and after the same work where there is room for it, so that nobody
    learns who that is.

    :raises TooManyTries: for the others.
    """
    crossed = throttle.sign_in(email, actor.address)
    is_known = known_networks.knows(email, actor.address)
    rank = Rank.KNOWN if is_known else Rank.REFUSED if crossed else Rank.STRANGER
    try:
        with hashers.waiting_as(rank):
            correct = hashers.matches(password, user.password if user else "")
    except hashers.HashingIsBusy as busy:
        raise (crossed or busy) from None
    if crossed and not (is_known and correct and user and user.is_active):
        raise crossed
    return correct


@contextmanager
def _crossing_recorded(email: str, actor: Actor) -> Iterator[None]:
    """Record the try that crosses a limit, and none of those behind it."""
    try:
        yield
    except throttle.TooManyTries as crossed:
        if crossed.first:
            user = User.objects.by_email(email)
            _record_failure(email, user, actor, reason=FailedBecause.TOO_MANY_TRIES)
        raise


def _what_is_wrong(user: User | None, correct: bool) -> FailedBecause:
    if user is None:
        return FailedBecause.UNKNOWN
    return FailedBecause.DEACTIVATED if correct else FailedBecause.WRONG_PASSWORD


def _fail(
    error: type[Invalid], email: str, user: User | None, actor: Actor, *, reason: FailedBecause
) -> NoReturn:
    throttle.sign_in_failed(actor.address)
    _record_failure(email, user, actor, reason=reason)
    raise error


def _record_failure(email: str, user: User | None, actor: Actor, *, reason: FailedBecause) -> None:
    event = SignInFailed(reason=reason, unknown_address=None if user else audit.pseudonym(email))
    audit.record(event, actor=actor, target=user, outcome=Outcome.FAILED)
