"""Ending early what would still let somebody in."""

from django.utils import timezone

from accounts.credentials import mails
from accounts.credentials.events import CredentialExpired, CredentialReminded
from accounts.kernel import sessions
from accounts.kernel.actor import Actor
from accounts.kernel.change import change
from accounts.kernel.policy import Permission
from accounts.models import User


def expire(user_id: int, *, actor: Actor) -> None:
    """
    End the temporary password and the reset link of a user now.

    :raises NoSuchUser, NotPermitted: see `change`.
    """
    with change(User, user_id, actor=actor, permission=Permission.SEE_CREDENTIALS) as current:
        user, ended = current.subject, None
        is_temporary, has_link = _has_temporary_password(user), user.reset_link_at is not None
        if not (is_temporary or has_link):
            return
        if is_temporary:
            user.temporary_password_expires_at = timezone.now()
            ended = sessions.end_all(user)
        user.reset_link_at = None
        current.record(
            CredentialExpired(
                sessions_ended=ended, temporary_password=is_temporary, reset_link=has_link
            )
        )


def remind(user_id: int, *, actor: Actor) -> bool:
    """
    Mail a user that their temporary password runs out; return whether there is one to remind of.

    :raises MailIsOff: if nobody would be told.
    :raises TooManyMails: if the user gets one mail after the other.
    :raises NoSuchUser, NotPermitted: see `change`.
    """
    with change(User, user_id, actor=actor, permission=Permission.SEE_CREDENTIALS) as current:
        user = current.subject
        if not (user.is_active and _has_temporary_password(user)):
            return False
        current.record(CredentialReminded())
        mails.TemporaryPasswordRunsOut().queue(user, by=current.actor)
    return True


def _has_temporary_password(user: User) -> bool:
    return user.must_change_password and not user.has_expired_temporary_password
