"""The background task that turns a queued mail into a sent one, and tries again when the mail server is away."""

import logging
import re
from datetime import timedelta

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from django_tasks import task

from accounts import tokens
from accounts.models import User
from accounts.password_rules import PRODUCT

logger = logging.getLogger(__name__)

# After the last of them the mail is left as failed, where Admins see it and can have it tried again.
DELAYS = tuple(timedelta(minutes=minutes) for minutes in (1, 5, 30, 120, 360))


@task()
def deliver(name, user_id, facts, tries=0):
    """
    Send the mail in the folder templates/mail/`name` to the stored address of the user `user_id`.

    `facts` is what the mail tells besides; `tries` is how often it was tried in vain before.
    """
    user = User.objects.filter(pk=user_id).first()
    if user is None or (name == "reset_link" and not _has_live_link(user)):
        return
    try:
        _message(name, user, facts).send()
    except OSError as error:  # smtplib's errors are of this kind, and so are those of the network
        if tries >= len(DELAYS):
            raise
        logger.warning("Mail %s was not sent (%s); trying again later.", name, type(error).__name__)
        deliver.using(run_after=timezone.now() + DELAYS[tries]).enqueue(name, user_id, facts, tries + 1)


def _has_live_link(user):
    made_at = user.reset_link_at
    return user.is_active and made_at and timezone.now() < made_at + timedelta(minutes=settings.RESET_LINK_MINUTES)


def _message(name, user, facts):
    context = {
        "person": user,
        "name": unlinked(user.first_word),
        "organization": settings.ORGANIZATION_NAME,
        "product": PRODUCT,
        "public_url": settings.PUBLIC_URL,
        **facts,
    }
    if "by" in facts:
        context["by"] = unlinked(facts["by"])
    if "when" in facts:
        context["when"] = parse_datetime(facts["when"])
    if name == "reset_link":
        # Made only now, so that no usable link ever lies in the queue.
        context["link"] = f"{settings.PUBLIC_URL}/reset/{user.public_id}/{tokens.make(user)}/"
    folder = f"mail/{name}"
    subject = " ".join(render_to_string(f"{folder}/subject.txt", context).split())
    message = EmailMultiAlternatives(
        subject,
        render_to_string(f"{folder}/body.txt", context).strip() + "\n",
        to=[user.email],
        headers={"Auto-Submitted": "auto-generated", "X-Auto-Response-Suppress": "All"},
    )
    message.attach_alternative(render_to_string(f"{folder}/body.html", context), "text/html")
    return message


def unlinked(name):
    """Return a person's name so that no mail program makes a link of it, even where it looks like an address."""
    return re.sub(r"(?<=[.:/])(?=\S)", "\u200b", name)


def kind(name):
    """Return what a mail is about, in words for the Admins' page."""
    return {
        "reset_link": _("Reset link"),
        "password_was_reset": _("Password was reset"),
        "password_was_changed": _("Password was changed"),
        "role_was_changed": _("Role was changed"),
        "account_was_deactivated": _("Account was deactivated"),
        "account_was_activated": _("Account was activated"),
    }.get(name, name)
