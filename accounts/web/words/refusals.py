"""
What the policy says, in the reader's language: why not, what a permission lets one do, and the
matrix.
"""

from django.utils.translation import gettext_lazy

from accounts.kernel import grants
from accounts.kernel.decisions import Denial
from accounts.kernel.grants import Grant
from accounts.kernel.policy import Permission

# Each ends the sentence "Only Admins may …".
PERMISSIONS = {
    Permission.READ_AUDIT_TRAIL: gettext_lazy("read the audit trail"),
    Permission.SEE_CREDENTIALS: gettext_lazy("see outstanding credentials"),
    Permission.END_SESSIONS: gettext_lazy("sign out another user's devices"),
    Permission.END_OWN_SESSIONS: gettext_lazy("sign out their own devices"),
    Permission.DISPUTE_CHANGE: gettext_lazy("say that they did not expect a change"),
    Permission.ACCEPT_INVITATION: gettext_lazy("accept an invitation"),
    Permission.INVITE_BY_LINK: gettext_lazy("make an invitation link to hand over"),
    Permission.MANAGE_INVITATIONS: gettext_lazy("manage invitations"),
    Permission.INVITE: gettext_lazy("invite colleagues"),
    Permission.SEE_MAIL_QUEUE: gettext_lazy("see emails that are waiting or failed"),
    Permission.MANAGE_SETTINGS: gettext_lazy("manage the organization's settings"),
    Permission.CHANGE_OWN_PASSWORD: gettext_lazy("change their own password"),
    Permission.RESET_PASSWORD: gettext_lazy("reset a password"),
    Permission.USE_RESET_LINK: gettext_lazy("use a reset link"),
    Permission.EDIT_OWN_PROFILE: gettext_lazy("change their own profile"),
    Permission.SEE_OWN_PROFILE: gettext_lazy("see their own profile"),
    Permission.CHANGE_ROLE: gettext_lazy("change a role"),
    Permission.DELETE_VIEW: gettext_lazy("delete a saved view"),
    Permission.SIGN_IN: gettext_lazy("sign in"),
    Permission.ACTIVATE: gettext_lazy("activate a user"),
    Permission.CREATE_USER: gettext_lazy("add users"),
    Permission.DEACTIVATE: gettext_lazy("deactivate a user"),
    Permission.DELETE_USER: gettext_lazy("delete a user"),
    Permission.EDIT_USER: gettext_lazy("change a user's name or address"),
    Permission.EXPORT_USERS: gettext_lazy("export users"),
    Permission.IMPORT_USERS: gettext_lazy("import users"),
    Permission.SEE_USERS: gettext_lazy("see the users of the organization"),
    Permission.CREATE_WORKSPACES: gettext_lazy("create workspaces"),
    Permission.DELETE_WORKSPACES: gettext_lazy("delete workspaces"),
    Permission.READ_WORKSPACES: gettext_lazy("read workspaces"),
}

# As entries of the audit trail before 0.2.0 name them.
FORMER_NAMES = {
    "read_workspaces": Permission.READ_WORKSPACES,
    "create_workspaces": Permission.CREATE_WORKSPACES,
    "delete_workspaces": Permission.DELETE_WORKSPACES,
    "sign_in": Permission.SIGN_IN,
    "change_own_password": Permission.CHANGE_OWN_PASSWORD,
    "end_own_sessions": Permission.END_OWN_SESSIONS,
    "edit_own_profile": Permission.EDIT_OWN_PROFILE,
    "see_own_profile": Permission.SEE_OWN_PROFILE,
    "accept_invitation": Permission.ACCEPT_INVITATION,
    "dispute_change": Permission.DISPUTE_CHANGE,
    "use_reset_link": Permission.USE_RESET_LINK,
    "invite": Permission.INVITE,
    "invite_by_link": Permission.INVITE_BY_LINK,
    "manage_invitations": Permission.MANAGE_INVITATIONS,
    "see_users": Permission.SEE_USERS,
    "create_user": Permission.CREATE_USER,
    "edit_user": Permission.EDIT_USER,
    "delete_user": Permission.DELETE_USER,
    "see_credentials": Permission.SEE_CREDENTIALS,
    "import_users": Permission.IMPORT_USERS,
    "export_users": Permission.EXPORT_USERS,
    "reset_password": Permission.RESET_PASSWORD,
    "change_role": Permission.CHANGE_ROLE,
    "deactivate": Permission.DEACTIVATE,
    "activate": Permission.ACTIVATE,
    "see_mail_queue": Permission.SEE_MAIL_QUEUE,
    "read_audit_trail": Permission.READ_AUDIT_TRAIL,
    "manage_settings": Permission.MANAGE_SETTINGS,
}

ROWS = {
    grants.READ_CONTENT: gettext_lazy(
        "Read workspaces content; export documentation; review and comment on resources"
    ),
    grants.CREATE_CONTENT: gettext_lazy("Create new workspaces"),
    grants.DELETE_CONTENT: gettext_lazy("Delete workspaces"),
    grants.OWN_ACCOUNT: gettext_lazy("Change own profile and password, see own devices"),
    grants.SEND_INVITATIONS: gettext_lazy("Invite colleagues"),
    grants.HAND_OVER_INVITATIONS: gettext_lazy("Make an invitation link to hand over"),
    grants.MANAGE_USERS: gettext_lazy(
        "Manage organization users: see all, add, edit, reset passwords, change roles, "
        "(de)activate, delete"
    ),
    grants.AUDIT_TRAIL: gettext_lazy("Read the audit trail"),
    grants.MANAGE_ORGANIZATION: gettext_lazy("Manage organization settings and invitations"),
}

GRANTS = {
    Grant.YES: gettext_lazy("yes"),
    Grant.IF_ALLOWED: gettext_lazy("where the organization allows it"),
    Grant.NO: "–",
}

_DENIALS = {
    Denial.SIGN_IN_FIRST: gettext_lazy("Sign in first."),
    Denial.DEACTIVATED: gettext_lazy("Your account is deactivated."),
    Denial.MUST_CHANGE: gettext_lazy("Choose your own password first."),
    Denial.ADMINS_ONLY: gettext_lazy("Only Admins may %(do_this)s."),
    Denial.ADMINS_ONLY_HERE: gettext_lazy("Your organization lets only Admins %(do_this)s."),
    Denial.NOT_YOURS: gettext_lazy("That belongs to another user."),
    Denial.YOURSELF: gettext_lazy("You can't do this to your own account."),
    Denial.ACCOUNT_DEACTIVATED: gettext_lazy("The account is deactivated."),
    Denial.ADDRESS_NOT_ACCEPTED: gettext_lazy(
        "The organization does not accept this address any more."
    ),
    Denial.DEACTIVATE_FIRST: gettext_lazy("Deactivate the user first."),
    Denial.LAST_ADMIN: gettext_lazy(
        "%(name)s is the only active Admin. Make somebody else an Admin first."
    ),
    Denial.ROLE_ABOVE_OWN: gettext_lazy("You cannot invite to a role above your own."),
    Denial.VIEW_OF_ANOTHER: gettext_lazy("This view belongs to %(name)s."),
}
# What to do instead.
_ON_YOURSELF = {
    Permission.END_SESSIONS: gettext_lazy(
        "Sign out your own devices under “Signed-in devices” on your profile."
    ),
    Permission.RESET_PASSWORD: gettext_lazy(
        "Change your own password under “Change password” in the profile menu."
    ),
    Permission.CHANGE_ROLE: gettext_lazy("You cannot change your own role. Ask another Admin."),
    Permission.DEACTIVATE: gettext_lazy("You cannot deactivate yourself. Ask another Admin."),
    Permission.DELETE_USER: gettext_lazy("You cannot delete yourself. Ask another Admin."),
    Permission.EDIT_USER: gettext_lazy(
        "Change your own name on your profile. Another Admin can change your address."
    ),
}


def why(denied):
    """Return the sentence for a Denied, or "" for None."""
    if denied is None:
        return ""
    if denied.code == Denial.YOURSELF and denied.permission in _ON_YOURSELF:
        return str(_ON_YOURSELF[denied.permission])
    return _DENIALS[denied.code] % {"do_this": PERMISSIONS[denied.permission], **denied.facts}


def permission(name):
    """
    Return what a permission of that stored name, be it a former one, lets one do; an unknown one as
    it stands.
    """
    return PERMISSIONS.get(FORMER_NAMES.get(name, name), name)
