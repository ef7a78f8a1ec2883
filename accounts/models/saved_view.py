"""What Admins keep of their list: filters under a name."""

import uuid

from django.db import models
from django.utils import timezone


class SavedView(models.Model):
    """
    A query of the list ("?" left out) under a name, for its owner, or for every Admin where it is
    shared.
    """

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    owner = models.ForeignKey("accounts.User", models.CASCADE, related_name="saved_views")
    name = models.CharField(max_length=60)
    query = models.TextField(blank=True)
    is_shared = models.BooleanField(default=False)
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("owner", "name"), name="one_view_of_a_name"),
        )
        indexes = (
            models.Index(fields=("name",), condition=models.Q(is_shared=True), name="shared_views"),
        )

    def __str__(self) -> str:
        return self.name
