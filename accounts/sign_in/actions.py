"""Signing in and out."""

from contextlib import contextmanager

from django.utils import timezone

import accounts.passwords.temporary
from accounts.kernel import audit, sessions, throttle
from accounts.kernel.actor import Actor
from accounts.kernel.audit import Action
from accounts.kernel.change import NoSuchUser, account_change
from accounts.kernel.crypto import hashers
from accounts.kernel.crypto.slots import Rank
from accounts.kernel.errors import Invalid
from accounts.kernel.policy import NotPermitted, Permission
from accounts.models import User
from accounts.models.audit_event import Outcome
from accounts.sign_in import known_networks


class WrongCredentials(Invalid):
    """Unknown address, deactivated account or wrong password: nobody is told which."""

    code = "wrong_credentials"


class TemporaryPasswordExpired(Invalid):
    """The temporary password was right but is past its end."""

    code = "temporary_password_expired"


def sign_in(email, password, *, actor, session, next_path=""):
    """
    Sign the visitor `actor` in and return the User.

    `session` is the browser's session store; `next_path` is kept in it for somebody who must choose a password first.

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
    try:
        user = _start_session(user, password, actor=actor, session=session, next_path=next_path)
    except (NotPermitted, NoSuchUser):
        accepted = actor.organization.accepts(user.email)
        reason = "changed_meanwhile" if accepted else "address_not_accepted"
        _fail(WrongCredentials, email, user, actor, reason=reason)
    throttle.sign_in_succeeded(email, actor.address)
    return user


def sign_out(*, actor, session):
    """End the session that this browser is signed in with."""
    with account_change(
        actor.user_id,
        actor=actor,
        permission=Permission.END_OWN_SESSIONS,
        action=Action.SESSION_SIGNED_OUT,
    ):
        session.flush()


def _start_session(user, password, *, actor, session, next_path):
    new_hash = hashers.make(password) if hashers.is_outdated(user.password) else ""
    known = user.password
    actor = Actor.signed_in(user, address=actor.address, user_agent=actor.user_agent)
    with account_change(
        user.pk, actor=actor, permission=Permission.SIGN_IN, action=Action.SESSION_SIGNED_IN
    ) as change:
        if change.user.password != known:
            # Somebody set another password while ours was being compared.
            raise NotPermitted(Permission.SIGN_IN, "", change.user)
        if new_hash:
            change.user.password = new_hash
        change.user.last_sign_in_at = timezone.now()
        contents = (
            {"next": next_path, "knows_temporary_password": True}
            if change.user.must_change_password
            else {}
        )
        if ended := sessions.start(session, change.user, actor=actor, **contents):
            change.details["oldest_sessions_ended"] = ended
        known_networks.note(change.user, actor.address)
        change.details["temporary_password"] = change.user.must_change_password
    return change.user


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
