"""A person says of a change of their account: I did not expect this."""

from django.db import IntegrityError

from accounts.disputes import mails
from accounts.disputes.events import ChangeDisputed, Frozen
from accounts.kernel import sessions
from accounts.kernel.actor import Actor
from accounts.kernel.change import change
from accounts.kernel.crypto import tokens
from accounts.kernel.errors import LinkInvalid, NoSuchUser
from accounts.kernel.policy import Permission
from accounts.models import AuditEvent, Dispute, PersonalDetail, User
from accounts.passwords.events import PasswordResetByAdmin, PasswordResetByLink

MOST_ADMINS_TOLD = 50
GIVES_A_PASSWORD = (PasswordResetByAdmin.name, PasswordResetByLink.name)


class NothingToDispute(LinkInvalid):
    """
    The link is none, is too old, was used, or went to an address that is the account's no more.
    """


def find(token: str) -> AuditEvent:
    """
    Return the audit entry that a link is about; looking at it uses nothing up.

    :raises NothingToDispute: if it leads to none that can still be disputed.
    """
    link = tokens.dispute_of(token)
    if link is None:
        raise NothingToDispute
    events = AuditEvent.objects.select_related("target", "actor", "personal").filter(
        at__lte=link.written_until
    )
    event = events.filter(pk=link.event_id).first()
    if (
        event is None
        or event.target is None
        or event.target.deleted_at
        or Dispute.objects.filter(event=event).exists()
    ):
        raise NothingToDispute
    if not _is_for_its_mailbox(link, event, event.target):
        raise NothingToDispute
    return event


def is_about_a_password(event: AuditEvent) -> bool:
    return event.action == PasswordResetByAdmin.name


def dispute(token: str, *, actor: Actor) -> Frozen:
    """
    Freeze what the change opened, tell the other Admins, record it, and return what is Frozen.
    Works once.

    The Admin who made the change is signed out everywhere, in case somebody else sits there. After
    a reset the account is left without a password and without a session: whoever was handed the
    temporary one may have put another in its place. The owner's way back is a reset link, or a
    password that another Admin gives.

    :raises NothingToDispute: see `find`.
    """
    event = find(token)
    try:
        others = [event.actor_id] if event.actor_id else []
        with change(
            User, event.target_id, actor=actor, permission=Permission.DISPUTE_CHANGE, others=others
        ) as current:
            event = find(token)  # the address may have changed meanwhile
            Dispute.objects.create(event=event)
            disputed = _freeze(event, current.subject)
            current.record(disputed)
            _tell(event, current.subject, disputed.frozen)
    except (IntegrityError, NoSuchUser) as error:
        raise NothingToDispute from error
    return disputed.frozen


def _is_for_its_mailbox(link: tokens.Dispute, event: AuditEvent, owner: User) -> bool:
    """
    Return whether the address that the link was mailed to is the account's, whose `owner` the entry
    is about, or was until this very change took it.

    Whoever has an address from before must not be able to stop what its owner does with the account
    since.
    """
    if not link.mailbox:  # made by the version before
        moves = PersonalDetail.objects.filter(
            user=owner, event_id__gt=event.pk, data__has_key="old_email"
        )
        return not moves.exists()
    told = getattr(event, "personal", None)
    old_email = told.data.get("old_email", "") if told else ""
    addresses = {owner.email, old_email} - {""}
    return any(link.was_mailed_to(address) for address in addresses)


def _freeze(event: AuditEvent, user: User) -> ChangeDisputed:
    """Stop what the disputed event opened, and return a ChangeDisputed."""
    frozen, ended = _what_to_freeze(event, user), None
    of_admin = sessions.end_all(event.actor) if event.actor else None
    if frozen == Frozen.ACCOUNT:
        user.revoke_password(by=None)
        ended = sessions.end_all(user)
    return ChangeDisputed(
        admin_sessions_ended=of_admin,
        sessions_ended=ended,
        disputed=event.action,
        entry=event.pk,
        frozen=frozen,
    )


def _what_to_freeze(event: AuditEvent, user: User) -> Frozen:
    if not is_about_a_password(event):
        return Frozen.ADMIN
    if AuditEvent.objects.filter(
        target=user, pk__gt=event.pk, action__in=GIVES_A_PASSWORD
    ).exists():
        return Frozen.NOTHING  # a password from elsewhere is not what the person speaks of
    return Frozen.ACCOUNT


def _tell(event: AuditEvent, user: User, frozen: Frozen) -> None:
    # Whoever used the link may not be the owner, who must learn of it then, and how to get back in.
    if frozen == Frozen.ACCOUNT and user.is_active:
        mails.PasswordDoesNotWork().queue(user)
    told = mails.SomebodyDidNotExpectAChange(
        about=user.full_name, action=event.action, frozen=frozen.value
    )
    not_told = [user.pk, event.actor_id] if event.actor_id else [user.pk]
    for admin in User.objects.active_admins().exclude(pk__in=not_told)[:MOST_ADMINS_TOLD]:
        told.queue(admin)
