"""Who may sign in at all."""

from django.utils import timezone

import accounts.inactivity.queries
from accounts.kernel import sessions
from accounts.kernel.audit import Action
from accounts.kernel.change import account_change
from accounts.kernel.policy import Permission
from accounts.kernel.text import reasons
from accounts.models import Organization
from accounts.users import mails


def deactivate(user_id, *, actor, reason="", tell_reason=False, expected_version=None):
    """
    Keep the user out from now on: sessions end, reset links die, nothing else is lost. Return the sessions ended.

    :raises NoSuchUser, NotPermitted, StaleChange: see `account_change`.
    """
    with account_change(
        user_id,
        actor=actor,
        permission=Permission.DEACTIVATE,
        action=Action.USER_DEACTIVATED,
        expected_version=expected_version,
    ) as change:
        if not change.user.is_active:
            change.unneeded()
            return 0
        ended = _keep_out(change)
        change.personal.update(reasons.for_audit(reason))
        told = reasons.for_mail(reason, tell_reason)
        mails.AccountWasDeactivated(reason=told).queue(change.user, by=change.actor)
    return ended


def deactivate_dormant(user_id, *, actor):
    """
    Keep a user out whose day has come (`queries/dormancy.py`), unless they signed in or were seen a moment ago.

    :raises NoSuchUser, NotPermitted: see `account_change`.
    """
    with account_change(
        user_id, actor=actor, permission=Permission.DEACTIVATE, action=Action.USER_DEACTIVATED
    ) as change:
        due = accounts.inactivity.queries.due_on(change.user, Organization.current())
        if due is None or due > timezone.now().date():
            return change.unneeded()
        _keep_out(change)
        change.details["because"] = "dormant"
        mails.AccountWasDeactivated(is_dormant=True).queue(change.user, by=change.actor)


def activate(user_id, *, actor, expected_version=None):
    """
    Let the user sign in again, with the password they had.

    :raises NoSuchUser, NotPermitted, StaleChange: see `account_change`.
    """
    with account_change(
        user_id,
        actor=actor,
        permission=Permission.ACTIVATE,
        action=Action.USER_ACTIVATED,
        expected_version=expected_version,
    ) as change:
        if change.user.is_active:
            return change.unneeded()
        change.user.is_active, change.user.activated_at = True, timezone.now()
        mails.AccountWasActivated().queue(change.user, by=change.actor)


def _keep_out(change):
    change.user.is_active = False
    change.user.reset_link_at = None
    ended = change.details["sessions_ended"] = sessions.end_all(change.user)
    return ended
