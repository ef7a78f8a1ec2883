"""Every way in which a password is set: by an Admin, by its owner, by a reset link."""

from django.conf import settings
from django.utils import timezone

import accounts.sign_in.attempt
from accounts.kernel import audit, outbox, sessions, throttle
from accounts.kernel.actor import Actor
from accounts.kernel.audit import Action
from accounts.kernel.change import NoSuchUser, StaleChange, account_change
from accounts.kernel.crypto import hashers, tokens
from accounts.kernel.errors import Code, Invalid, NotPermitted
from accounts.kernel.policy import Permission
from accounts.kernel.queue import tasks
from accounts.kernel.text import email_address, reasons
from accounts.models import Method, User
from accounts.models.audit_event import Outcome
from accounts.passwords import mails, rules, temporary


class OwnPasswordFault(Code):
    """What can be wrong with the passwords that a person types, beside the rules for all."""

    WRONG = "wrong_current_password"
    SAME = "password_as_before"
    GIVEN = "password_as_given"


def reset_by_admin(user, *, actor, new_password="", expected_version=None, keep=None, **why):
    """
    Give `user` a temporary password and end all their sessions.

    Without `new_password` one is generated. Return the User, the password, which is kept nowhere and must be shown
    once, and the number of devices that were signed out. The user must choose their own next. `why` may be a `reason`,
    which goes into the audit trail, and whether to `tell_reason` in the mail to the user. `keep(user, password, ended)`
    is called in the same transaction.

    :raises Invalid: if a typed password breaks a rule.
    :raises TooManyTries: if the Admin resets without end.
    :raises NoSuchUser, NotPermitted, StaleChange: see `account_change`.
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
    """Do what is slow and changes nothing: return a Temporary, generated unless a password is given."""
    return temporary.prepare(user, password)


def give_temporary(user_id, new, *, actor, expected_version=None, keep=None, **why):
    """Give the user a Temporary; return the User and how many devices were signed out. See `reset_by_admin`."""
    with account_change(
        user_id,
        actor=actor,
        permission=Permission.RESET_PASSWORD,
        action=Action.PASSWORD_RESET_BY_ADMIN,
        expected_version=expected_version,
    ) as change:
        new.give(change.user, by=change.actor.user)
        ended = change.details["sessions_ended"] = sessions.end_all(change.user)
        change.details["hours"] = settings.TEMPORARY_PASSWORD_HOURS
        change.personal.update(reasons.for_audit(why.get("reason", "")))
        told = reasons.for_mail(why.get("reason", ""), why.get("tell_reason", False))
        change.then(
            lambda event: mails.PasswordWasReset(event=event.pk, reason=told).queue(
                change.user, by=change.actor
            )
        )
        if keep:
            keep(change.user, new.password, ended)
    return change.user, ended


def send_link(user_id, *, actor, reason="", tell_reason=False):
    """
    Take the user's password away, end all their sessions, and mail a link with which they choose a new one.

    No temporary password comes to be, and nobody but the user learns the new one. Where the mail is late or lost,
    "Forgot Password?" sends another link.

    :raises MailIsOff: if no link would arrive.
    :raises NoSuchUser, NotPermitted: see `account_change`.
    """
    with account_change(
        user_id,
        actor=actor,
        permission=Permission.RESET_PASSWORD,
        action=Action.PASSWORD_RESET_BY_ADMIN,
    ) as change:
        outbox.require_on()
        change.user.take_password(by=change.actor.user)
        change.details.update(sessions_ended=sessions.end_all(change.user), by_link=True)
        change.personal.update(reasons.for_audit(reason))
        told = reasons.for_mail(reason, tell_reason)
        change.then(
            lambda event: mails.PasswordWasResetWithALink(event=event.pk, reason=told).queue(
                change.user, by=change.actor
            )
        )


def change_own(*, actor, session, current_password, new_password):
    """
    Set the password that the acting user chose, by choice or because they must; sign out their other devices.

    The current password is asked for, but not of a session that has just signed in with the temporary one.

    :raises Invalid: each with its field, if a password is wrong or breaks a rule.
    :raises TooManyTries: after too many wrong current passwords.
    :raises StaleChange: if somebody else set the password meanwhile.
    """
    user, forced = actor.user, actor.user.must_change_password
    if needs_current_password(user, session):
        _check_current(user, current_password)
    password_hash = _hash_of_new(user, new_password)
    action = Action.PASSWORD_FORCED_CHANGE_DONE if forced else Action.PASSWORD_CHANGED
    with account_change(
        user.pk, actor=actor, permission=Permission.CHANGE_OWN_PASSWORD, action=action
    ) as change:
        if change.user.password != user.password:
            raise StaleChange(change.user)
        change.user.set_own_password(password_hash)
        change.details["other_sessions_ended"] = sessions.end_all(change.user, keep=session)
        mails.PasswordWasChanged(how="forced" if forced else "changed").queue(change.user)
        begun = accounts.sign_in.attempt.begin(change.user, Method.PASSWORD)
        accounts.sign_in.attempt.complete(begun, change.user, actor=actor, store=session)


def needs_current_password(user, session):
    """Return whether a change from this session must prove who is sitting there."""
    return not (
        user.must_change_password and Method.TEMPORARY_PASSWORD in sessions.facts(session).methods
    )


def request_reset_link(typed_address, *, actor):
    """
    Take a request for a reset link. Whoever asks, the same is done here; the worker does the rest.

    :raises TooManyTries: if the network asks without end. An address that is asked for too often gets no more mails,
        which nobody is told.
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
    Make a new reset link for whoever has this canonical address, and queue its mail; older links die.

    None stands for an address that was asked for too often: it takes its place in the queue, so that nobody can
    tell by the time of the answer, and that is all.
    """
    if email is None:
        return
    actor = Actor.visitor(address=address, user_agent=user_agent)
    user = User.objects.by_email(email)
    try:
        if user is None:
            raise NoSuchUser
        with account_change(
            user.pk,
            actor=actor,
            permission=Permission.USE_RESET_LINK,
            action=Action.PASSWORD_RESET_REQUESTED,
        ) as change:
            change.user.reset_link_at = timezone.now()
            mails.ResetLink().queue(change.user)
    except NotPermitted:
        _record_refused_request(
            actor, user, reason="address_not_accepted" if user.is_active else "deactivated"
        )
    except NoSuchUser:
        _record_refused_request(
            actor, None, reason="unknown", unknown_address=audit.pseudonym(email)
        )


def reset_by_link(user, token, *, actor, new_password):
    """
    Set the password that the holder of a reset link chose; end all sessions of the account. Signs nobody in.

    :raises LinkExpired: if the link is not alive, `user` may be None then.
    :raises Invalid: if the password breaks a rule; the link stays good.
    """
    require_live_link(user, token)
    password_hash = _hash_of_new(user, new_password)
    # Whoever else may be signed in with this browser: the link is what opens the account.
    actor = actor.as_visitor()
    try:
        with account_change(
            user.pk,
            actor=actor,
            permission=Permission.USE_RESET_LINK,
            action=Action.PASSWORD_RESET_BY_LINK,
        ) as change:
            require_live_link(change.user, token)
            change.user.set_own_password(password_hash)
            change.user.email_unverified_since = (
                None  # the link came by a mail to this very address
            )
            change.details["sessions_ended"] = sessions.end_all(change.user)
            mails.PasswordWasChanged(how="link").queue(change.user)
    except (NotPermitted, NoSuchUser) as error:
        raise tokens.LinkExpired(tokens.LinkState.DEAD) from error


def require_live_link(user, token):
    """
    Let a live link pass; looking at it uses nothing up.

    :raises LinkExpired: otherwise.
    """
    if (state := tokens.state(user, token)) is not tokens.LinkState.LIVE:
        raise tokens.LinkExpired(state)


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
    """Return whether that is the password now; of a temporary one, which others know, in whatever dress."""
    if user.must_change_password:
        return temporary.is_given_to(user, password)
    return hashers.matches(password, user.password)


def _record_refused_request(actor, target, **details):
    audit.record(
        Action.PASSWORD_RESET_REQUESTED,
        actor=actor,
        target=target,
        outcome=Outcome.REFUSED,
        **details,
    )
