"""What can be done to a person: the menu beside them in the list, and the buttons on their page."""

import functools
import uuid
from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from accounts.kernel import policy
from accounts.kernel.policy import Permission
from accounts.models import Role
from accounts.web.words import refusals

SOMEBODY = uuid.UUID(int=0)


@dataclass(frozen=True)
class Item:
    """An entry of a person's menu; where `reason` is set it cannot be chosen, and that is why."""

    label: str
    href: str
    reason: str = ""
    danger: bool = False
    icon: str = ""


def for_user(person, *, actor, place="", is_whole=False):
    """
    Return the Items for a person, what `actor` may not do included; `place` is kept on the way, see
    addresses. Where it `is_whole`, as on the person's page, it also says when they can be deleted.
    """
    words = _words(get_language())

    def item(permission, name, **look):
        refusal = refusals.why(policy.denied(actor, permission, person))
        return Item(words[name], f"{address(name, person)}{place and '?' + place}", refusal, **look)

    items = [item(Permission.RESET_PASSWORD, "reset-password", icon="key")]
    for role in Role:
        if role != person.role:
            refusal = refusals.why(policy.denied(actor, Permission.CHANGE_ROLE, person))
            href = f"{address('change-role', person)}?role={role.value}"
            items.append(
                Item(words[role], f"{href}{place and '&' + place}", refusal, icon="user-circle")
            )
    items.append(item(Permission.EDIT_USER, "edit-user", icon="pencil"))
    if person.is_active:
        items.append(item(Permission.DEACTIVATE, "deactivate", danger=True, icon="no-symbol"))
    else:
        items.append(item(Permission.ACTIVATE, "activate", icon="check-circle"))
    # Only who is deactivated can be deleted, so the menu of the others does not speak of it.
    if is_whole or not person.is_active:
        items.append(item(Permission.DELETE_USER, "delete-user", danger=True, icon="trash"))
    return items


def address(name, person):
    """
    Return the address of one of somebody's pages, as `reverse` does, but at a price that a list can
    pay.
    """
    return _pattern(name).replace(str(SOMEBODY), str(person.public_id))


@functools.lru_cache(maxsize=16)
def _words(_language):
    """Return the labels by the name of the page, and by the role that a person is given."""
    words = {
        "reset-password": _("Reset password"),
        "edit-user": _("Edit name and email"),
        "deactivate": _("Deactivate user"),
        "activate": _("Activate user"),
        "delete-user": _("Delete user"),
    }
    return words | {role: _("Change role to %(role)s") % {"role": role.label} for role in Role}


@functools.cache
def _pattern(name):
    """Return the address of Somebody's page: looked up once, since a list needs hundreds."""
    return reverse(name, args=[SOMEBODY])
