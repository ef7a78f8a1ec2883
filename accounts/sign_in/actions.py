"""Signing in and out."""

from contextlib import contextmanager

from django.utils import timezone

import accounts.passwords.temporary
from accounts.kernel import audit, throttle
from accounts.kernel.actor import Actor
from accounts.kernel.audit import Action
from accounts.kernel.change import NoSuchUser, account_change
from accounts.kernel.crypto import hashers
from accounts.kernel.crypto.slots import Rank
from accounts.kernel.errors import Invalid, NotPermitted
from accounts.kernel.policy import Permission
from accounts.models import Method, User
from accounts.models.audit_event import Outcome
from accounts.sign_in import attempt, known_networks
from accounts.sign_in.attempt import AttemptOver


class WrongCredentials(Invalid):
    """Unknown address, deactivated account or wrong password: nobody is told which."""

    code = "wrong_credentials"


class TemporaryPasswordExpired(Invalid):
    """The temporary password was right but is past its end."""

    code = "temporary_password_expired"


def sign_in(email, password, *, actor, session, next_path=""):
    """
    Take the visitor `actor` through the first step; return the Step that comes next, or None: they are signed in.

    `session` is the browser's session store; `next_path` is kept for somebody of whom something is required first.

    :raises TooManyTries: before the password is looked at, or after one success too many of the account.
    :raises WrongCredentials: whatever of it is wrong.
    :raises TemporaryPasswordExpired: only for somebody who knows that password.
    """
    user = User.objects.by_email(email)
    password = accounts.passwords.temporary.as_stored(password, user)
    with _crossing_recorded(email, actor):
        correct = _compare(email, password, user, actor)
    if not (user and correct and user.is_active):
        reason = "unknown" if user is None else "wrong_password" if not correct else "deactivated"
        _fail(WrongCredentials, email, user, actor, reason=reason)
    if user.has_expired_temporary_password:
        _fail(TemporaryPasswordExpired, email, user, actor, reason="temporary_password_expired")
    with _crossing_recorded(email, actor):
        throttle.SIGN_INS_OF_ACCOUNT.hit(user.pk)
    method = Method.TEMPORARY_PASSWORD if user.must_change_password else Method.PASSWORD
    begun = attempt.begin(user, method, next_path=next_path)
    new_hash = hashers.make(password) if hashers.is_outdated(user.password) else ""
    return go_on(begun, actor=actor, session=session, new_hash=new_hash)


def go_on(begun, *, actor, session, new_hash=""):
    """
    Lead an attempt on: return the Step that it waits for in this browser, or None where it is complete.

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
        reason = "changed_meanwhile" if accepted else "address_not_accepted"
        _fail(WrongCredentials, begun.user.email, begun.user, actor, reason=reason)
    throttle.sign_in_succeeded(begun.user.email, actor.address)
    return None


def sign_out(*, actor, session):
    """End the session that this browser is signed in with."""
    with account_change(
        actor.user_id,
        actor=actor,
        permission=Permission.END_OWN_SESSIONS,
        action=Action.SESSION_SIGNED_OUT,
    ):
        session.flush()


def _complete(begun, *, actor, session, new_hash):
    actor = Actor.signed_in(begun.user, address=actor.address, user_agent=actor.user_agent)
    with account_change(
        begun.user_id, actor=actor, permission=Permission.SIGN_IN, action=Action.SESSION_SIGNED_IN
    ) as change:
        if ended := attempt.complete(begun, change.user, actor=actor, store=session):
            change.details["oldest_sessions_ended"] = ended
        if new_hash:
            change.user.password = new_hash
        change.user.last_sign_in_at = timezone.now()
        known_networks.note(change.user, actor.address)
        change.details["temporary_password"] = change.user.must_change_password


def _compare(email, password, user, actor):
    """
    Return whether `password` is right for `user` (or None, for the sake of the time that it takes).

    Past a limit only the right password of somebody who has signed in from there before counts. The others are
    answered alike, and after the same work where there is room for it, so that nobody learns who that is.

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
    if crossed and not (is_known and correct and user.is_active):
        raise crossed
    return correct


@contextmanager
def _crossing_recorded(email, actor):
    """Record the try that crosses a limit, and none of those behind it."""
    try:
        yield
    except throttle.TooManyTries as crossed:
        if crossed.first:
            user = User.objects.by_email(email)
            _record_failure(email, user, actor, reason="too_many_tries")
        raise


def _fail(error, email, user, actor, *, reason):
    throttle.sign_in_failed(actor.address)
    _record_failure(email, user, actor, reason=reason)
    raise error


def _record_failure(email, user, actor, **details):
    if user is None:
        details["unknown_address"] = audit.pseudonym(email)
    audit.record(
        Action.SESSION_SIGN_IN_FAILED, actor=actor, target=user, outcome=Outcome.FAILED, **details
    )
