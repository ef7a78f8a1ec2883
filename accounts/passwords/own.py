"""A password that its owner chooses: what is asked of it, and how they change it themselves."""

import accounts.sign_in.attempt
from accounts.kernel import sessions, throttle
from accounts.kernel.actor import Actor
from accounts.kernel.change import change
from accounts.kernel.crypto import hashers
from accounts.kernel.decisions import Denial, Denied
from accounts.kernel.errors import Code, Invalid, NotPermitted
from accounts.kernel.policy import Permission
from accounts.kernel.session_store import SessionStore
from accounts.models import Method, User
from accounts.passwords import mails, rules, temporary
from accounts.passwords.events import ForcedChangeDone, PasswordChanged
from accounts.users.subject import StaleChange


class OwnPasswordFault(Code):
    """What can be wrong with the passwords that a person types, beside the rules for all."""

    WRONG = "wrong_current_password"
    SAME = "password_as_before"
    GIVEN = "password_as_given"


def change_own(
    *, actor: Actor, session: SessionStore, current_password: str, new_password: str
) -> None:
    """
    Set the password that the acting user chose, by choice or because they must; sign out their
    other devices.

    The current password is asked for, but not of a session that has just signed in with the
    temporary one.

    :raises Invalid: each with its field, if a password is wrong or breaks a rule.
    :raises TooManyTries: after too many wrong current passwords.
    :raises TemporaryPasswordExpired: if what they must replace is past its end.
    :raises StaleChange: if somebody else set the password meanwhile.
    :raises NotPermitted: if the session was ended meanwhile.
    """
    user = actor.person
    if needs_current_password(user, session):
        _check_current(user, current_password)
    password_hash = hash_of_new(user, new_password)
    with change(User, user.pk, actor=actor, permission=Permission.CHANGE_OWN_PASSWORD) as current:
        if current.subject.password != user.password:
            raise StaleChange(current.subject)
        _require_still_in(current.subject, session)
        current.subject.set_own_password(password_hash)
        ended = sessions.end_all(current.subject, keep=session)
        if user.must_change_password:
            how = "forced"
            current.record(ForcedChangeDone(other_sessions_ended=ended))
        else:
            how = "changed"
            current.record(PasswordChanged(other_sessions_ended=ended))
        mails.PasswordWasChanged(how=how).queue(current.subject)
        begun = accounts.sign_in.attempt.begin(current.subject, Method.PASSWORD)
        accounts.sign_in.attempt.complete(begun, current.subject, actor=actor, store=session)


def needs_current_password(user: User, session: SessionStore) -> bool:
    """Return whether a change from this session must prove who is sitting there."""
    return not (
        user.must_change_password and Method.TEMPORARY_PASSWORD in sessions.facts(session).methods
    )


def hash_of_new(user: User, new_password: str) -> str:
    """
    Check a password that `user` chose for themselves, and return its hash. Slow: it hashes.

    :raises Invalid: about `new_password`, if it breaks a rule or is the one they have.
    """
    try:
        rules.check(new_password, user)
        if _is_the_same(user, new_password):
            raise Invalid(
                OwnPasswordFault.GIVEN if user.must_change_password else OwnPasswordFault.SAME
            )
    except Invalid as fault:
        raise fault.about("new_password") from fault
    return hashers.make(new_password)


def _require_still_in(user: User, session: SessionStore) -> None:
    """Let pass whom nobody has signed out, or locked out, while the new password was hashed."""
    if not sessions.is_going_on(session):
        raise NotPermitted(Denied(Denial.SIGN_IN_FIRST, Permission.CHANGE_OWN_PASSWORD))
    if user.has_expired_temporary_password:
        raise temporary.TemporaryPasswordExpired


def _check_current(user: User, password: str) -> None:
    throttle.CURRENT_PASSWORD.hit(user.pk)
    if not hashers.matches(temporary.as_stored(password, user), user.password):
        raise Invalid(OwnPasswordFault.WRONG, "current_password")


def _is_the_same(user: User, password: str) -> bool:
    """
    Return whether that is the password now; of a temporary one, which others know, in whatever
    dress.
    """
    if user.must_change_password:
        return temporary.is_given_to(user, password)
    return hashers.matches(password, user.password)
