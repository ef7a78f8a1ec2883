"""Reading what would still let somebody in: temporary passwords, reset links, invitations."""

from datetime import timedelta

from django.conf import settings
from django.db.models import Q, QuerySet
from django.utils import timezone

from accounts.kernel import policy
from accounts.kernel.actor import Actor
from accounts.kernel.policy import Permission
from accounts.models import Invitation, User

MOST_SHOWN = 200


def temporary_passwords(*, actor: Actor) -> list[User]:
    """Return the users whose temporary password still signs in, the one that ends first at the top."""
    policy.require(actor, Permission.SEE_CREDENTIALS)
    return list(
        _temporary()
        .select_related("password_set_by")
        .order_by("temporary_password_expires_at")[:MOST_SHOWN]
    )


def reset_links(*, actor: Actor) -> list[User]:
    """Return the users whose reset link still works, the newest first."""
    policy.require(actor, Permission.SEE_CREDENTIALS)
    return list(_with_link().order_by("-reset_link_at")[:MOST_SHOWN])


def invitations(*, actor: Actor) -> list[Invitation]:
    """Return the invitations whose link still works, the one that ends first at the top."""
    policy.require(actor, Permission.SEE_CREDENTIALS)
    return list(
        Invitation.objects.alive().select_related("invited_by").order_by("expires_at")[:MOST_SHOWN]
    )


def count(*, actor: Actor) -> int:
    """Return how many of all three there are; each kind counts up to MOST_SHOWN, since every page of Admins asks."""
    policy.require(actor, Permission.SEE_CREDENTIALS)
    kinds = (
        _temporary().order_by("temporary_password_expires_at"),
        _with_link().order_by("reset_link_at"),
        Invitation.objects.alive().order_by("expires_at"),
    )
    # In the order of an index, so that the database walks that and stops.
    return sum(kind[:MOST_SHOWN].count() for kind in kinds)


def _temporary() -> QuerySet[User]:
    return User.objects.filter(_is_temporary(), is_active=True)


def _with_link() -> QuerySet[User]:
    return User.objects.filter(_has_link(), is_active=True)


def _is_temporary() -> Q:
    return Q(must_change_password=True, temporary_password_expires_at__gt=timezone.now())


def _has_link() -> Q:
    return Q(reset_link_at__gt=timezone.now() - timedelta(minutes=settings.RESET_LINK_MINUTES))
