"""How somebody is invited, and how that is taken back."""

from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils import timezone

import accounts.users.actions
from accounts.invitations import mails
from accounts.invitations.events import (
    InvitationCancelled,
    InvitationLinkMade,
    InvitationSent,
)
from accounts.invitations.preview import Line
from accounts.invitations.subject import AlreadyInvited, NoSuchInvitation
from accounts.kernel import policy, throttle
from accounts.kernel.actor import Actor
from accounts.kernel.change import change, creation
from accounts.kernel.crypto import tokens
from accounts.kernel.policy import Permission
from accounts.kernel.text import names
from accounts.kernel.throttle import Limit, TooManyMails
from accounts.models import Invitation, Role, User

DAYS = 7
GOOD = ("new", "untold")  # the states of whom an invitation is tried for
OVER = "limit"
Done = tuple[str, str, str]  # of a line: its address, what became of it, and its link or ""


def room(actor: Actor) -> tuple[int, int]:
    """Return how many addresses `actor` can invite now, and how many in an hour."""
    return _limit(actor).room(actor.person.pk)


def invite(
    email: str,
    *,
    actor: Actor,
    role: str,
    full_name: str = "",
    by_mail: bool = True,
    is_job: bool = False,
) -> tuple[Invitation, str]:
    """
    Invite an address, or renew an invitation that has run out; return the Invitation and its link.

    The link is for handing over by chat and is kept nowhere; it is "" where a mail brings it.
    `full_name` is what the page on which they join suggests.

    :raises Invalid: if the address is none, or is not accepted.
    :raises AddressTaken: if it has an account.
    :raises AlreadyInvited: if a living invitation is on its way.
    :raises MailIsOff: if a mail is to bring it and none goes out.
    :raises TooManyMails: if the address gets one mail after the other. To who may not see
        invitations that is not told, since it says what others do: the mail goes out later.
    :raises NotPermitted: if `actor` may not invite to `role`, or by a link.
    :raises TooManyTries: if `actor` invites without end; a job, which an Admin has looked over as a
    whole, is let pass.
    """
    email = accounts.users.actions.clean_email(email, actor.organization)
    if not is_job:
        _limit(actor).hit(actor.person.pk)
    if User.objects.filter(email=email).exists():
        raise accounts.users.actions.AddressTaken
    invitation = Invitation(
        email=email, role=Role(role), invited_by=actor.person, is_mailed=by_mail
    )
    invitation.full_name = names.clean(full_name)[:150]
    _renew(invitation)
    try:
        _create(invitation, actor)
    except IntegrityError as error:
        raise AlreadyInvited from error
    return invitation, "" if by_mail else path_of(invitation)


def invite_all(
    lines: Sequence[Line],
    *,
    actor: Actor,
    role: str,
    by_mail: bool,
    keep: Callable[[list[Done]], object] | None = None,
) -> list[Done]:
    """
    Invite whom the Lines of a preview call new; return what was Done for each line.

    `keep(done)` is called with that in the same transaction: all of it is done, or none. Who is
    over the limit of the inviter is left out.

    :raises MailIsOff, NotPermitted: see `invite`.
    :raises TooManyTries: if nobody can be invited now.
    """
    with transaction.atomic():
        # By address, whatever the order of the lines: or two of these could wait for each other.
        done_with = {
            place: _invite_line(lines[place], actor=actor, role=role, by_mail=by_mail)
            for place in sorted(range(len(lines)), key=lambda place: lines[place].email)
        }
        done = [done_with[place] for place in range(len(lines))]
        wanted = [
            state
            for line, (_email, state, _path) in zip(lines, done, strict=True)
            if line.state in GOOD
        ]
        if wanted and set(wanted) == {OVER}:
            _limit(actor).refuse_if_reached(actor.person.pk)
        if keep:
            keep(done)
    return done


def renew(
    public_id: UUID,
    *,
    actor: Actor,
    by_mail: bool,
    keep: Callable[[Invitation, str], object] | None = None,
) -> tuple[Invitation, str]:
    """
    Make a new link, which kills the old one, and mail or return it; see `invite`.

    `keep(invitation, path)` is called in the same transaction.

    :raises TooManyMails: if the address gets one mail after the other.
    """
    permission = Permission.MANAGE_INVITATIONS if by_mail else Permission.INVITE_BY_LINK
    with change(Invitation, public_id, actor=actor, permission=permission) as current:
        invitation = current.subject
        if by_mail:
            mails.Invitation().queue(invitation, by=actor)
        _renew(invitation)
        invitation.is_mailed = by_mail
        if not may_still_invite(invitation):
            invitation.invited_by = actor.person  # or the new link would be dead on arrival
        current.record(InvitationLinkMade(**facts(invitation)))
        path = "" if by_mail else path_of(invitation)
        if keep:
            keep(invitation, path)
    return invitation, path


def cancel(public_id: UUID, *, actor: Actor) -> Invitation:
    """Make an invitation worthless, and return it. :raises NoSuchInvitation: if it is not open."""
    with change(
        Invitation, public_id, actor=actor, permission=Permission.MANAGE_INVITATIONS
    ) as current:
        current.subject.cancelled_at = timezone.now()
        current.record(InvitationCancelled(**facts(current.subject)))
    return current.subject


def cancel_all(*, actor: Actor) -> int:
    """
    Cancel every open invitation and return how many; one that somebody else ended meanwhile is
    passed over.
    """
    ended = 0
    for public_id in list(Invitation.objects.open().values_list("public_id", flat=True)):
        with suppress(NoSuchInvitation):
            cancel(public_id, actor=actor)
            ended += 1
    return ended


def path_of(invitation: Invitation) -> str:
    """Return the path of the newest link of an invitation: a secret."""
    return f"/join/{invitation.public_id}/{tokens.make_for_invitation(invitation)}/"


def is_living_path(path: str, invitation: Invitation | None) -> bool:
    """Return whether a path that `path_of` made for that invitation still lets somebody join."""
    token = path.rstrip("/").rpartition("/")[2]
    return tokens.state_of_invitation(invitation, token) is tokens.LinkState.LIVE


def facts(invitation: Invitation) -> dict[str, Any]:
    """Return what an entry says of an invitation."""
    return {"invitation": invitation.public_id, "role": invitation.role, "email": invitation.email}


def may_still_invite(invitation: Invitation) -> bool:
    """Return whether who invited may do so now, and to that role."""
    inviter = Actor.signed_in(invitation.invited_by)
    return policy.allows(inviter, policy.permission_to_invite(invitation), invitation)


def _invite_line(line: Line, *, actor: Actor, role: str, by_mail: bool) -> Done:
    if line.state not in GOOD:
        return line.email or line.typed, line.state, ""
    try:
        invitation, path = invite(
            line.email, actor=actor, role=role, full_name=line.name, by_mail=by_mail
        )
    except (AlreadyInvited, accounts.users.actions.AddressTaken):
        return line.email, "invited_meanwhile" if line.state == "new" else line.state, ""
    except TooManyMails:
        return line.email, "too_many_mails", ""
    except throttle.TooManyTries:
        return line.email, OVER, ""
    return invitation.email, line.state, path


def _create(invitation: Invitation, actor: Actor) -> None:
    """Store and send an invitation; one to that address that has run out makes room for it."""
    permission = policy.permission_to_invite(invitation)
    with creation(invitation, actor=actor, permission=permission) as current:
        run_out = Invitation.objects.open().filter(
            email=invitation.email, expires_at__lte=invitation.link_made_at
        )
        run_out.update(cancelled_at=invitation.link_made_at)
        current.record(InvitationSent(**facts(invitation)))
        if invitation.is_mailed:
            may_wait = not policy.allows(actor, Permission.MANAGE_INVITATIONS)
            news = mails.Invitation()
            current.after(lambda _entry: news.queue(invitation, by=actor, may_wait=may_wait))


def _renew(invitation: Invitation) -> None:
    invitation.link_made_at, invitation.mailed_at = timezone.now(), None
    invitation.expires_at = invitation.link_made_at + timedelta(days=DAYS)


def _limit(actor: Actor) -> Limit:
    """
    Return the limit on inviting; whoever may not see all users may not fill their mailboxes either.
    """
    sees_all = policy.allows(actor, Permission.SEE_USERS)
    return throttle.INVITATIONS_BY_ADMIN if sees_all else throttle.INVITATIONS_BY_MEMBER
