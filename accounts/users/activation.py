"""Who may sign in at all."""

from django.utils import timezone

import accounts.inactivity.queries
from accounts.kernel import sessions
from accounts.kernel.actor import Actor
from accounts.kernel.change import change
from accounts.kernel.policy import Permission
from accounts.kernel.text import reasons
from accounts.models import Organization, User
from accounts.users import mails
from accounts.users.events import Because, UserActivated, UserDeactivated


def deactivate(
    user_id: int,
    *,
    actor: Actor,
    reason: str = "",
    tell_reason: bool = False,
    expected_version: int | None = None,
) -> int:
    """
    Keep the user out from now on: sessions end, reset links die, nothing else is lost. Return the
    sessions ended.

    :raises NoSuchUser, NotPermitted, StaleChange: see `change`.
    """
    with change(
        User, user_id, actor=actor, permission=Permission.DEACTIVATE, expected=expected_version
    ) as current:
        user = current.subject
        if not user.is_active:
            return 0
        ended = _keep_out(user)
        current.record(UserDeactivated(sessions_ended=ended, reason=reasons.for_audit(reason)))
        told = reasons.for_mail(reason, tell_reason)
        mails.AccountWasDeactivated(reason=told).queue(user, by=current.actor)
    return ended


def deactivate_dormant(user_id: int, *, actor: Actor) -> None:
    """
    Keep a user out whose day has come (`inactivity/queries.py`), unless they signed in or were seen
    a moment ago.

    :raises NoSuchUser, NotPermitted: see `change`.
    """
    with change(User, user_id, actor=actor, permission=Permission.DEACTIVATE) as current:
        user = current.subject
        due = accounts.inactivity.queries.due_on(user, Organization.current())
        if due is None or due > timezone.now().date():
            return
        current.record(UserDeactivated(sessions_ended=_keep_out(user), because=Because.DORMANT))
        mails.AccountWasDeactivated(is_dormant=True).queue(user, by=current.actor)


def activate(user_id: int, *, actor: Actor, expected_version: int | None = None) -> None:
    """
    Let the user sign in again, with the password they had.

    :raises NoSuchUser, NotPermitted, StaleChange: see `change`.
    """
    with change(
        User, user_id, actor=actor, permission=Permission.ACTIVATE, expected=expected_version
    ) as current:
        user = current.subject
        if user.is_active:
            return
        user.is_active, user.activated_at = True, timezone.now()
        current.record(UserActivated())
        mails.AccountWasActivated().queue(user, by=current.actor)


def _keep_out(user: User) -> int:
    """Let a locked user in no more, and return how many of their devices were signed out."""
    user.is_active, user.reset_link_at = False, None
    return sessions.end_all(user)
