"""A sign-in under way: what its browser has proven so far, while something more is asked of it."""

from django.db import models
from django.utils import timezone

from accounts.models.plain_json import PlainJSONField


class SignInAttempt(models.Model):
    """
    Nobody's session: it opens no page but those of its own steps. One a browser.

    `browser` is a digest of the cookie's value, as in Session; `methods` are those of
    models.session.Method that were passed. `auth_hash` is a keyed digest of when the password was
    set and the account activated, as it was then.
    """

    browser = models.CharField(max_length=64, unique=True)
    user = models.ForeignKey("accounts.User", models.CASCADE, related_name="+")
    auth_hash = models.CharField(max_length=64)
    methods = PlainJSONField(default=list)
    next_path = models.TextField(blank=True)
    started_at = models.DateTimeField(default=timezone.now, db_index=True)

    def __str__(self) -> str:
        return f"{self.user_id}:{self.pk}"
