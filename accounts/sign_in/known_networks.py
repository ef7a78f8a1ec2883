"""
The networks from which people have signed in: there they pass limits that strangers have used up.

Otherwise a hundred failures would keep a whole office out, right passwords included.
"""

from datetime import timedelta

from django.utils import timezone

from accounts.kernel.text import email_address, networks
from accounts.models import KnownNetwork, User

KEEP = timedelta(days=30)
MOST = 100  # of one person, the latest


def knows(typed_address: str, address: str | None) -> bool:
    """
    Return whether the account of a typed e-mail address signed in from the network of `address`
    (IP) lately.
    """
    email, since = email_address.find(typed_address), timezone.now() - KEEP
    rows = KnownNetwork.objects.filter(
        user__email=email, network=networks.of(address), last_sign_in_at__gt=since
    )
    return rows.exists()


def note(user: User, address: str | None) -> None:
    """Note that `user`, whose row is locked, has signed in from `address`."""
    place, now = {"user": user, "network": networks.of(address)}, timezone.now()
    if not KnownNetwork.objects.filter(**place).update(last_sign_in_at=now):
        KnownNetwork.objects.create(**place, last_sign_in_at=now)
        latest = KnownNetwork.objects.filter(user=user).order_by("-last_sign_in_at", "-pk")
        KnownNetwork.objects.filter(pk__in=latest.values("pk")[MOST:]).delete()


def forget(user: User) -> None:
    KnownNetwork.objects.filter(user=user).delete()


def delete_old() -> None:
    KnownNetwork.objects.filter(last_sign_in_at__lte=timezone.now() - KEEP).delete()
