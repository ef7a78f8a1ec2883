"""
Reset links that ran out while their mail waited, in an outage of the mail server or of the worker.

The link is made anew when the mail is sent at last: whoever asked is still waiting for it. It is stored when the mail
server has taken the mail, so that a try in vain changes nothing.
"""

from datetime import timedelta

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.dateparse import parse_datetime

from accounts.kernel import audit
from accounts.kernel.actor import Actor
from accounts.kernel.audit import Action
from accounts.models import User

WANTED = timedelta(hours=24)  # after that the person has asked again, or has another way in


class LinkWaitedTooLong(Exception):
    """The mail is left as failed: nobody waits for its link any more."""


def is_live(user):
    """Return whether the newest link of `user` lets them in."""
    made_at = user.reset_link_at
    return (
        user.is_active
        and made_at
        and timezone.now() < made_at + timedelta(minutes=settings.RESET_LINK_MINUTES)
    )


def new_moment(user_id, asked_at):
    """
    Return the moment of the link that takes the place of one that ran out, or None where none is to be made.

    None is made for a link that lives, nor for one that was ended on purpose: by a password, a role, another address,
    a deactivation, an Admin, a newer link.

    :param asked_at: when the mail was queued, in ISO 8601; the link was made just before.
    :raises LinkWaitedTooLong: if it was asked for too long ago.
    """
    user = _with_that_link(user_id, asked_at).first()
    if user is None or is_live(user):
        return None
    if timezone.now() - parse_datetime(asked_at) > WANTED:
        raise LinkWaitedTooLong
    return timezone.now()


@transaction.atomic
def store(user_id, asked_at, moment):
    """Make the link of the `moment` the newest one, unless it was ended while the mail was sent."""
    if _with_that_link(user_id, asked_at).update(reset_link_at=moment):
        user = User.objects.get(pk=user_id)
        audit.record(
            Action.PASSWORD_RESET_REQUESTED, actor=Actor.system(), target=user, made_anew=True
        )


def _with_that_link(user_id, asked_at):
    """Return the User as a query, empty unless their newest link is still the one that was asked for then."""
    asked_at = parse_datetime(asked_at)
    return User.objects.present().filter(pk=user_id, is_active=True, reset_link_at__lte=asked_at)
