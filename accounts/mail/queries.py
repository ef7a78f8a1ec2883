"""Reading the queue of mails: what waits, what could not be sent, and what each looks like."""

from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from uuid import UUID

from django.core.mail import EmailMultiAlternatives
from django.utils import timezone

from accounts.kernel import outbox, policy
from accounts.kernel.actor import Actor
from accounts.kernel.policy import Permission
from accounts.kernel.queue import entries, tasks
from accounts.mail import samples
from accounts.models import User

MOST_SHOWN = 100


@dataclass(frozen=True)
class FailedMail:
    id: UUID
    kind: str
    recipient: User | None
    failed_at: datetime | None
    tries: int
    error: str


def failed_count(*, actor: Actor) -> int:
    policy.require(actor, Permission.SEE_MAIL_QUEUE)
    return entries.count(outbox.deliver, tasks.FAILED)


def failed(*, actor: Actor) -> list[FailedMail]:
    """Return the FailedMails, the latest first, at most MOST_SHOWN."""
    policy.require(actor, Permission.SEE_MAIL_QUEUE)
    found = list(islice(entries.latest(outbox.deliver, tasks.FAILED), MOST_SHOWN))
    people = User.objects.in_bulk({_user_id(entry) for entry in found})
    return [_failed_mail(entry, people) for entry in found]


def waiting(*, actor: Actor) -> tuple[int, datetime | None]:
    """Return how many mails wait, and since when the oldest does (None: none waits)."""
    policy.require(actor, Permission.SEE_MAIL_QUEUE)
    return entries.count(outbox.deliver, tasks.WAITING), waiting_since()


def waiting_since() -> datetime | None:
    """
    Return since when the oldest mail waits that is not sent yet, its tries in vain included, or
    None.
    """
    return entries.waiting_since(outbox.deliver)


def preview(name: str, language: str, *, actor: Actor) -> EmailMultiAlternatives:
    """Return the mail of that name (one of `outbox.KINDS`) with made-up facts."""
    policy.require(actor, Permission.SEE_MAIL_QUEUE)
    zone = getattr(timezone.get_current_timezone(), "key", "")
    return samples.message(outbox.KINDS[name], language, zone)


def _failed_mail(entry: entries.Entry, people: dict[int, User]) -> FailedMail:
    kind, recipient = outbox.label(entry.arguments.get("name")), people.get(_user_id(entry))
    return FailedMail(entry.id, kind, recipient, entry.failed_at, entry.tries + 1, entry.fault)


def _user_id(entry: entries.Entry) -> int:
    """Return who a mail is for, 0 where that cannot be read: perhaps it failed for that."""
    stored = entry.arguments.get("user_id")
    return stored if isinstance(stored, int) and stored.bit_length() < 64 else 0
