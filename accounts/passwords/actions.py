"""How a password is set for others, and with a reset link; what owners do is in `own`."""

from collections.abc import Callable
from typing import Unpack

from django.conf import settings
from django.utils import timezone

from accounts.kernel import audit, outbox, sessions, throttle
from accounts.kernel.actor import Actor
from accounts.kernel.change import change
from accounts.kernel.crypto import tokens
from accounts.kernel.errors import LinkInvalid, NoSuchUser, NotPermitted
from accounts.kernel.policy import Permission
from accounts.kernel.queue import tasks
from accounts.kernel.text import email_address, reasons
from accounts.kernel.text.reasons import Why
from accounts.models import User
from accounts.models.audit_event import Outcome, Via
from accounts.passwords import mails, own, rules, temporary
from accounts.passwords.events import (
    PasswordResetByAdmin,
    PasswordResetByLink,
    PasswordResetRequested,
    RefusedBecause,
)
from accounts.passwords.temporary import Temporary


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


@tasks.task()
def issue_reset_link(*, email: str | None, address: str | None, user_agent: str) -> None:
    """
    Make a new reset link for whoever has this canonical address, and queue its mail; older links
    die.

    None stands for an address that was asked for too often: it takes its place in the queue, so
    that nobody can tell by the time of the answer, and that is all.

    Where the database is busy or away nothing is done, and the task comes again.
    """
    if email is None:
        return
    actor = Actor.visitor(address=address, user_agent=user_agent, via=Via.WORKER)
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
    password_hash = own.hash_of_new(user, new_password)
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


def _record_refused(event: PasswordResetRequested, actor: Actor, target: User | None) -> None:
    audit.record(event, actor=actor, target=target, outcome=Outcome.REFUSED)
