"""A person says of a change of their account: I did not expect this."""

from django.db import IntegrityError
from django.utils import timezone

from accounts import mail, sessions, tokens
from accounts.audit import Action
from accounts.change import account_change
from accounts.models import AuditEvent, Dispute, User
from accounts.policy import Permission

MOST_ADMINS_TOLD = 50


class NothingToDispute(Exception):
    """The link is none, is too old, or was used."""


def find(token):
    """
    Return the audit entry that a link is about; looking at it uses nothing up.

    :raises NothingToDispute: if it leads to none that can still be disputed.
    """
    event = AuditEvent.objects.select_related("target", "actor").filter(pk=tokens.event_of_dispute(token)).first()
    if event is None or event.target is None or Dispute.objects.filter(event=event).exists():
        raise NothingToDispute
    return event


def dispute(token, *, actor):
    """
    Freeze what the change opened, tell the other Admins, and record it. Works once.

    After a reset the temporary password ends at once; after another change the Admin who made it is signed out
    everywhere, in case somebody else sits there.

    :raises NothingToDispute: see `find`.
    """
    event = find(token)
    try:
        with account_change(
            event.target_id, actor=actor, permission=Permission.DISPUTE_CHANGE, action=Action.CHANGE_DISPUTED
        ) as change:
            Dispute.objects.create(event=event)
            change.details.update(disputed=event.action, entry=event.pk)
            change.details["sessions_ended"] = _freeze(event, change.user)
            for admin in User.objects.active_admins().exclude(pk=event.actor_id)[:MOST_ADMINS_TOLD]:
                mail.change_was_disputed(admin, about=change.user, action=event.action)
    except IntegrityError as error:
        raise NothingToDispute from error


def _freeze(event, user):
    if event.action != Action.PASSWORD_RESET_BY_ADMIN:
        return sessions.end_all(event.actor) if event.actor else 0
    if user.password_set_at > event.at:
        return 0  # what that reset gave is gone; a later password is not what the person speaks of
    user.reset_link_at = None
    if user.must_change_password:
        user.temporary_password_expires_at = timezone.now()
        return sessions.end_all(user)
    return 0
