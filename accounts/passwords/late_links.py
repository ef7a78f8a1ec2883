"""
Reset links that ran out while their mail waited, in an outage of the mail server or of the worker.

The link is made anew when the mail is sent at last: whoever asked is still waiting for it. It is
stored when the mail server has taken the mail, so that a try in vain changes nothing.
"""

from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from accounts.kernel import audit
from accounts.kernel.actor import Actor
from accounts.models import User
from accounts.passwords.events import PasswordResetRequested

WANTED = timedelta(hours=24)  # after that the person has asked again, or has another way in


class LinkWaitedTooLong(Exception):
    """The mail is left as failed: nobody waits for its link any more."""


def is_live(user: User) -> bool:
    """Return whether the newest link of `user` lets them in."""
    made_at, lives_for = user.reset_link_at, timedelta(minutes=settings.RESET_LINK_MINUTES)
    return user.is_active and made_at is not None and timezone.now() < made_at + lives_for


def renew(user: User, asked_at: str) -> None:
    """
    Give `user`, who is stored only when the mail was sent, a link in place of one that ran out
    while it waited.

    None is made for a link that lives, nor for one that was ended on purpose: by a password, a
    role, another address, a deactivation, an Admin, a newer link.

    :param asked_at: when the mail was queued, in ISO 8601; the link was made just before.
    :raises LinkWaitedTooLong: if it was asked for too long ago.
    """
    asked, made_at = datetime.fromisoformat(asked_at), user.reset_link_at
    if not user.is_active or made_at is None or made_at > asked or is_live(user):
        return
    if timezone.now() - asked > WANTED:
        raise LinkWaitedTooLong
    user.reset_link_at = timezone.now()


@transaction.atomic
def store(user: User, asked_at: str) -> None:
    """Make a renewed link the newest one, unless that one was ended while the mail was sent."""
    asked = datetime.fromisoformat(asked_at)
    if user.reset_link_at is None or user.reset_link_at <= asked:
        return
    late = User.objects.present().filter(pk=user.pk, is_active=True, reset_link_at__lte=asked)
    if late.update(reset_link_at=user.reset_link_at):
        stored = User.objects.get(pk=user.pk)
        audit.record(PasswordResetRequested(made_anew=True), actor=Actor.system(), target=stored)
