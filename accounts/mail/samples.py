"""Mails with made-up facts, for who wants to see what one looks like before anybody gets it."""

from dataclasses import fields
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.utils import timezone

from accounts.kernel import events, mail_message
from accounts.kernel.outbox import Letter, Mail
from accounts.models import Role, User

READER, EMAIL = "Bruno Keller", "bruno.keller@example.com"
TOKEN = "0" * 39  # as long as one, and none
OF_KIND = {"email_was_changed": {"old": "bruno@example.com", "new": EMAIL}}


def message(kind: type[Mail], language: str, time_zone: str) -> EmailMultiAlternatives:
    """Return a mail of that kind as a reader with that language and time zone would get it."""
    known = {field.name for field in fields(kind)}
    facts = _facts() | OF_KIND.get(kind.name, {}) | {"time_zone": time_zone}
    mail = kind(**{name: value for name, value in facts.items() if name in known})
    letter = Letter(EMAIL, language, _context(known))
    return mail_message.made(mail, letter)


def _facts() -> dict[str, Any]:
    """Return what mails are told, by the names of their fields."""
    return {
        "by": "Ada Lovelace",
        "about": "Vera Rubin",
        "when": timezone.now().isoformat(),
        "event": 1,
        "warning": 1,
        "invitation": 1,
        "days": 14,
        "how": "changed",
        "old": Role.MEMBER.value,
        "new": Role.VIEWER.value,
        "action": "password.reset_by_admin",
        "frozen": "account",
        "due_on": "",
    }


def _context(known: set[str]) -> dict[str, Any]:
    """Return what templates are told besides, for a mail of these fields; links lead nowhere."""
    way = "join" if "invitation" in known else "reset"
    person = User(full_name=READER, email=EMAIL, role=Role.MEMBER)
    person.temporary_password_expires_at = timezone.now() + timedelta(hours=24)
    context = {
        "person": person,
        "name": person.full_name,
        "email": EMAIL,
        "link": f"{settings.PUBLIC_URL}/{way}/{UUID(int=0)}/{TOKEN}/",
        "role": Role.MEMBER.label,
        "until": timezone.now() + timedelta(days=7),
        "due_on": timezone.localdate(),
        "action": events.label_of("password.reset_by_admin"),
    }
    unexpected = {"unexpected": f"{settings.PUBLIC_URL}/unexpected/{TOKEN}/"}
    return context | unexpected if "event" in known else context
