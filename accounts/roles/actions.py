"""What a person is in the organization."""

from accounts.kernel.change import change
from accounts.kernel.policy import Permission
from accounts.kernel.text import reasons
from accounts.models import Role, User
from accounts.roles import mails
from accounts.roles.events import RoleChanged


def change_role(user_id, *, actor, role, reason="", tell_reason=False, expected_version=None):
    """
    Give the user another role (a Role value). It counts from their very next request.

    :raises ValueError: if there is no such role.
    :raises NoSuchUser, NotPermitted, StaleChange: see `change`.
    """
    role = Role(role)
    with change(
        User, user_id, actor=actor, permission=Permission.CHANGE_ROLE, expected=expected_version
    ) as current:
        user, old = current.subject, current.subject.role
        if role == old:
            return
        user.role = role
        user.reset_link_at = None  # a link sent to the old role must not open the new one
        current.record(RoleChanged(old=old, new=role, **reasons.for_audit(reason)))
        told = reasons.for_mail(reason, tell_reason)

        def tell(entry):
            news = mails.RoleWasChanged(old=old, new=role.value, event=entry.pk, reason=told)
            news.queue(user, by=current.actor)

        current.after(tell)
