"""What a person is in the organization."""

from accounts.kernel.actor import Actor
from accounts.kernel.change import change
from accounts.kernel.policy import Permission
from accounts.kernel.text import reasons
from accounts.models import AuditEvent, Role, User
from accounts.roles import mails
from accounts.roles.events import RoleChanged


def change_role(
    user_id: int,
    *,
    actor: Actor,
    role: str,
    reason: str = "",
    tell_reason: bool = False,
    expected_version: int | None = None,
) -> None:
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
        current.record(RoleChanged(old=Role(old), new=role, reason=reasons.for_audit(reason)))
        told = reasons.for_mail(reason, tell_reason)

        def tell(entry: AuditEvent) -> None:
            news = mails.RoleWasChanged(old=old, new=role.value, event=entry.pk, reason=told)
            news.queue(user, by=current.actor)

        current.after_entry(tell)
