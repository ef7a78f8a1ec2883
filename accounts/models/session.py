"""A browser's session: the rows behind the cookie, and what the Devices page shows of them."""

import uuid
from datetime import datetime, timedelta
from enum import StrEnum
from typing import ClassVar, Self

from django.conf import settings
from django.contrib.sessions.base_session import AbstractBaseSession, BaseSessionManager
from django.db import models
from django.utils import timezone

from accounts.models.plain_json import PlainJSONField


class Method(StrEnum):
    """By what somebody proves at sign-in who they are."""

    PASSWORD = "password"  # noqa: S105 - the name of a method
    TEMPORARY_PASSWORD = "temporary_password"  # noqa: S105 - the same
    LINK = "link"  # of an invitation


class SessionQuerySet(models.QuerySet["Session"]):
    @staticmethod
    def limits() -> dict[str, datetime]:
        """Return the moment that each of these columns is later than while a session is alive."""
        now = timezone.now()
        idle_since = now - timedelta(minutes=settings.SESSION_IDLE_MINUTES)
        return {"expire_date": now, "last_seen_at": idle_since}

    def alive(self) -> Self:
        """Neither past the absolute nor past the idle limit."""
        return self.filter(**{f"{column}__gt": at for column, at in self.limits().items()})


class Session(AbstractBaseSession):
    """
    One browser. `session_key` holds a digest of the cookie's value, so that a copy of the database
    signs nobody in.

    `authenticated_at` is when somebody last proved who they are, and `methods` are the Methods they
    did it by; both are None for a visitor, and for whom the version before signed in
    (`sessions.facts` knows more). Until `elevated_until` that proof is fresh enough for what asks
    for a fresh one. `next_path` is where its person was going when something was required of them
    first.
    """

    session_key = models.CharField(max_length=64, primary_key=True)
    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    user = models.ForeignKey("accounts.User", models.CASCADE, null=True, related_name="sessions")
    started_at = models.DateTimeField(default=timezone.now)
    last_seen_at = models.DateTimeField(default=timezone.now)
    address = models.GenericIPAddressField(null=True)
    user_agent = models.CharField(max_length=300, blank=True)
    authenticated_at = models.DateTimeField(null=True)
    methods = PlainJSONField(null=True)
    elevated_until = models.DateTimeField(null=True)
    next_path = models.TextField(blank=True, default="", db_default="")

    objects: ClassVar = BaseSessionManager.from_queryset(SessionQuerySet)()

    class Meta(AbstractBaseSession.Meta):
        abstract = False

    def __str__(self) -> str:
        return str(self.public_id)
