"""
The secret part of a reset link.

It is a message authentication code over the account, kept nowhere: using the link changes what it was made from.
"""

from datetime import timedelta
from enum import Enum

from django.conf import settings
from django.contrib.auth.tokens import PasswordResetTokenGenerator
from django.utils import timezone
from django.utils.crypto import constant_time_compare
from django.utils.http import base36_to_int

CLOCK_TOLERANCE_SECONDS = 60  # between the hosts of one installation


class LinkState(Enum):
    LIVE = "live"
    SUPERSEDED = "superseded"
    EXPIRED = "expired"
    DEAD = "dead"


class LinkExpired(Exception):
    """The reset link is not alive; `state` says in general terms why."""

    def __init__(self, state):
        super().__init__(state)
        self.state = state


class ResetLinks(PasswordResetTokenGenerator):
    """
    Django's reset tokens, tied to more: the code covers the account, the password's hash, the e-mail address and
    whether the account is active, so a link dies with a change of any of them. Only the newest is good: its moment
    is `User.reset_link_at`, which every password change, role change and deactivation clears.
    """

    key_salt = "accounts.tokens.ResetLinks"

    def make(self, user):
        """Return the token of the newest link of `user`, whose `reset_link_at` must be set."""
        return self._make_token_with_timestamp(user, self._seconds(user.reset_link_at), self.secret)

    def state(self, user, token):
        """Return the LinkState of `token`, which anybody may have typed, for `user` (a User or None)."""
        made_at = self._when_made(user, token)
        now = self._seconds(timezone.now())
        if made_at is None or made_at > now + CLOCK_TOLERANCE_SECONDS or not user.is_active:
            return LinkState.DEAD
        if user.reset_link_at is None:
            return LinkState.DEAD
        if made_at < self._seconds(user.reset_link_at):
            return LinkState.SUPERSEDED
        lifetime = timedelta(minutes=settings.RESET_LINK_MINUTES).total_seconds()
        return LinkState.LIVE if now - made_at < lifetime else LinkState.EXPIRED

    def _when_made(self, user, token):
        """Return the second that a genuine token names, or None."""
        try:
            made_at = base36_to_int(token.split("-")[0])
        except ValueError:
            return None
        if user is None:
            return None
        genuine = (
            constant_time_compare(self._make_token_with_timestamp(user, made_at, secret), token)
            for secret in (self.secret, *self.secret_fallbacks)
        )
        return made_at if any(genuine) else None

    def _seconds(self, moment):
        return int(moment.timestamp())

    def _make_hash_value(self, user, timestamp):
        return f"{user.pk}:{user.password}:{user.email}:{user.is_active}:{timestamp}"


_links = ResetLinks()
make = _links.make
state = _links.state
