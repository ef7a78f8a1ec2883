"""A person who may become a user: one open invitation for one address."""

import uuid
from datetime import datetime
from typing import Self

from django.db import models
from django.db.models import Expression, Q
from django.utils import timezone

from accounts.models.user import Role

OPEN = Q(accepted_at=None, cancelled_at=None)


class InvitationQuerySet(models.QuerySet["Invitation"]):
    def open(self) -> Self:
        """Neither accepted nor cancelled; perhaps past its end, which a new link mends."""
        return self.filter(OPEN)

    def alive(self, now: datetime | Expression | None = None) -> Self:
        return self.open().filter(expires_at__gt=now or timezone.now())


class Invitation(models.Model):
    """
    An invitation. The link's secret is kept nowhere (see tokens.py); only the newest, of
    `link_made_at`, is good.
    """

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    email = models.CharField(max_length=254)
    # What the page on which they join suggests; it is theirs to change.
    full_name = models.CharField(max_length=150, blank=True, default="", db_default="")
    role = models.CharField(max_length=10, choices=Role)
    invited_by = models.ForeignKey("accounts.User", models.PROTECT, related_name="invitations")
    invited_at = models.DateTimeField(default=timezone.now)
    link_made_at = models.DateTimeField(default=timezone.now)
    expires_at = models.DateTimeField()
    is_mailed = models.BooleanField(default=True)
    mailed_at = models.DateTimeField(null=True)
    accepted_at = models.DateTimeField(null=True)
    accepted_as = models.ForeignKey("accounts.User", models.PROTECT, null=True, related_name="+")
    cancelled_at = models.DateTimeField(null=True)

    objects = InvitationQuerySet.as_manager()

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=("email",), condition=OPEN, name="one_open_invitation_for_an_address"
            ),
            models.CheckConstraint(
                condition=Q(role__in=Role.values), name="invitation_role_is_one_of_three"
            ),
            models.CheckConstraint(
                condition=Q(accepted_at=None) | Q(cancelled_at=None),
                name="invitation_has_one_outcome",
            ),
        )
        indexes = (models.Index(fields=("-id",), name="invitation_newest_first"),)

    def __str__(self) -> str:
        return str(self.public_id)

    @property
    def is_open(self) -> bool:
        return self.accepted_at is None and self.cancelled_at is None

    @property
    def has_expired(self) -> bool:
        return self.expires_at <= timezone.now()
