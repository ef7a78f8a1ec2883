"""How somebody who was invited joins."""

from django.db import IntegrityError
from django.utils import timezone

import accounts.passwords.rules
import accounts.sign_in.attempt
import accounts.sign_in.known_networks
import accounts.users.actions
from accounts.invitations import actions
from accounts.invitations.events import InvitationAccepted
from accounts.invitations.subject import NoSuchInvitation
from accounts.kernel.actor import Actor
from accounts.kernel.change import change, creation
from accounts.kernel.crypto import hashers, tokens
from accounts.kernel.crypto.tokens import LinkState
from accounts.kernel.errors import Invalid, LinkInvalid
from accounts.kernel.policy import Permission
from accounts.kernel.session_store import SessionStore
from accounts.kernel.text import email_address
from accounts.models import Invitation, Method, Role, User
from accounts.users.events import UserCreated


def require_live(invitation: Invitation | None, token: str) -> Invitation:
    """
    Let a living link pass, and return its invitation; looking at it uses nothing up.

    :raises LinkInvalid: otherwise, also where the inviter has lost the right to invite to that
    role.
    """
    state = tokens.state_of_invitation(invitation, token)
    if invitation is None or state is not LinkState.LIVE:
        raise LinkInvalid(state)
    organization = Actor.signed_in(invitation.invited_by).organization
    is_accepted = email_address.find(invitation.email) and organization.accepts(invitation.email)
    if not (is_accepted and actions.may_still_invite(invitation)):
        raise LinkInvalid(LinkState.DEAD)
    return invitation


def accept(
    invitation: Invitation | None,
    token: str,
    *,
    actor: Actor,
    session: SessionStore,
    full_name: str,
    password: str,
) -> User:
    """
    Make the account that the invitation promises, and sign its owner in; return the User.

    :raises LinkInvalid: if the link does not live.
    :raises Invalid: if name or password will not do; the link stays good.
    """
    invitation = require_live(invitation, token)
    user = User(
        email=invitation.email,
        full_name=accounts.users.actions.clean_name(full_name),
        role=invitation.role,
    )
    password_hash = _hash_of(password, user)
    try:
        with change(
            Invitation, invitation.public_id, actor=actor, permission=Permission.ACCEPT_INVITATION
        ) as current:
            require_live(current.subject, token)
            current.subject.accepted_at = timezone.now()
            _join(user, current.subject, password_hash, actor)
            current.record(InvitationAccepted(**actions.facts(current.subject)))
            begun = accounts.sign_in.attempt.begin(user, Method.LINK)
            accounts.sign_in.attempt.complete(begun, user, actor=actor, store=session)
            current.actor = actor.in_session(session.stored)
            accounts.sign_in.known_networks.note(user, actor.address)
    except (IntegrityError, NoSuchInvitation) as error:
        raise LinkInvalid(LinkState.DEAD) from error
    return user


def _hash_of(password: str, user: User) -> str:
    try:
        accounts.passwords.rules.check(password, user)
    except Invalid as fault:
        raise fault.about("new_password") from fault
    return hashers.make(password)


def _join(user: User, invitation: Invitation, password_hash: str, actor: Actor) -> None:
    # Whoever invited is not asked again: `require_live` has just done so.
    with creation(
        user, actor=Actor.system(via=actor.via), permission=Permission.CREATE_USER
    ) as current:
        user.set_own_password(password_hash)
        user.password_set_by = None  # themselves, whom no row can name before it is there
        user.last_sign_in_at, user.invited_by = timezone.now(), invitation.invited_by
        if not invitation.is_mailed:
            # Whoever had the link need not have the mailbox.
            user.email_unverified_since = timezone.now()
        current.record(UserCreated(role=Role(user.role), invitation=invitation.public_id))
    invitation.accepted_as = user
