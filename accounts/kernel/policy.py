"""
Who may do what to whom. The one place: actions `require()`, pages ask `allows()` or `decide()`.

It answers with a Decision, in codes; `web/words/refusals.py` says them to people. What a permission
takes stands beside it, at the end; what the roles are granted, in `kernel/grants.py`. Rules about a
target are chosen by its type, so that a number never means another table's row.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from enum import StrEnum
from typing import Any

from django.utils import timezone

from accounts.kernel import grants
from accounts.kernel.actor import Actor
from accounts.kernel.decisions import ALLOWED, Decision, Denial, Denied, StepUp
from accounts.kernel.errors import NotPermitted, ProofRequired
from accounts.kernel.grants import Grant
from accounts.models import Invitation, Organization, Role, SavedView, User
from accounts.models.audit_event import ActorKind

PROOFS = ("password",)
PROOF_LASTS = timedelta(minutes=10)
STRENGTH = (Role.VIEWER, Role.MEMBER, Role.ADMIN)
Found = Denial | tuple[Denial, Mapping[str, Any]] | None
Rule = Callable[[Actor, Any], Found]
Rules = Mapping[type[Any], tuple[Rule, ...]]


@dataclass(frozen=True)
class Terms:
    """
    What a permission takes: its `row` of the matrix; whether visitors have it, and who must choose
    a password first; whether it needs a proof of a moment ago; and, by the type of what it is asked
    about, the rules about that.

    A rule is asked (actor, target) and returns a Denial, perhaps with facts, or None. What is `own`
    is refused for whatever its rules do not know to be the actor's.
    """

    row: grants.Row
    own: bool = False
    for_visitors: bool = False
    before_own_password: bool = False
    needs_fresh_proof: bool = False
    about: Rules = field(default_factory=dict)


def decide(actor: Actor, permission: "Permission", target: Any = None) -> Decision:
    """
    Return whether `actor` may do that to `target` (None where it is about nothing in particular).

    The actor's and the target's rows are believed as they are: read them under a lock where it
    matters.
    """
    terms = permission.terms
    if found := _denial_of_actor(actor, permission, terms) or _denial_about(actor, target, terms):
        code, facts = found if isinstance(found, tuple) else (found, {})
        return Denied(code, permission, facts)
    if terms.needs_fresh_proof and not _has_fresh_proof(actor):
        return StepUp(PROOFS)
    return ALLOWED


def allows(actor: Actor, permission: "Permission", target: Any = None) -> bool:
    """Return whether `actor` may do that now; see `decide`."""
    return decide(actor, permission, target) == ALLOWED


def denied(actor: Actor, permission: "Permission", target: Any = None) -> Denied | None:
    """
    Return why `actor` may not do that, or None where they may, be it after a proof; see `decide`.
    """
    decision = decide(actor, permission, target)
    return decision if isinstance(decision, Denied) else None


def require(actor: Actor, permission: "Permission", target: Any = None) -> None:
    """
    Let an allowed act pass.

    :raises NotPermitted: where the policy says no.
    :raises ProofRequired: where the actor must prove first who they are.
    """
    match decide(actor, permission, target):
        case Denied() as decision:
            raise NotPermitted(decision, target)
        case StepUp(methods):
            raise ProofRequired(methods)


def permission_to_invite(invitation: Invitation) -> "Permission":
    """
    Return what it takes to invite somebody by this Invitation; who may hand links over may mail
    them, too.
    """
    return Permission.INVITE if invitation.is_mailed else Permission.INVITE_BY_LINK


def is_last_active_admin(user: User) -> bool:
    """Return whether nobody but `user` could do what only Admins may."""
    is_one = user.is_active and user.role == Role.ADMIN
    return is_one and not User.objects.active_admins().exclude(pk=user.pk).exists()


def _denial_of_actor(actor: Actor, permission: "Permission", terms: Terms) -> Denial | None:
    if actor.kind == ActorKind.SYSTEM:
        return None
    if actor.user is None:
        return None if terms.for_visitors else Denial.SIGN_IN_FIRST
    if not actor.user.is_active:
        return Denial.DEACTIVATED
    if actor.user.must_change_password and not terms.before_own_password:
        return Denial.MUST_CHANGE
    match terms.row.grant(actor.user.role):
        case Grant.NO:
            return Denial.ADMINS_ONLY
        case Grant.IF_ALLOWED if not _organization_allows(actor.organization, permission):
            return Denial.ADMINS_ONLY_HERE
    return None


def _organization_allows(organization: Organization, permission: "Permission") -> bool:
    """
    Return the setting behind "where the organization allows it"; what the product around us decides
    is not ours.
    """
    return permission == Permission.INVITE and organization.members_may_invite


def _denial_about(actor: Actor, target: Any, terms: Terms) -> Found:
    if target is None:
        return None
    for kind, rules in terms.about.items():
        if isinstance(target, kind):
            return _first_found(rules, actor, target)
    return Denial.NOT_YOURS if terms.own else None


def _first_found(rules: tuple[Rule, ...], actor: Actor, target: Any) -> Found:
    for rule in rules:
        if found := rule(actor, target):
            return found
    return None


def _has_fresh_proof(actor: Actor) -> bool:
    if actor.kind != ActorKind.USER:
        return True
    proved_at = actor.authenticated_at
    return proved_at is not None and timezone.now() - proved_at < PROOF_LASTS


def _only_oneself(actor: Actor, user: User) -> Denial | None:
    return None if actor.user_id == user.pk else Denial.NOT_YOURS


def _not_oneself(actor: Actor, user: User) -> Denial | None:
    return Denial.YOURSELF if actor.user_id == user.pk else None


def _active(_actor: Actor, user: User) -> Denial | None:
    return None if user.is_active else Denial.ACCOUNT_DEACTIVATED


def _deactivated(_actor: Actor, user: User) -> Denial | None:
    return Denial.DEACTIVATE_FIRST if user.is_active else None


def _accepted_address(actor: Actor, user: User) -> Denial | None:
    return None if actor.organization.accepts(user.email) else Denial.ADDRESS_NOT_ACCEPTED


def _not_the_last_admin(actor: Actor, user: User) -> Found:
    # An Admin who acts on another is one that stays; only the system could take the last one away.
    if actor.kind == ActorKind.SYSTEM and is_last_active_admin(user):
        return Denial.LAST_ADMIN, {"name": user.full_name}
    return None


def _not_above_own(actor: Actor, role: str) -> Denial | None:
    above = actor.user and STRENGTH.index(role) > STRENGTH.index(actor.user.role)
    return Denial.ROLE_ABOVE_OWN if above else None


def _not_to_a_role_above_own(actor: Actor, invitation: Invitation) -> Denial | None:
    return _not_above_own(actor, invitation.role)


def _own_or_left_behind(actor: Actor, view: SavedView) -> Found:
    """Others' shared views stay while they are Admins themselves."""
    is_left_behind = view.is_shared and not allows(
        Actor.signed_in(view.owner), Permission.SEE_USERS
    )
    if view.owner_id == actor.user_id or is_left_behind:
        return None
    return Denial.VIEW_OF_ANOTHER, {"name": view.owner.full_name}


_ONESELF: Rules = {User: (_only_oneself,)}
_ANOTHER: Rules = {User: (_not_oneself,)}
_INVITED: Rules = {Role: (_not_above_own,), Invitation: (_not_to_a_role_above_own,)}


class Permission(StrEnum):
    """
    What can be asked for: the subject and a verb, as entries of the trail name it, and beside it
    what it takes.
    """

    terms: Terms

    def __new__(cls, name: str, terms: Terms) -> "Permission":
        self = str.__new__(cls, name)
        self._value_, self.terms = name, terms
        return self

    READ_AUDIT_TRAIL = "audit_trail.read", Terms(grants.AUDIT_TRAIL)
    SEE_CREDENTIALS = "credentials.read", Terms(grants.MANAGE_USERS)
    END_SESSIONS = "devices.end", Terms(grants.MANAGE_USERS, about=_ANOTHER)
    END_OWN_SESSIONS = (
        "devices.end_own",
        Terms(grants.OWN_ACCOUNT, own=True, before_own_password=True, about=_ONESELF),
    )
    DISPUTE_CHANGE = "disputes.open", Terms(grants.OWN_ACCOUNT, for_visitors=True)
    ACCEPT_INVITATION = "invitations.accept", Terms(grants.OWN_ACCOUNT, for_visitors=True)
    INVITE_BY_LINK = "invitations.hand_over", Terms(grants.HAND_OVER_INVITATIONS, about=_INVITED)
    MANAGE_INVITATIONS = "invitations.manage", Terms(grants.MANAGE_ORGANIZATION)
    INVITE = "invitations.send", Terms(grants.SEND_INVITATIONS, about=_INVITED)
    SEE_MAIL_QUEUE = "mail.read", Terms(grants.MANAGE_USERS)
    MANAGE_SETTINGS = "organization.change", Terms(grants.MANAGE_ORGANIZATION)
    CHANGE_OWN_PASSWORD = (
        "passwords.change_own",
        Terms(grants.OWN_ACCOUNT, own=True, before_own_password=True, about=_ONESELF),
    )
    RESET_PASSWORD = "passwords.reset", Terms(grants.MANAGE_USERS, about=_ANOTHER)
    USE_RESET_LINK = (
        "passwords.use_link",
        Terms(
            grants.OWN_ACCOUNT,
            for_visitors=True,
            before_own_password=True,
            about={User: (_active, _accepted_address)},
        ),
    )
    EDIT_OWN_PROFILE = "profile.edit", Terms(grants.OWN_ACCOUNT, own=True, about=_ONESELF)
    SEE_OWN_PROFILE = "profile.read", Terms(grants.OWN_ACCOUNT, own=True, about=_ONESELF)
    CHANGE_ROLE = (
        "roles.change",
        Terms(grants.MANAGE_USERS, about={User: (_not_oneself, _not_the_last_admin)}),
    )
    DELETE_VIEW = (
        "saved_views.delete",
        Terms(grants.MANAGE_USERS, about={SavedView: (_own_or_left_behind,)}),
    )
    SIGN_IN = (
        "sign_in.complete",
        Terms(
            grants.OWN_ACCOUNT,
            own=True,
            before_own_password=True,
            about={User: (_only_oneself, _accepted_address)},
        ),
    )
    ACTIVATE = "users.activate", Terms(grants.MANAGE_USERS)
    CREATE_USER = "users.create", Terms(grants.MANAGE_USERS)
    DEACTIVATE = (
        "users.deactivate",
        Terms(grants.MANAGE_USERS, about={User: (_not_oneself, _not_the_last_admin)}),
    )
    DELETE_USER = (
        "users.delete",
        Terms(grants.MANAGE_USERS, about={User: (_not_oneself, _deactivated)}),
    )
    EDIT_USER = "users.edit", Terms(grants.MANAGE_USERS, about=_ANOTHER)
    EXPORT_USERS = "users.export", Terms(grants.MANAGE_USERS)
    IMPORT_USERS = "users.import", Terms(grants.MANAGE_USERS)
    SEE_USERS = "users.read", Terms(grants.MANAGE_USERS)
    CREATE_WORKSPACES = "workspaces.create", Terms(grants.CREATE_CONTENT)
    DELETE_WORKSPACES = "workspaces.delete", Terms(grants.DELETE_CONTENT)
    READ_WORKSPACES = "workspaces.read", Terms(grants.READ_CONTENT)
