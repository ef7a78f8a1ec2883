"""Ending early what would still let somebody in."""

from django.utils import timezone

from accounts.credentials import mails
from accounts.kernel import sessions
from accounts.kernel.audit import Action
from accounts.kernel.change import account_change
from accounts.kernel.policy import Permission


def expire(user_id, *, actor):
    """
    End the temporary password and the reset link of a user now.

    :raises NoSuchUser, NotPermitted: see `account_change`.
    """
    with account_change(
        user_id,
        actor=actor,
        permission=Permission.SEE_CREDENTIALS,
        action=Action.CREDENTIAL_EXPIRED,
    ) as change:
        user, now = change.user, timezone.now()
        is_temporary = user.must_change_password and user.temporary_password_expires_at > now
        if not (is_temporary or user.reset_link_at):
            return change.unneeded()
        if is_temporary:
            user.temporary_password_expires_at = now
            change.details["sessions_ended"] = sessions.end_all(user)
        change.details.update(
            temporary_password=is_temporary, reset_link=user.reset_link_at is not None
        )
        user.reset_link_at = None


def remind(user_id, *, actor):
    """
    Mail a user that their temporary password runs out; return whether there is one to remind of.

    :raises MailIsOff: if nobody would be told.
    :raises TooManyMails: if the user gets one mail after the other.
    :raises NoSuchUser, NotPermitted: see `account_change`.
    """
    with account_change(
        user_id,
        actor=actor,
        permission=Permission.SEE_CREDENTIALS,
        action=Action.CREDENTIAL_REMINDED,
    ) as change:
        user = change.user
        due = (
            user.is_active and user.must_change_password and not user.has_expired_temporary_password
        )
        if not due:
            change.unneeded()
            return False
        mails.TemporaryPasswordRunsOut().queue(user, by=actor)
    return True
