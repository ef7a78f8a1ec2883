"""Accounts: what is left of one that is deleted, and what of it lets somebody in."""

from datetime import timedelta

from django.conf import settings
from django.db.models import QuerySet
from django.utils import timezone

from accounts.kernel import lifecycle
from accounts.kernel.kept_query import When
from accounts.models import User
from accounts.users import erasure, search_keys


def revoke_after_restore() -> None:
    now = timezone.now()
    User.objects.filter(reset_link_at__isnull=False).update(reset_link_at=None)
    User.objects.filter(temporary_password_expires_at__gt=now).update(
        temporary_password_expires_at=now
    )


def temporary_passwords(now: When) -> QuerySet[User]:
    """Users whose temporary password still signs in, in the order of an index."""
    temporary = {"must_change_password": True, "temporary_password_expires_at__gt": now}
    return User.objects.filter(**temporary, is_active=True).order_by(
        "temporary_password_expires_at"
    )


def reset_links(now: When) -> QuerySet[User]:
    """Users whose reset link still works, in the order of an index."""
    since = now - timedelta(minutes=settings.RESET_LINK_MINUTES)
    return User.objects.filter(reset_link_at__gt=since, is_active=True).order_by("reset_link_at")


lifecycle.declare(
    User,
    people=(
        *("email", "full_name", "name_key", "search_key", "password_set_by", "invited_by"),
        *("time_zone", "language", "list_columns"),
    ),
    secrets=("password", "temporary_password_letters"),
    tidy=search_keys.add_search_keys,
    erase=erasure.make_a_pseudonym_of,
    revoke_after_restore=revoke_after_restore,
    outstanding={"temporary_password": temporary_passwords, "reset_link": reset_links},
)
