"""
Every mail there is: one function each, named like its folder in templates/mail/.

Each puts a row into the task queue in the caller's transaction: the mail goes out if and only if the change was
committed, and no request waits for the mail server. None of them carries a password.

While the organization has mail turned off nothing is queued: news is left out, and a mail that is itself what was
asked for raises MailIsOff. Every mail to an address counts, whoever has it sent and whatever it says; past the limit
those that somebody asks for raise TooManyMails.
"""

from datetime import timedelta

from django.conf import settings
from django.utils import timezone, translation

from accounts.kernel import throttle
from accounts.kernel.errors import Conflict
from accounts.mail import delivery
from accounts.models import Invitation, User


class MailIsOff(Conflict):
    """The organization sends no mails, so what was asked for would reach nobody."""

    code = "mail_is_off"


def require_on():
    """
    Let pass what is done by mail.

    :raises MailIsOff: while the organization sends none.
    """
    if not delivery.is_on():
        raise MailIsOff


def reset_link(user):
    """The link that the person asked for; it is made when the mail is sent."""
    _queue("reset_link", user, minutes=settings.RESET_LINK_MINUTES)


def password_was_reset(user, *, by, event, reason=""):
    """An Admin (the Actor `by`) gave the person a temporary password; `event` is the entry that says so."""
    facts = {"by": by, "event": event.pk, "reason": reason}
    _queue("password_was_reset", user, hours=settings.TEMPORARY_PASSWORD_HOURS, **facts)


def password_was_taken(user, *, by, event, reason=""):
    """An Admin took the person's password away; the mail brings a link to choose a new one with."""
    facts = {"by": by, "event": event.pk, "reason": reason}
    _queue("password_was_taken", user, minutes=settings.RESET_LINK_MINUTES, **facts)


def password_was_changed(user, *, how):
    """The person chose a password: `how` is "changed", "forced" or "link"."""
    _queue("password_was_changed", user, how=how)


def role_was_changed(user, *, by, event, reason=""):
    """An Admin gave the person another role; old and new stand in the entry `event`."""
    facts = {"by": by, "event": event.pk, "reason": reason}
    _queue("role_was_changed", user, old=event.details["old"], new=event.details["new"], **facts)


def email_was_changed(user, *, by, event, old):
    """An Admin changed the person's address; both the old and the new one are told."""
    facts = {"by": by, "event": event.pk, "old": old, "new": user.email}
    _queue("email_was_changed", user, to=old, **facts)
    _queue("email_was_changed", user, to=user.email, **facts)


def account_was_deactivated(user, *, by, reason="", is_dormant=False):
    """The person cannot sign in any more; `is_dormant` where that is because nobody did for long."""
    _queue("account_was_deactivated", user, by=by, reason=reason, is_dormant=is_dormant)


def account_will_be_deactivated(user, *, due_on, warning):
    """Nobody signs in with the account; it will be deactivated on the date `due_on`. It says so for a warning, once."""
    days = (due_on - timezone.now().date()).days
    _queue(
        "account_will_be_deactivated",
        user,
        due_on=due_on.isoformat(),
        days=days,
        warning=warning.pk,
    )


def account_was_activated(user, *, by):
    _queue("account_was_activated", user, by=by)


def invitation(invitation, *, by, may_wait=False):
    """
    Somebody may become a user; the link is made when the mail is sent.

    Past the limit it goes out when that is over, where it `may_wait`.

    :raises MailIsOff: if none would be sent.
    :raises TooManyMails: if it may not wait.
    """
    require_on()
    run_after = None
    try:
        throttle.mail_asked_for(invitation.email, throttle.INVITATION_BY_ADDRESS)
    except throttle.TooManyMails as crossed:
        if not may_wait:
            raise
        run_after = timezone.now() + timedelta(seconds=crossed.seconds)
    throttle.MAILS_TO_ADDRESS.count(invitation.email)
    facts = {
        "invitation": invitation.pk,
        "when": timezone.now().isoformat(),
        "language": _language(by),
    }
    delivery.deliver.at(run_after).enqueue(name="invitation", user_id=None, facts=facts)


def temporary_password_reminder(user, *, by):
    """
    A temporary password runs out soon.

    :raises MailIsOff: if nobody would be told.
    :raises TooManyMails: if they were told a moment ago.
    """
    require_on()
    throttle.mail_asked_for(user.email, throttle.REMINDER_BY_ACCOUNT, counted_as=user.pk)
    _queue("temporary_password_reminder", user, by=by)


def change_was_disputed(admin, *, about, action, frozen):
    """The user `about` did not expect what `action` (an audit action) names; `frozen` is what that stopped."""
    _queue("change_was_disputed", admin, about=about.full_name, action=str(action), frozen=frozen)


def password_was_frozen(user):
    """Somebody with a mail about a reset did not expect it, so the account has no password now."""
    _queue("password_was_frozen", user)


def again(name, user_id, facts):
    """Queue a mail anew that could not be sent."""
    if name == "invitation":
        to = (
            Invitation.objects.filter(pk=facts["invitation"])
            .values_list("email", flat=True)
            .first()
        )
    else:
        to = (
            facts.get("to")
            or User.objects.filter(pk=user_id).values_list("email", flat=True).first()
        )
    throttle.MAILS_TO_ADDRESS.count(to)
    delivery.deliver.enqueue(name=name, user_id=user_id, facts=facts)


def _queue(name, user, *, to="", by=None, **facts):
    """Queue the mail about what the Actor `by` did, unless the organization turned mail off."""
    if delivery.is_on():
        facts |= {"when": timezone.now().isoformat(), "to": to}
        if by:
            facts |= {"by": _name(by), "language": _language(by)}
        throttle.MAILS_TO_ADDRESS.count(to or user.email)
        delivery.deliver.enqueue(name=name, user_id=user.pk, facts=facts)


def _name(actor):
    """Return the acting Admin's name, or "" for the system, which the templates put into words."""
    return actor.user.full_name if actor.user else ""


def _language(actor):
    """Return what the acting user reads, the nearest guess at what somebody reads who has chosen no language."""
    return (actor.user.language or translation.get_language()) if actor.user else ""
