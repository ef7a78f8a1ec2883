"""Reading what would still let somebody in: temporary passwords, reset links, invitations."""

from functools import cache
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone

from accounts.kernel import lifecycle, policy
from accounts.kernel.actor import Actor
from accounts.kernel.kept_query import Count, Moment
from accounts.kernel.policy import Permission
from accounts.models import Invitation, User

MOST_SHOWN = 200


def temporary_passwords(*, actor: Actor) -> list[User]:
    """
    Return the users whose temporary password still signs in, the one that ends first at the top.
    """
    found = _outstanding("temporary_password", actor)
    return list(found.select_related("password_set_by")[:MOST_SHOWN])


def reset_links(*, actor: Actor) -> list[User]:
    """Return the users whose reset link still works, the newest first."""
    return list(_outstanding("reset_link", actor).reverse()[:MOST_SHOWN])


def invitations(*, actor: Actor) -> list[Invitation]:
    """Return the invitations whose link still works, the one that ends first at the top."""
    return list(_outstanding("invitation", actor).select_related("invited_by")[:MOST_SHOWN])


def count(*, actor: Actor) -> int:
    """
    Return how many there are of all kinds; each counts up to MOST_SHOWN, since every page of Admins
    asks.
    """
    policy.require(actor, Permission.SEE_CREDENTIALS)
    return _count().at(timezone.now())


@cache
def _count() -> Count:
    # Each in the order of an index, so that the database walks that and stops.
    return Count.of([found(Moment())[:MOST_SHOWN] for found in lifecycle.outstanding().values()])


def _outstanding(kind: str, actor: Actor) -> QuerySet[Any]:
    policy.require(actor, Permission.SEE_CREDENTIALS)
    return lifecycle.outstanding()[kind](timezone.now())
