"""Every way in which a password is set: by an Admin, by its owner, by a reset link."""

from django.conf import settings
from django.utils import timezone

import accounts.sign_in.attempt
from accounts.kernel import audit, outbox, sessions, throttle
from accounts.kernel.actor import Actor
from accounts.kernel.change import change
from accounts.kernel.crypto import hashers, tokens
from accounts.kernel.errors import Code, Invalid, LinkInvalid, NoSuchUser, NotPermitted
from accounts.kernel.policy import Permission
from accounts.kernel.queue import tasks
from accounts.kernel.text import email_address, reasons
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
from accounts.users.subject import StaleChange


class OwnPasswordFault(Code):
    """What can be wrong with the passwords that a person types, beside the rules for all."""

    WRONG = "wrong_current_password"
    SAME = "password_as_before"
    GIVEN = "password_as_given"


def reset_by_admin(user, *, actor, new_password="", expected_version=None, keep=None, **why):
    """
    Give `user` a temporary password and end all their sessions.

    Without `new_password` one is generated. Return the User, the password, which is kept nowhere
    and must be shown once, and the number of devices that were signed out. The user must choose
    their own next. `why` may be a `reason`, which goes into the audit trail, and whether to
    `tell_reason` in the mail to the user. `keep(user, password, ended)` is called in the same
    transaction.

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


def prepare_temporary(user, password=""):
    """
    Do what is slow and changes nothing: return a Temporary, generated unless a password is given.
    """
    return temporary.prepare(user, password)


def give_temporary(user_id, new, *, actor, expected_version=None, keep=None, **why):
    """
    Give the user a Temporary; return the User and how many devices were signed out. See
    `reset_by_admin`.
    """
    resetting = {"permission": Permission.RESET_PASSWORD, "expected": expected_version}
    with change(User, user_id, actor=actor, **resetting) as current:
        user = current.subject
        new.give(user, by=current.actor.user)
        ended = sessions.end_all(user)
        facts = {"sessions_ended": ended, "hours": settings.TEMPORARY_PASSWORD_HOURS}
        current.record(PasswordResetByAdmin(**facts, **reasons.for_audit(why.get("reason", ""))))
        told = reasons.for_mail(why.get("reason", ""), why.get("tell_reason", False))
        current.after(
            lambda entry: mails.PasswordWasReset(event=entry.pk, reason=told).queue(
                user, by=current.actor
            )
        )
        if keep:
            keep(user, new.password, ended)
    return user, ended


def send_link(user_id, *, actor, reason="", tell_reason=False):
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
        current.record(
            PasswordResetByAdmin(sessions_ended=ended, by_link=True, **reasons.for_audit(reason))
        )
        told = reasons.for_mail(reason, tell_reason)
        current.after(
            lambda entry: mails.PasswordWasResetWithALink(event=entry.pk, reason=told).queue(
                user, by=current.actor
            )
        )


def change_own(*, actor, session, current_password, new_password):
    """
    Set the password that the acting user chose, by choice or because they must; sign out their
    other devices.

    The current password is asked for, but not of a session that has just signed in with the
    temporary one.

    :raises Invalid: each with its field, if a password is wrong or breaks a rule.
    :raises TooManyTries: after too many wrong current passwords.
    :raises StaleChange: if somebody else set the password meanwhile.
    """
    user = actor.user
    if needs_current_password(user, session):
        _check_current(user, current_password)
    password_hash = _hash_of_new(user, new_password)
    event, how = (
        (ForcedChangeDone, "forced") if user.must_change_password else (PasswordChanged, "changed")
    )
    with change(User, user.pk, actor=actor, permission=Permission.CHANGE_OWN_PASSWORD) as current:
        if current.subject.password != user.password:
            raise StaleChange(current.subject)
        current.subject.set_own_password(password_hash)
        current.record(event(other_sessions_ended=sessions.end_all(current.subject, keep=session)))
        mails.PasswordWasChanged(how=how).queue(current.subject)
        begun = accounts.sign_in.attempt.begin(current.subject, Method.PASSWORD)
        accounts.sign_in.attempt.complete(begun, current.subject, actor=actor, store=session)


def needs_current_password(user, session):
    """Return whether a change from this session must prove who is sitting there."""
    return not (
        user.must_change_password and Method.TEMPORARY_PASSWORD in sessions.facts(session).methods
    )


def request_reset_link(typed_address, *, actor):
    """
    Take a request for a reset link. Whoever asks, the same is done here; the worker does the rest.

    :raises TooManyTries: if the network asks without end. An address that is asked for too often
        gets no more mails, which nobody is told.
    """
    throttle.LINK_BY_NETWORK.hit(actor.address)
    email = email_address.find(typed_address)
    try:
        throttle.mail_asked_for(throttle.account(typed_address), throttle.LINK_BY_ACCOUNT)
    except throttle.TooManyMails:
        email = None
    issue_reset_link.enqueue(email=email, address=actor.address, user_agent=actor.user_agent)


@tasks.task()
def issue_reset_link(*, email, address, user_agent):
    """
    Make a new reset link for whoever has this canonical address, and queue its mail; older links
    die.

    None stands for an address that was asked for too often: it takes its place in the queue, so
    that nobody can tell by the time of the answer, and that is all.
    """
    if email is None:
        return
    actor = Actor.visitor(address=address, user_agent=user_agent, via=Via.WORKER)
    user = User.objects.by_email(email)
    try:
        if user is None:
            raise NoSuchUser
        with change(User, user.pk, actor=actor, permission=Permission.USE_RESET_LINK) as current:
            current.subject.reset_link_at = timezone.now()
            current.record(PasswordResetRequested())
            mails.ResetLink().queue(current.subject)
    except NotPermitted:
        reason = (
            RefusedBecause.ADDRESS_NOT_ACCEPTED if user.is_active else RefusedBecause.DEACTIVATED
        )
        _record_refused(PasswordResetRequested(reason=reason), actor, user)
    except NoSuchUser:
        unknown = {"reason": RefusedBecause.UNKNOWN, "unknown_address": audit.pseudonym(email)}
        _record_refused(PasswordResetRequested(**unknown), actor, None)


def reset_by_link(user, token, *, actor, new_password):
    """
    Set the password that the holder of a reset link chose; end all sessions of the account. Signs
    nobody in.

    :raises LinkInvalid: if the link is not alive, `user` may be None then.
    :raises Invalid: if the password breaks a rule; the link stays good.
    """
    require_live_link(user, token)
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


def require_live_link(user, token):
    """
    Let a live link pass; looking at it uses nothing up.

    :raises LinkInvalid: otherwise.
    """
    if (state := tokens.state(user, token)) is not tokens.LinkState.LIVE:
        raise LinkInvalid(state)


def _check_current(user, password):
    throttle.CURRENT_PASSWORD.hit(user.pk)
    if not hashers.matches(temporary.as_stored(password, user), user.password):
        raise Invalid(OwnPasswordFault.WRONG, "current_password")


def _hash_of_new(user, new_password):
    try:
        rules.check(new_password, user)
        if _is_the_same(user, new_password):
            raise Invalid(
                OwnPasswordFault.GIVEN if user.must_change_password else OwnPasswordFault.SAME
            )
    except Invalid as fault:
        raise fault.about("new_password") from fault
    return hashers.make(new_password)


def _is_the_same(user, password):
    """
    Return whether that is the password now; of a temporary one, which others know, in whatever
    dress.
    """
    if user.must_change_password:
        return temporary.is_given_to(user, password)
    return hashers.matches(password, user.password)


def _record_refused(event, actor, target):
    audit.record(event, actor=actor, target=target, outcome=Outcome.REFUSED)
