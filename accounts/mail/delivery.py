"""The background task that turns a queued mail into a sent one, and tries again when the mail server is away."""

import re
import smtplib
from datetime import timedelta

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string
from django.utils import timezone, translation
from django.utils.dateparse import parse_date, parse_datetime
from django.utils.translation import gettext as _

from accounts.kernel.crypto import tokens
from accounts.kernel.queue import tasks
from accounts.kernel.text.markup import asis
from accounts.mail import late_links
from accounts.models import DormancyWarning, Invitation, Organization, Role, User
from accounts.passwords.rules import PRODUCT

# After the last of them the mail is left as failed, where Admins see it and can have it tried again.
DELAYS = tuple(timedelta(minutes=minutes) for minutes in (1, 5, 30, 120, 360))
NO_LANGUAGE = {"name", "by", "about", "organization", "support"}
WITH_RESET_LINK = ("reset_link", "password_was_taken")
# Nobody has that address, or has it any more. Other refusals may be the mail server's fault, or ours.
NO_SUCH_MAILBOX = re.compile(rb"5\.(1\.\d+|2\.1)\b")


def is_on():
    """Return whether the organization sends mails at all."""
    return Organization.current().mail_is_on


@tasks.task(delays=DELAYS)
def deliver(*, name, user_id, facts):
    """
    Send the mail in the folder templates/mail/`name` to the stored address of the user `user_id`.

    `facts` is what the mail tells besides. One that still waits when the organization turns mail off is not sent, and
    one to an address that is nobody's is not tried again.

    :raises TryAgain: if the mail server does not take it.
    """
    if not is_on():
        return
    new_link_at = _new_link_at(name, user_id, facts)
    message = _message(name, user_id, facts, new_link_at)
    if message is None:
        return
    try:
        message.send()
        _note_sent(name, facts)
        if new_link_at:
            late_links.store(user_id, facts["when"], new_link_at)
    except OSError as error:  # smtplib's errors are of this kind, and so are those of the network
        if _is_nobodys_address(error):
            _note_unreadable(facts)
            raise
        raise tasks.TryAgain from error


def _new_link_at(name, user_id, facts):
    """Return the moment of the link that takes the place of one that ran out while the mail waited, or None."""
    try:
        return late_links.new_moment(user_id, facts["when"]) if name in WITH_RESET_LINK else None
    except late_links.LinkWaitedTooLong:
        if name == "reset_link":
            raise
        return None  # the mail has news all the same


def _note_sent(name, facts):
    """Note that the mail server has taken the mail, where somebody asks for that."""
    if name == "invitation":
        Invitation.objects.filter(pk=facts["invitation"]).update(mailed_at=timezone.now())
    if "warning" in facts:
        DormancyWarning.objects.filter(pk=facts["warning"]).update(sent_at=timezone.now())


def _note_unreadable(facts):
    """Note a warning as given that nobody can be given: who left must not stay active for having no mailbox."""
    if "warning" in facts:
        DormancyWarning.objects.filter(pk=facts["warning"]).update(sent_at=timezone.now())


def _is_nobodys_address(error):
    """Return whether the mail server says that there is no such mailbox (RFC 3463, 3.2 and 3.3)."""
    if not isinstance(error, smtplib.SMTPRecipientsRefused):
        return False
    return all(NO_SUCH_MAILBOX.match(reply) for _code, reply in error.recipients.values())


def _message(name, user_id, facts, new_link_at):
    """
    Return the mail, or None where its reason is gone: a link that was ended, a person who left or was told.

    Its link is that of the moment `new_link_at`, if one is given.
    """
    if name == "invitation":
        return _invitation(facts)
    if (
        "warning" in facts
        and not DormancyWarning.objects.filter(pk=facts["warning"], sent_at=None).exists()
    ):
        return None
    user = User.objects.present().filter(pk=user_id).first()
    if user is not None and new_link_at:
        user.reset_link_at = new_link_at
    if user is None or (name == "reset_link" and not late_links.is_live(user)):
        return None
    to = facts.get("to") or user.email
    context = {**facts, "person": user, "name": unlinked(user.first_word)}
    for told in ("by", "about", "reason"):
        context[told] = unlinked(facts.get(told, ""))
    if "when" in facts:
        context["when"] = parse_datetime(facts["when"])
    if "due_on" in facts:
        context["due_on"] = parse_date(facts["due_on"])
    # Links are made only now, so that no usable one ever lies in the queue.
    if name in WITH_RESET_LINK and late_links.is_live(user):
        context["link"] = f"{settings.PUBLIC_URL}/reset/{user.public_id}/{tokens.make(user)}/"
    if "event" in facts:
        token = tokens.make_for_dispute(facts["event"], to)
        context["unexpected"] = f"{settings.PUBLIC_URL}/unexpected/{token}/"
    return _rendered(name, context, to=to, language=user.language)


def _invitation(facts):
    invitation = (
        Invitation.objects.alive()
        .select_related("invited_by")
        .filter(pk=facts["invitation"])
        .first()
    )
    if invitation is None:
        return None
    token = tokens.make_for_invitation(invitation)
    context = {
        **facts,
        "by": unlinked(invitation.invited_by.full_name),
        "role": Role(invitation.role).label,  # in the language of the mail, once that is known
        "until": invitation.expires_at,
        "link": f"{settings.PUBLIC_URL}/join/{invitation.public_id}/{token}/",
    }
    return _rendered("invitation", context, to=invitation.email, language="")


def _rendered(name, context, *, to, language):
    """Return the mail in the reader's `language`; if that is "", in the organization's or that of whoever acted."""
    organization = Organization.current()
    context |= {"organization": organization.name, "support": organization.support_address}
    context |= {"product": PRODUCT, "public_url": settings.PUBLIC_URL}
    folder = f"mail/{name}"
    language = (
        language or organization.language or context.get("language") or settings.LANGUAGE_CODE
    )
    with translation.override(language):
        subject = " ".join(render_to_string(f"{folder}/subject.txt", context).split())
        text = render_to_string(f"{folder}/body.txt", context).strip() + "\n"
        page = render_to_string(f"{folder}/body.html", _untranslated(context))
    headers = {
        "Auto-Submitted": "auto-generated",
        "X-Auto-Response-Suppress": "All",
        "Content-Language": language,
    }
    reply_to = [organization.support_address] if organization.support_address else None
    message = EmailMultiAlternatives(subject, text, to=[to], reply_to=reply_to, headers=headers)
    message.attach_alternative(page, "text/html")
    return message


def _untranslated(context):
    """Return the facts of a mail for its HTML part, where what is no language says so."""
    return {
        key: asis(value) if key in NO_LANGUAGE and value else value
        for key, value in context.items()
    }


def unlinked(name):
    """Return a person's name so that no mail program makes a link of it, even where it looks like an address."""
    return re.sub(r"(?<=[.:/])(?=\S)", "\u200b", name)


def kind(name):
    """Return what a mail is about, in words for the Admins' page."""
    return {
        "reset_link": _("Reset link"),
        "password_was_reset": _("Password was reset"),
        "password_was_changed": _("Password was changed"),
        "password_was_frozen": _("Password does not work any more"),
        "password_was_taken": _("Password was reset, with a link"),
        "account_will_be_deactivated": _("Account will be deactivated"),
        "role_was_changed": _("Role was changed"),
        "account_was_deactivated": _("Account was deactivated"),
        "account_was_activated": _("Account was activated"),
        "email_was_changed": _("Address was changed"),
        "invitation": _("Invitation"),
        "temporary_password_reminder": _("Temporary password runs out"),
        "change_was_disputed": _("“I did not expect this”"),
    }.get(name, name)
