"""Invitations: an open one makes somebody a user, and each names somebody."""

from django.db.models import Q, QuerySet
from django.utils import timezone

from accounts.kernel import lifecycle
from accounts.kernel.kept_query import When
from accounts.models import Invitation
from accounts.users.erasure import Known


def erase(known: Known) -> None:
    """Whatever is on its way to somebody who is deleted has nothing left to do."""
    theirs = Invitation.objects.filter(Q(accepted_as=known.user) | Q(email__in=known.addresses))
    theirs.open().update(cancelled_at=timezone.now())
    theirs.update(email=known.pseudonym, full_name="")


def revoke_after_restore() -> None:
    """They stay in the list as run out, from where they can be sent again: with a new link."""
    Invitation.objects.alive().update(expires_at=timezone.now())


def alive(now: When) -> QuerySet[Invitation]:
    """Invitations whose link still works, in the order of an index."""
    return Invitation.objects.alive(now).order_by("expires_at")


lifecycle.declare(
    Invitation,
    people=("email", "full_name", "invited_by", "accepted_as"),
    tidy="The list shows who was invited by whom, for good.",
    erase=erase,
    revoke_after_restore=revoke_after_restore,
    outstanding={"invitation": alive},
)
