"""What a person is in the organization."""

from accounts.kernel.audit import Action
from accounts.kernel.change import account_change
from accounts.kernel.policy import Permission
from accounts.kernel.text import reasons
from accounts.models import Role
from accounts.roles import mails


def change_role(user_id, *, actor, role, reason="", tell_reason=False, expected_version=None):
    """
    Give the user another role (a Role value). It counts from their very next request.

    :raises ValueError: if there is no such role.
    :raises NoSuchUser, NotPermitted, StaleChange: see `account_change`.
    """
    role = Role(role)
    with account_change(
        user_id,
        actor=actor,
        permission=Permission.CHANGE_ROLE,
        action=Action.USER_ROLE_CHANGED,
        expected_version=expected_version,
    ) as change:
        old = change.user.role
        if role == old:
            return change.unneeded()
        change.user.role = role
        change.user.reset_link_at = None  # a link sent to the old role must not open the new one
        change.details.update(old=old, new=role.value)
        change.personal.update(reasons.for_audit(reason))
        told = reasons.for_mail(reason, tell_reason)

        def tell(event):
            news = mails.RoleWasChanged(old=old, new=role.value, event=event.pk, reason=told)
            news.queue(change.user, by=change.actor)

        change.then(tell)
