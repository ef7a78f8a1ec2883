"""A mail as it leaves: its two parts in the reader's language and time zone, and its headers."""

import zoneinfo
from collections.abc import Iterable
from datetime import tzinfo
from typing import TYPE_CHECKING

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string
from django.utils import timezone, translation
from django.utils.dateparse import parse_datetime

from accounts.kernel.text import letters
from accounts.models import Organization

if TYPE_CHECKING:
    from accounts.kernel.outbox import Letter, Mail

NAMING = ("by", "about")  # the facts of a mail that name somebody else than its reader
TYPED = (*NAMING, "reason")  # no mail program shall make a link of anything in them
# What the layout of mails asks of each, where a mail has nothing of it.
UNSAID = {"name": "", "reason": "", "unexpected": "", "href": ""}


def made(mail: "Mail", letter: "Letter") -> EmailMultiAlternatives:
    """
    Return the message to be sent now.

    Language and time zone are the reader's, else the organization's, else those of who acted.
    """
    organization = Organization.current()
    language = letter.language or organization.language or mail.language or settings.LANGUAGE_CODE
    zone = _first_known((letter.time_zone, organization.time_zone, mail.time_zone))
    context = UNSAID | mail.facts | {"when": parse_datetime(mail.when)} | letter.context
    context |= {fact: letters.unlinked(context[fact]) for fact in TYPED if fact in context}
    context |= {"organization": organization.name, "support": organization.support_address}
    context |= {"product": settings.PRODUCT, "public_url": settings.PUBLIC_URL}
    with translation.override(language), timezone.override(zone):
        page = render_to_string(f"mail/{mail.name}.html", context)
    title, text = letters.in_plain_text(page)
    headers = {
        "Auto-Submitted": "auto-generated",
        "X-Auto-Response-Suppress": "All",
        "Content-Language": language,
    }
    reply_to = [organization.support_address] if organization.support_address else None
    subject = " ".join(title.split())
    message = EmailMultiAlternatives(
        subject, text, to=[letter.email], reply_to=reply_to, headers=headers
    )
    message.attach_alternative(page, "text/html")
    return message


def _first_known(names: Iterable[str]) -> tzinfo:
    """Return the time zone of the first name that this machine knows one by."""
    for name in filter(None, names):
        try:
            return zoneinfo.ZoneInfo(name)
        except (zoneinfo.ZoneInfoNotFoundError, ValueError):
            continue
    return timezone.get_default_timezone()
