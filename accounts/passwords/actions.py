"""Every way in which a password is set: by an Admin, by its owner, by a reset link."""

from collections.abc import Callable
from datetime import timedelta
from typing import Unpack

from django.conf import settings
from django.db import OperationalError
from django.utils import timezone

import accounts.sign_in.attempt
from accounts.kernel import audit, outbox, sessions, throttle
from accounts.kernel.actor import Actor
from accounts.kernel.change import change
from accounts.kernel.crypto import hashers, tokens
from accounts.kernel.decisions import Denial, Denied
from accounts.kernel.errors import Code, Invalid, LinkInvalid, NoSuchUser, NotPermitted
from accounts.kernel.policy import Permission
from accounts.kernel.queue import tasks
from accounts.kernel.session_store import SessionStore
from accounts.kernel.text import email_address, reasons
from accounts.kernel.text.reasons import Why
from accounts.models import Method, User
from accounts.models.audit_event import Outcome, Via
from accounts.passwords import mails, rules, temporary
from accounts.passwords.events import (
    ForcedChangeDone,
    PasswordChanged,
    PasswordResetByAdmin,
    PasswordResetByLink,
    PasswordResetRequested,
    RefusedBecause,
)
from accounts.passwords.temporary import Temporary
from accounts.users.subject import StaleChange

DELAYS = tuple(
    timedelta(seconds=seconds) for seconds in (10, 60, 300)
)  # where the database is busy or away


class OwnPasswordFault(Code):
    """What can be wrong with the passwords that a person types, beside the rules for all."""

    WRONG = "wrong_current_password"
    SAME = "password_as_before"
    GIVEN = "password_as_given"


def reset_by_admin(
    user: User,
    *,
    actor: Actor,
    new_password: str = "",
    expected_version: int | None = None,
    keep: Callable[[User, str, int], object] | None = None,
    **why: Unpack[Why],
) -> tuple[User, str, int]:
    """
    Give `user` a temporary password and end all their sessions.

    Without `new_password` one is generated. Return the User, the password, which is kept nowhere
    and must be shown once, and the number of devices that were signed out. The user must choose
    their own next. `keep(user, password, ended)` is called in the same transaction.

    :raises Invalid: if a typed password breaks a rule.
    :raises TooManyTries: if the Admin resets without end.
    :raises NoSuchUser, NotPermitted, StaleChange: see `change`.
    """
    if actor.user_id:
        throttle.RESET_BY_ADMIN.hit(actor.user_id)
    if new_password:
        rules.check(new_password, user)
    new = prepare_temporary(user, new_password)
    changed, ended = give_temporary(
        user.pk, new, actor=actor, expected_version=expected_version, keep=keep, **why
    )
    return changed, new.password, ended


def prepare_temporary(user: User, password: str = "") -> Temporary:
    """
    Do what is slow and changes nothing: return a Temporary, generated unless a password is given.
    """
    return temporary.prepare(user, password)


def give_temporary(
    user_id: int,
    new: Temporary,
    *,
    actor: Actor,
    expected_version: int | None = None,
    keep: Callable[[User, str, int], object] | None = None,
    **why: Unpack[Why],
) -> tuple[User, int]:
    """
    Give the user a Temporary; return the User and how many devices were signed out. See
    `reset_by_admin`.
    """
    with change(
        User, user_id, actor=actor, permission=Permission.RESET_PASSWORD, expected=expected_version
    ) as current:
        user = current.subject
        new.give(user, by=current.actor.user)
        ended = sessions.end_all(user)
        reason, hours = why.get("reason", ""), settings.TEMPORARY_PASSWORD_HOURS
        said = reasons.for_audit(reason)
        current.record(PasswordResetByAdmin(sessions_ended=ended, hours=hours, reason=said))
        told = reasons.for_mail(reason, why.get("tell_reason", False))
        current.after_entry(
            lambda entry: mails.PasswordWasReset(event=entry.pk, reason=told).queue(
                user, by=current.actor
            )
        )
        if keep:
            keep(user, new.password, ended)
    return user, ended


def send_link(user_id: int, *, actor: Actor, reason: str = "", tell_reason: bool = False) -> None:
    """
    Take the user's password away, end all their sessions, and mail a link with which they choose a
    new one.

    No temporary password comes to be, and nobody but the user learns the new one. Where the mail is
    late or lost, "Forgot Password?" sends another link.

    :raises MailIsOff: if no link would arrive.
    :raises NoSuchUser, NotPermitted: see `change`.
    """
    with change(User, user_id, actor=actor, permission=Permission.RESET_PASSWORD) as current:
        user = current.subject
        outbox.require_on()
        user.revoke_password_with_link(by=current.actor.user)
        ended = sessions.end_all(user)
        said = reasons.for_audit(reason)
        current.record(PasswordResetByAdmin(sessions_ended=ended, by_link=True, reason=said))
        told = reasons.for_mail(reason, tell_reason)
        current.after_entry(
            lambda entry: mails.PasswordWasResetWithALink(event=entry.pk, reason=told).queue(
                user, by=current.actor
            )
        )


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
    password_hash = _hash_of_new(user, new_password)
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


def request_reset_link(typed_address: str, *, actor: Actor) -> None:
    """
    Take a request for a reset link. Whoever asks, the same is done here; the worker does the rest.

    :raises TooManyTries: if the network asks without end. An address that is asked for too often
        gets no more mails, which nobody is told.
    """
    throttle.LINK_BY_NETWORK.hit(actor.address)
    email: str | None = email_address.find(typed_address)
    try:
        throttle.mail_asked_for(throttle.account(typed_address), throttle.LINK_BY_ACCOUNT)
    except throttle.TooManyMails:
        email = None
    issue_reset_link.enqueue(email=email, address=actor.address, user_agent=actor.user_agent)


@tasks.task(delays=DELAYS)
def issue_reset_link(*, email: str | None, address: str | None, user_agent: str) -> None:
    """
    Make a new reset link for whoever has this canonical address, and queue its mail; older links
    die.

    None stands for an address that was asked for too often: it takes its place in the queue, so
    that nobody can tell by the time of the answer, and that is all.

    :raises TryAgain: if the database is busy or away; nothing is done then.
    """
    if email is None:
        return
    try:
        _issue(email, Actor.visitor(address=address, user_agent=user_agent, via=Via.WORKER))
    except OperationalError as error:
        raise tasks.TryAgain from error


def _issue(email: str, actor: Actor) -> None:
    user = User.objects.by_email(email)
    try:
        if user is None:
            raise NoSuchUser
        _issue_to(user, actor)
    except NoSuchUser:
        unknown = audit.pseudonym(email)
        refused = PasswordResetRequested(reason=RefusedBecause.UNKNOWN, unknown_address=unknown)
        _record_refused(refused, actor, None)


def reset_by_link(user: User | None, token: str, *, actor: Actor, new_password: str) -> None:
    """
    Set the password that the holder of a reset link chose; end all sessions of the account. Signs
    nobody in.

    :raises LinkInvalid: if the link is not alive, `user` may be None then.
    :raises Invalid: if the password breaks a rule; the link stays good.
    """
    user = require_live_link(user, token)
    password_hash = _hash_of_new(user, new_password)
    # Whoever else may be signed in with this browser: the link is what opens the account.
    actor = actor.as_visitor()
    try:
        with change(User, user.pk, actor=actor, permission=Permission.USE_RESET_LINK) as current:
            require_live_link(current.subject, token)
            current.subject.set_own_password(password_hash)
            current.subject.email_unverified_since = (
                None  # the link came by a mail to this very address
            )
            current.record(PasswordResetByLink(sessions_ended=sessions.end_all(current.subject)))
            mails.PasswordWasChanged(how="link").queue(current.subject)
    except (NotPermitted, NoSuchUser) as error:
        raise LinkInvalid(tokens.LinkState.DEAD) from error


def require_live_link(user: User | None, token: str) -> User:
    """
    Let a live link pass, and return the user whose it is; looking at it uses nothing up.

    :raises LinkInvalid: otherwise.
    """
    state = tokens.state(user, token)
    if user is None or state is not tokens.LinkState.LIVE:
        raise LinkInvalid(state)
    return user


def _issue_to(user: User, actor: Actor) -> None:
    try:
        with change(User, user.pk, actor=actor, permission=Permission.USE_RESET_LINK) as current:
            current.subject.reset_link_at = timezone.now()
            current.record(PasswordResetRequested())
            mails.ResetLink().queue(current.subject)
    except NotPermitted:
        reason = (
            RefusedBecause.ADDRESS_NOT_ACCEPTED if user.is_active else RefusedBecause.DEACTIVATED
        )
        _record_refused(PasswordResetRequested(reason=reason), actor, user)


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


def _hash_of_new(user: User, new_password: str) -> str:
    try:
        rules.check(new_password, user)
        if _is_the_same(user, new_password):
            raise Invalid(
                OwnPasswordFault.GIVEN if user.must_change_password else OwnPasswordFault.SAME
            )
    except Invalid as fault:
        raise fault.about("new_password") from fault
    return hashers.make(new_password)


def _is_the_same(user: User, password: str) -> bool:
    """
    Return whether that is the password now; of a temporary one, which others know, in whatever
    dress.
    """
    if user.must_change_password:
        return temporary.is_given_to(user, password)
    return hashers.matches(password, user.password)


def _record_refused(event: PasswordResetRequested, actor: Actor, target: User | None) -> None:
    audit.record(event, actor=actor, target=target, outcome=Outcome.REFUSED)
