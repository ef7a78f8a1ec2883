"""What can be done to a person: the menu beside them in the list, and the buttons on their page."""

import functools
import uuid
from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext as _

from accounts import policy
from accounts.models import Role
from accounts.policy import Permission

SOMEBODY = uuid.UUID(int=0)


@dataclass(frozen=True)
class Item:
    """An entry of a person's menu; where `reason` is set it cannot be chosen, and that is why."""

    label: str
    href: str
    reason: str = ""
    danger: bool = False
    icon: str = ""


def of(person, *, actor):
    """Return the Items for a person, what `actor` may not do included."""

    def item(permission, label, name, query="", **look):
        refusal = policy.refusal(actor, permission, person) or ""
        return Item(label, _address(name).replace(str(SOMEBODY), str(person.public_id)) + query, refusal, **look)

    items = [item(Permission.RESET_PASSWORD, _("Reset password"), "reset-password", icon="key")]
    for role in Role:
        if role != person.role:
            label = _("Change role to %(role)s") % {"role": role.label}
            items.append(item(Permission.CHANGE_ROLE, label, "change-role", f"?role={role.value}", icon="user-circle"))
    items.append(item(Permission.EDIT_USER, _("Edit name and email"), "edit-user", icon="pencil"))
    if person.is_active:
        items.append(item(Permission.DEACTIVATE, _("Deactivate user"), "deactivate", danger=True, icon="no-symbol"))
    else:
        items.append(item(Permission.ACTIVATE, _("Activate user"), "activate", icon="check-circle"))
        # Only who is deactivated can be deleted, so the menu of the others does not speak of it.
        items.append(item(Permission.DELETE_USER, _("Delete user"), "delete-user", danger=True, icon="trash"))
    return items


@functools.cache
def _address(name):
    """Return the address of one of somebody's pages: looked up once, since a list needs hundreds of them."""
    return reverse(name, args=[SOMEBODY])
