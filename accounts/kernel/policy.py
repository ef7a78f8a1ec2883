"""
Who may do what to whom. The one place: actions ask `require()`, pages ask `refusal()`, /roles/ draws `ROWS`.

A refusal is a sentence for the person who is refused; None means that it is allowed.
"""

from dataclasses import dataclass

from django.db.models import TextChoices
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.kernel.actor import Actor
from accounts.models import Role, User
from accounts.models.audit_event import ActorKind


class NotPermitted(Exception):
    """The actor may not do this; `reason` is the sentence that says why."""

    def __init__(self, permission, reason, target=None):
        super().__init__(reason)
        self.permission, self.reason, self.target = permission, reason, target


class Permission(TextChoices):
    """What can be asked for. The label ends the sentence "Only Admins may …"."""

    READ_WORKSPACES = "read_workspaces", gettext_lazy("read workspaces")
    CREATE_WORKSPACES = "create_workspaces", gettext_lazy("create workspaces")
    DELETE_WORKSPACES = "delete_workspaces", gettext_lazy("delete workspaces")
    SIGN_IN = "sign_in", gettext_lazy("sign in")
    CHANGE_OWN_PASSWORD = "change_own_password", gettext_lazy("change their own password")
    END_OWN_SESSIONS = "end_own_sessions", gettext_lazy("sign out their own devices")
    EDIT_OWN_PROFILE = "edit_own_profile", gettext_lazy("change their own profile")
    SEE_OWN_PROFILE = "see_own_profile", gettext_lazy("see their own profile")
    ACCEPT_INVITATION = "accept_invitation", gettext_lazy("accept an invitation")
    DISPUTE_CHANGE = "dispute_change", gettext_lazy("say that they did not expect a change")
    USE_RESET_LINK = "use_reset_link", gettext_lazy("use a reset link")
    INVITE = "invite", gettext_lazy("invite colleagues")
    INVITE_BY_LINK = "invite_by_link", gettext_lazy("make an invitation link to hand over")
    MANAGE_INVITATIONS = "manage_invitations", gettext_lazy("manage invitations")
    SEE_USERS = "see_users", gettext_lazy("see the users of the organization")
    CREATE_USER = "create_user", gettext_lazy("add users")
    EDIT_USER = "edit_user", gettext_lazy("change a user's name or address")
    DELETE_USER = "delete_user", gettext_lazy("delete a user")
    SEE_CREDENTIALS = "see_credentials", gettext_lazy("see outstanding credentials")
    IMPORT_USERS = "import_users", gettext_lazy("import users")
    EXPORT_USERS = "export_users", gettext_lazy("export users")
    RESET_PASSWORD = "reset_password", gettext_lazy("reset a password")
    CHANGE_ROLE = "change_role", gettext_lazy("change a role")
    DEACTIVATE = "deactivate", gettext_lazy("deactivate a user")
    ACTIVATE = "activate", gettext_lazy("activate a user")
    SEE_MAIL_QUEUE = "see_mail_queue", gettext_lazy("see the mails that wait or failed")
    READ_AUDIT_TRAIL = "read_audit_trail", gettext_lazy("read the audit trail")
    MANAGE_SETTINGS = "manage_settings", gettext_lazy("manage the organization's settings")


class Grant(TextChoices):
    YES = "yes", gettext_lazy("yes")
    IF_ALLOWED = "if_allowed", gettext_lazy("where the organization allows it")
    NO = "no", "–"


@dataclass(frozen=True)
class Row:
    """A line of the matrix: the words, the permissions that it decides, and the grant of each role."""

    label: str | Promise
    permissions: tuple
    admin: Grant
    member: Grant
    viewer: Grant

    def grant(self, role):
        return getattr(self, Role(role).value)


# The organization matrix of the Vectice guides. What a role means to the product around this application:
PRODUCT_ROWS = (
    Row(
        gettext_lazy(
            "Read workspaces content; export documentation; review and comment on resources"
        ),
        (Permission.READ_WORKSPACES,),
        *(Grant.YES, Grant.YES, Grant.YES),
    ),
    Row(
        gettext_lazy("Create new workspaces"),
        (Permission.CREATE_WORKSPACES,),
        *(Grant.YES, Grant.IF_ALLOWED, Grant.NO),
    ),
    Row(
        gettext_lazy("Delete workspaces"),
        (Permission.DELETE_WORKSPACES,),
        *(Grant.YES, Grant.NO, Grant.NO),
    ),
)
# … and what it means here:
OWN_ROWS = (
    Row(
        gettext_lazy("Change own profile and password, see own devices"),
        (
            *(Permission.SIGN_IN, Permission.CHANGE_OWN_PASSWORD, Permission.END_OWN_SESSIONS),
            *(Permission.SEE_OWN_PROFILE, Permission.USE_RESET_LINK, Permission.DISPUTE_CHANGE),
            *(Permission.EDIT_OWN_PROFILE, Permission.ACCEPT_INVITATION),
        ),
        *(Grant.YES, Grant.YES, Grant.YES),
    ),
    Row(
        gettext_lazy("Invite colleagues"),
        (Permission.INVITE,),
        *(Grant.YES, Grant.IF_ALLOWED, Grant.NO),
    ),
    # Who makes one could open it: it shows nobody's mailbox.
    Row(
        gettext_lazy("Make an invitation link to hand over"),
        (Permission.INVITE_BY_LINK,),
        *(Grant.YES, Grant.NO, Grant.NO),
    ),
    Row(
        gettext_lazy(
            "Manage organization users: see all, add, edit, reset passwords, change roles, (de)activate, delete"
        ),
        (
            *(
                Permission.SEE_USERS,
                Permission.CREATE_USER,
                Permission.RESET_PASSWORD,
                Permission.CHANGE_ROLE,
            ),
            *(
                Permission.ACTIVATE,
                Permission.DEACTIVATE,
                Permission.EDIT_USER,
                Permission.DELETE_USER,
            ),
            *(
                Permission.SEE_MAIL_QUEUE,
                Permission.SEE_CREDENTIALS,
                Permission.IMPORT_USERS,
                Permission.EXPORT_USERS,
            ),
        ),
        *(Grant.YES, Grant.NO, Grant.NO),
    ),
    Row(
        gettext_lazy("Read the audit trail"),
        (Permission.READ_AUDIT_TRAIL,),
        *(Grant.YES, Grant.NO, Grant.NO),
    ),
    Row(
        gettext_lazy("Manage organization settings and invitations"),
        (Permission.MANAGE_SETTINGS, Permission.MANAGE_INVITATIONS),
        *(Grant.YES, Grant.NO, Grant.NO),
    ),
)
ROWS = PRODUCT_ROWS + OWN_ROWS
ROW_OF = {permission: row for row in ROWS for permission in row.permissions}

STRENGTH = (Role.VIEWER, Role.MEMBER, Role.ADMIN)
UNTIL_PASSWORD_IS_CHANGED = {
    *(
        Permission.SIGN_IN,
        Permission.CHANGE_OWN_PASSWORD,
        Permission.END_OWN_SESSIONS,
        Permission.USE_RESET_LINK,
    )
}
FOR_VISITORS = {Permission.USE_RESET_LINK, Permission.DISPUTE_CHANGE, Permission.ACCEPT_INVITATION}
FOR_ACCEPTED_ADDRESSES = {Permission.SIGN_IN, Permission.USE_RESET_LINK}
ONLY_ON_ONESELF = {
    *(
        Permission.SIGN_IN,
        Permission.CHANGE_OWN_PASSWORD,
        Permission.END_OWN_SESSIONS,
        Permission.SEE_OWN_PROFILE,
    ),
    Permission.EDIT_OWN_PROFILE,
}


def refusal(actor, permission, target=None):
    """
    Return why `actor` may not do this to `target` (a User, or None where it is about nobody), or None if they may.

    The actor's and the target's rows are believed as they are: read them under a lock where it matters.
    """
    return (
        _refusal_of_actor(actor, permission)
        or (target and _refusal_for_target(actor, permission, target))
        or None
    )


def require(actor, permission, target=None):
    """
    Let an allowed act pass.

    :raises NotPermitted: otherwise.
    """
    if reason := refusal(actor, permission, target):
        raise NotPermitted(permission, reason, target)


def _refusal_of_actor(actor, permission):
    if actor.kind == ActorKind.SYSTEM:
        return None
    if actor.kind == ActorKind.VISITOR:
        return None if permission in FOR_VISITORS else _("Sign in first.")
    if not actor.user.is_active:
        return _("Your account is deactivated.")
    if actor.user.must_change_password and permission not in UNTIL_PASSWORD_IS_CHANGED:
        return _("Choose your own password first.")
    match ROW_OF[permission].grant(actor.user.role):
        case Grant.YES:
            return None
        case Grant.IF_ALLOWED if _organization_allows(actor.organization, permission):
            return None
        case Grant.IF_ALLOWED:
            return _("Your organization lets only Admins %(do_this)s.") % {
                "do_this": permission.label
            }
        case _no:
            return _("Only Admins may %(do_this)s.") % {"do_this": permission.label}


def _organization_allows(organization, permission):
    """Return the setting behind "where the organization allows it"; what the product around us decides is not ours."""
    return permission == Permission.INVITE and organization.members_may_invite


def refusal_to_invite(actor, role, *, by_mail=True):
    """Return why `actor` may not invite somebody to `role`, or None: nobody invites to a role above their own."""
    if reason := refusal(actor, Permission.INVITE) or (
        not by_mail and refusal(actor, Permission.INVITE_BY_LINK)
    ):
        return reason
    if actor.user and STRENGTH.index(role) > STRENGTH.index(actor.user.role):
        return _("You cannot invite to a role above your own.")
    return None


def refusal_to_delete_view(actor, view):
    """Return why `actor` may not delete a SavedView, or None: others' stay while they are Admins themselves."""
    if reason := refusal(actor, Permission.SEE_USERS):
        return reason
    is_left_behind = view.is_shared and refusal(Actor.signed_in(view.owner), Permission.SEE_USERS)
    if view.owner_id == actor.user_id or is_left_behind:
        return None
    return _("This view belongs to %(name)s.") % {"name": view.owner.full_name}


def _refusal_for_target(actor, permission, target):
    oneself = actor.user_id == target.pk
    if permission in ONLY_ON_ONESELF and not oneself:
        return _("That belongs to another user.")
    if permission == Permission.USE_RESET_LINK and not target.is_active:
        return _("The account is deactivated.")
    if permission in FOR_ACCEPTED_ADDRESSES and not actor.organization.accepts(target.email):
        return _("The organization does not accept this address any more.")
    if oneself and permission in _refusals_on_oneself():
        return _refusals_on_oneself()[permission]
    if permission == Permission.DELETE_USER and target.is_active:
        return _("Deactivate the user first.")
    # An Admin who acts on another is one that stays; only the system could take the last one away.
    takes_an_admin = permission in (Permission.CHANGE_ROLE, Permission.DEACTIVATE)
    if takes_an_admin and actor.kind == ActorKind.SYSTEM and is_last_active_admin(target):
        return _("%(name)s is the only active Admin. Make somebody else an Admin first.") % {
            "name": target.full_name
        }
    return None


def _refusals_on_oneself():
    return {
        Permission.RESET_PASSWORD: _(
            "Change your own password under “Change password” in the profile menu."
        ),
        Permission.CHANGE_ROLE: _("You cannot change your own role. Ask another Admin."),
        Permission.DEACTIVATE: _("You cannot deactivate yourself. Ask another Admin."),
        Permission.DELETE_USER: _("You cannot delete yourself. Ask another Admin."),
        Permission.EDIT_USER: _(
            "Change your own name on your profile. Another Admin can change your address."
        ),
    }


def is_last_active_admin(user):
    """Return whether nobody but `user` could do what only Admins may."""
    is_one = user.is_active and user.role == Role.ADMIN
    return is_one and not User.objects.active_admins().exclude(pk=user.pk).exists()
