"""Reading what would still let somebody in: temporary passwords, reset links, invitations."""

from datetime import timedelta

from django.conf import settings
from django.db.models import Q
from django.utils import timezone

from accounts.kernel import policy
from accounts.kernel.policy import Permission
from accounts.models import Invitation, User

MOST_SHOWN = 200


def temporary_passwords(*, actor):
    """Return the users whose temporary password still signs in, the one that ends first at the top."""
    policy.require(actor, Permission.SEE_CREDENTIALS)
    return list(
        _temporary()
        .select_related("password_set_by")
        .order_by("temporary_password_expires_at")[:MOST_SHOWN]
    )


def reset_links(*, actor):
    """Return the users whose reset link still works, each with `reset_link_ends_at`, the newest first."""
    policy.require(actor, Permission.SEE_CREDENTIALS)
    users = list(_with_link().order_by("-reset_link_at")[:MOST_SHOWN])
    for user in users:
        user.reset_link_ends_at = user.reset_link_at + timedelta(
            minutes=settings.RESET_LINK_MINUTES
        )
    return users


def invitations(*, actor):
    """Return the invitations whose link still works, the one that ends first at the top."""
    policy.require(actor, Permission.SEE_CREDENTIALS)
    return list(
        Invitation.objects.alive().select_related("invited_by").order_by("expires_at")[:MOST_SHOWN]
    )


def count(*, actor):
    """Return how many of all three there are; each kind counts up to MOST_SHOWN, since every page of Admins asks."""
    policy.require(actor, Permission.SEE_CREDENTIALS)
    kinds = (
        _temporary().order_by("temporary_password_expires_at"),
        _with_link().order_by("reset_link_at"),
        Invitation.objects.alive().order_by("expires_at"),
    )
    # In the order of an index, so that the database walks that and stops.
    return sum(kind[:MOST_SHOWN].count() for kind in kinds)


def _temporary():
    return User.objects.filter(_is_temporary(), is_active=True)


def _with_link():
    return User.objects.filter(_has_link(), is_active=True)


def _is_temporary():
    return Q(must_change_password=True, temporary_password_expires_at__gt=timezone.now())


def _has_link():
    return Q(reset_link_at__gt=timezone.now() - timedelta(minutes=settings.RESET_LINK_MINUTES))
