"""Reading invitations."""

import uuid
from dataclasses import dataclass

from django.db.models import Q

from accounts.kernel import paging, policy
from accounts.kernel.actor import Actor
from accounts.kernel.paging import Slice
from accounts.kernel.policy import Permission
from accounts.kernel.text import email_address, names
from accounts.models import Invitation

PAGE_SIZE = 50


@dataclass(frozen=True)
class Filters:
    q: str = ""


def page(
    filters: Filters, cursor: str = "", *, actor: Actor, size: int = PAGE_SIZE
) -> Slice[Invitation]:
    """
    Return a Slice of the open invitations, the newest first.

    :raises NotPermitted: if `actor` may not see them.
    """
    policy.require(actor, Permission.MANAGE_INVITATIONS)
    rows = Invitation.objects.open().select_related("invited_by")
    if "\x00" in filters.q:
        rows = rows.none()
    for word in filters.q.split():
        stored = email_address.find(word) or email_address.domain(word) or word.lower()
        in_address = Q(email__contains=word.lower()) | Q(email__contains=stored)
        rows = rows.filter(in_address | Q(invited_by__name_key__contains=names.normalize(word)))
    return paging.take(rows, (paging.integer_key("pk", descending=True),), cursor, size)


def open_count(*, actor: Actor) -> int:
    policy.require(actor, Permission.MANAGE_INVITATIONS)
    return Invitation.objects.open().count()


def find(public_id: uuid.UUID | str) -> Invitation | None:
    """
    Return the invitation with that public id, or None. For holders of a link, who are nobody yet.
    """
    try:
        return (
            Invitation.objects.select_related("invited_by")
            .filter(public_id=uuid.UUID(str(public_id)))
            .first()
        )
    except ValueError:
        return None
