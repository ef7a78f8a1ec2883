"""
Every mail there is: one function each, named like its folder in templates/mail/.

Each puts a row into the task queue in the caller's transaction: the mail goes out if and only if the change was
committed, and no request waits for the mail server. None of them carries a password.
"""

from django.conf import settings
from django.utils import timezone

from accounts import delivery


def reset_link(user):
    """The link that the person asked for; it is made when the mail is sent."""
    _queue("reset_link", user, minutes=settings.RESET_LINK_MINUTES)


def password_was_reset(user, *, by):
    """An Admin (the Actor `by`) gave the person a temporary password."""
    _queue("password_was_reset", user, by=_name(by), hours=settings.TEMPORARY_PASSWORD_HOURS)


def password_was_changed(user, *, how):
    """The person chose a password: `how` is "changed", "forced" or "link"."""
    _queue("password_was_changed", user, how=how)


def role_was_changed(user, *, by, old, new):
    """An Admin gave the person another role; `old` and `new` are Role values."""
    _queue("role_was_changed", user, by=_name(by), old=old, new=new)


def account_was_deactivated(user, *, by):
    _queue("account_was_deactivated", user, by=_name(by))


def account_was_activated(user, *, by):
    _queue("account_was_activated", user, by=_name(by))


def _queue(name, user, **facts):
    delivery.deliver.enqueue(name, user.pk, {"when": timezone.now().isoformat(), **facts})


def _name(actor):
    """Return the acting Admin's name, or "" for the system, which the templates put into words."""
    return actor.user.full_name if actor.user else ""
