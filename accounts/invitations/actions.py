"""How somebody is invited, and joins."""

from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta

from django.db import IntegrityError, transaction
from django.utils import timezone

import accounts.passwords.rules
import accounts.sign_in.attempt
import accounts.sign_in.known_networks
import accounts.tabular.pasted
import accounts.users.actions
from accounts.invitations import mails
from accounts.invitations.events import (
    InvitationAccepted,
    InvitationCancelled,
    InvitationLinkMade,
    InvitationSent,
)
from accounts.invitations.subject import NoSuchInvitation
from accounts.kernel import policy, throttle
from accounts.kernel.actor import Actor
from accounts.kernel.change import change, creation
from accounts.kernel.crypto import hashers, tokens
from accounts.kernel.crypto.tokens import LinkState
from accounts.kernel.errors import Invalid, LinkInvalid
from accounts.kernel.policy import Permission
from accounts.kernel.text import email_address, names
from accounts.kernel.throttle import TooManyMails
from accounts.models import Invitation, Method, Role, User
from accounts.users.events import UserCreated

DAYS = 7
MOST_AT_ONCE = 500
GOOD = ("new", "untold")  # the states of whom an invitation is tried for
OVER = "limit"


@dataclass(frozen=True)
class Line:
    """
    What would happen with one address: `state` is new, invited, user, deactivated, untold, domain,
    twice or nonsense.

    `name` is what was typed beside it, and `user` is whom it belongs to, where that is so. It is
    untold to who may not see the users whether it is any of the first four.
    """

    typed: str
    email: str
    state: str
    name: str = ""
    user: User | None = None


def preview(text, *, actor):
    """
    Return a Line for each address in `text`, in its order, and for each part of it that is none.

    :raises NotPermitted: if `actor` may not invite at all.
    :raises TooManyAddresses: if there are more than MOST_AT_ONCE.
    """
    policy.require(actor, Permission.INVITE)
    people = accounts.tabular.pasted.people_in(text, MOST_AT_ONCE)
    emails = [email_address.find(typed) for _name, typed in people]
    known = {user.email: user for user in User.objects.filter(email__in=emails)}
    invited = set(
        Invitation.objects.alive().filter(email__in=emails).values_list("email", flat=True)
    )
    is_told = policy.allows(actor, Permission.SEE_USERS)
    lines = []
    for place, ((name, typed), email) in enumerate(zip(people, emails, strict=True)):
        state = _state(email, known.get(email), email in invited, email in emails[:place], actor)
        if is_told:
            lines.append(Line(typed, email, state, names.clean(name), known.get(email)))
        else:
            lines.append(Line(typed, email, _untold(state, email, actor), names.clean(name)))
    return lines


def room(actor):
    """Return how many addresses `actor` can invite now, and how many in an hour."""
    return _limit(actor).room(actor.user_id)


def invite(email, *, actor, role, full_name="", by_mail=True, is_job=False):
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
        _limit(actor).hit(actor.user_id)
    if User.objects.filter(email=email).exists():
        raise accounts.users.actions.AddressTaken
    invitation = Invitation(email=email, role=Role(role), invited_by=actor.user, is_mailed=by_mail)
    invitation.full_name = names.clean(full_name)[:150]
    _renew(invitation)
    try:
        with creation(
            invitation, actor=actor, permission=policy.permission_to_invite(invitation)
        ) as current:
            run_out = Invitation.objects.open().filter(
                email=email, expires_at__lte=invitation.link_made_at
            )
            run_out.update(cancelled_at=invitation.link_made_at)
            current.record(InvitationSent(**_facts(invitation)))
            if by_mail:
                may_wait = not policy.allows(actor, Permission.MANAGE_INVITATIONS)
                news = mails.Invitation()
                current.after(lambda _entry: news.queue(invitation, by=actor, may_wait=may_wait))
    except IntegrityError as error:
        raise AlreadyInvited from error
    return invitation, "" if by_mail else path_of(invitation)


def invite_all(lines, *, actor, role, by_mail, keep=None):
    """
    Invite whom the Lines of a preview call new; return for each line its address, what became of
    it, and its link.

    `keep(done)` is called with that in the same transaction: all of it is done, or none. Who is
    over the limit of the inviter is left out.

    :raises MailIsOff, NotPermitted: see `invite`.
    :raises TooManyTries: if nobody can be invited now.
    """
    with transaction.atomic():
        done = [_invite_line(line, actor=actor, role=role, by_mail=by_mail) for line in lines]
        wanted = [
            state
            for line, (_email, state, _path) in zip(lines, done, strict=True)
            if line.state in GOOD
        ]
        if wanted and set(wanted) == {OVER}:
            _limit(actor).refuse_if_reached(actor.user_id)
        if keep:
            keep(done)
    return done


def renew(public_id, *, actor, by_mail, keep=None):
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
        if not _may_still_invite(invitation):
            invitation.invited_by = actor.user  # or the new link would be dead on arrival
        current.record(InvitationLinkMade(**_facts(invitation)))
        path = "" if by_mail else path_of(invitation)
        if keep:
            keep(invitation, path)
    return invitation, path


def cancel(public_id, *, actor):
    """Make an invitation worthless, and return it. :raises NoSuchInvitation: if it is not open."""
    with change(
        Invitation, public_id, actor=actor, permission=Permission.MANAGE_INVITATIONS
    ) as current:
        current.subject.cancelled_at = timezone.now()
        current.record(InvitationCancelled(**_facts(current.subject)))
    return current.subject


def cancel_all(*, actor):
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


def require_live(invitation, token):
    """
    Let a living link pass; looking at it uses nothing up.

    :raises LinkInvalid: otherwise, also where the inviter has lost the right to invite to that
    role.
    """
    if (state := tokens.state_of_invitation(invitation, token)) is not LinkState.LIVE:
        raise LinkInvalid(state)
    organization = Actor.signed_in(invitation.invited_by).organization
    is_accepted = email_address.find(invitation.email) and organization.accepts(invitation.email)
    if not (is_accepted and _may_still_invite(invitation)):
        raise LinkInvalid(LinkState.DEAD)


def accept(invitation, token, *, actor, session, full_name, password):
    """
    Make the account that the invitation promises, and sign its owner in; return the User.

    :raises LinkInvalid: if the link does not live.
    :raises Invalid: if name or password will not do; the link stays good.
    """
    require_live(invitation, token)
    user = User(
        email=invitation.email,
        full_name=accounts.users.actions.clean_name(full_name),
        role=invitation.role,
    )
    try:
        accounts.passwords.rules.check(password, user)
    except Invalid as fault:
        raise fault.about("new_password") from fault
    password_hash = hashers.make(password)
    try:
        with change(
            Invitation, invitation.public_id, actor=actor, permission=Permission.ACCEPT_INVITATION
        ) as current:
            require_live(current.subject, token)
            current.subject.accepted_at = timezone.now()
            _join(user, current.subject, password_hash, actor)
            current.record(InvitationAccepted(**_facts(current.subject)))
            begun = accounts.sign_in.attempt.begin(user, Method.LINK)
            accounts.sign_in.attempt.complete(begun, user, actor=actor, store=session)
            current.actor = actor.in_session(session.stored)
            accounts.sign_in.known_networks.note(user, actor.address)
    except (IntegrityError, NoSuchInvitation) as error:
        raise LinkInvalid(LinkState.DEAD) from error
    return user


class AlreadyInvited(Invalid):
    """A living invitation for the address is on its way."""

    code = "already_invited"

    def __init__(self):
        super().__init__(field="email")


def path_of(invitation):
    """Return the path of the newest link of an invitation: a secret."""
    return f"/join/{invitation.public_id}/{tokens.make_for_invitation(invitation)}/"


def _invite_line(line, **how):
    if line.state not in GOOD:
        return line.email or line.typed, line.state, ""
    try:
        invitation, path = invite(line.email, full_name=line.name, **how)
    except (AlreadyInvited, accounts.users.actions.AddressTaken):
        return line.email, "invited_meanwhile" if line.state == "new" else line.state, ""
    except TooManyMails:
        return line.email, "too_many_mails", ""
    except throttle.TooManyTries:
        return line.email, OVER, ""
    return invitation.email, line.state, path


def _join(user, invitation, password_hash, actor):
    # Whoever invited is not asked again: `require_live` has just done so.
    with creation(
        user, actor=Actor.system(via=actor.via), permission=Permission.CREATE_USER
    ) as current:
        user.set_own_password(password_hash)
        user.password_set_by = None  # themselves, whom no row can name before it is there
        user.last_sign_in_at, user.invited_by = timezone.now(), invitation.invited_by
        if not invitation.is_mailed:
            user.email_unverified_since = (
                timezone.now()
            )  # whoever had the link need not have the mailbox
        current.record(UserCreated(role=user.role, invitation=invitation.public_id))
    invitation.accepted_as = user


def _facts(invitation):
    """Return what an entry says of an invitation."""
    return {"invitation": invitation.public_id, "role": invitation.role, "email": invitation.email}


def _may_still_invite(invitation):
    inviter = Actor.signed_in(invitation.invited_by)
    return policy.allows(inviter, policy.permission_to_invite(invitation), invitation)


def _renew(invitation):
    invitation.link_made_at, invitation.mailed_at = timezone.now(), None
    invitation.expires_at = invitation.link_made_at + timedelta(days=DAYS)


def _limit(actor):
    """
    Return the limit on inviting; whoever may not see all users may not fill their mailboxes either.
    """
    sees_all = policy.allows(actor, Permission.SEE_USERS)
    return throttle.INVITATIONS_BY_ADMIN if sees_all else throttle.INVITATIONS_BY_MEMBER


def _untold(state, email, actor):
    """
    Return a state that is the same whether the address is a user's, is invited, or is neither.
    """
    if state not in ("new", "invited", "user", "deactivated"):
        return state
    return "untold" if actor.organization.accepts(email) else "domain"


def _state(email, user, is_invited, is_twice, actor):
    if not email:
        return "nonsense"
    if is_twice:
        return "twice"
    if user:
        return "user" if user.is_active else "deactivated"
    if is_invited:
        return "invited"
    return "new" if actor.organization.accepts(email) else "domain"
