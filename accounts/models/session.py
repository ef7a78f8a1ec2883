"""A browser's session: the rows behind the cookie, and what the Devices page shows of them."""

import uuid
from datetime import timedelta
from typing import ClassVar, Self

from django.conf import settings
from django.contrib.sessions.base_session import AbstractBaseSession, BaseSessionManager
from django.db import models
from django.utils import timezone


class SessionQuerySet(models.QuerySet["Session"]):
    def alive(self) -> Self:
        """Neither past the absolute nor past the idle limit."""
        now = timezone.now()
        idle_since = now - timedelta(minutes=settings.SESSION_IDLE_MINUTES)
        return self.filter(expire_date__gt=now, last_seen_at__gt=idle_since)


class Session(AbstractBaseSession):
    """
    One browser. `session_key` holds a digest of the cookie's value, so that a copy of the database signs nobody in.
    """

    session_key = models.CharField(max_length=64, primary_key=True)
    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    user = models.ForeignKey("accounts.User", models.CASCADE, null=True, related_name="sessions")
    started_at = models.DateTimeField(default=timezone.now)
    last_seen_at = models.DateTimeField(default=timezone.now)
    address = models.GenericIPAddressField(null=True)
    user_agent = models.CharField(max_length=300, blank=True)

    objects: ClassVar = BaseSessionManager.from_queryset(SessionQuerySet)()

    class Meta(AbstractBaseSession.Meta):
        abstract = False

    def __str__(self) -> str:
        return str(self.public_id)
