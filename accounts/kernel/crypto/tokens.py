"""
The secret part of a reset link.

It is a message authentication code over the account, kept nowhere: using the link changes what it
was made from.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import Enum
from typing import Generic, TypeVar

from django.conf import settings
from django.contrib.auth.tokens import PasswordResetTokenGenerator
from django.core import signing
from django.utils import timezone
from django.utils.crypto import constant_time_compare, salted_hmac
from django.utils.http import base36_to_int

from accounts.models import Invitation, User

S = TypeVar("S")
CLOCK_TOLERANCE_SECONDS = 60  # between the hosts of one installation


class LinkState(Enum):
    LIVE = "live"
    SUPERSEDED = "superseded"
    EXPIRED = "expired"
    DEAD = "dead"


class Links(PasswordResetTokenGenerator, Generic[S]):
    """
    Django's reset tokens for links of which only the newest is good.

    A subclass says when the newest was made (`newest`), whether it has run out (`is_over`), whether
    its subject still stands (`stands`), and in `_make_hash_value` what the code covers: the link
    dies with a change of any of it.
    """

    def newest(self, subject: S) -> datetime | None:
        """When the newest link of `subject` was made, or None."""
        raise NotImplementedError

    def is_over(self, subject: S) -> bool:
        """Whether that one has run out."""
        raise NotImplementedError

    def stands(self, subject: S) -> bool:
        """Whether `subject` is still there to be let in."""
        raise NotImplementedError

    def make(self, subject: S) -> str:
        """Return the token of the newest link of `subject`."""
        made_at = self.newest(subject)
        if made_at is None:
            raise ValueError("No link was made.")
        return self._token(subject, self._seconds(made_at), self.secret)

    def state(self, subject: S | None, token: str) -> LinkState:
        """
        Return the LinkState of `token`, which anybody may have typed, for `subject` (or None).
        """
        made_at = self._when_made(subject, token)
        now = self._seconds(timezone.now())
        if made_at is None or made_at > now + CLOCK_TOLERANCE_SECONDS:
            return LinkState.DEAD
        newest = self.newest(subject) if subject is not None and self.stands(subject) else None
        if subject is None or newest is None:
            return LinkState.DEAD
        if made_at < self._seconds(newest):
            return LinkState.SUPERSEDED
        return LinkState.EXPIRED if self.is_over(subject) else LinkState.LIVE

    def _when_made(self, subject: S | None, token: str) -> int | None:
        """Return the second that a genuine token names, or None."""
        try:
            made_at = base36_to_int(token.partition("-")[0])
        except ValueError:
            return None
        if subject is None:
            return None
        genuine = (
            constant_time_compare(self._token(subject, made_at, secret), token)
            for secret in (self.secret, *self.secret_fallbacks)
        )
        return made_at if any(genuine) else None

    def _token(self, subject: S, made_at: int, secret: str | bytes) -> str:
        return self._make_token_with_timestamp(subject, made_at, secret)  # type: ignore[arg-type]  # not only for users

    def _seconds(self, moment: datetime) -> int:
        return int(moment.timestamp())


class ResetLinks(Links[User]):
    """
    For a User: covers the password's hash, the e-mail address and whether the account is active.
    The moment is `User.reset_link_at`, which every password change, role change and deactivation
    clears.
    """

    key_salt = "accounts.tokens.ResetLinks"

    def newest(self, user: User) -> datetime | None:
        return user.reset_link_at

    def is_over(self, user: User) -> bool:
        return user.reset_link_ends_at is None or timezone.now() >= user.reset_link_ends_at

    def stands(self, user: User) -> bool:
        return user.is_active

    def _make_hash_value(self, user: User, timestamp: int) -> str:
        return f"{user.pk}:{user.password}:{user.email}:{user.is_active}:{timestamp}"


class InvitationLinks(Links[Invitation]):
    """
    For an Invitation: covers its address and role, so that nobody joins under another address.
    """

    key_salt = "accounts.tokens.InvitationLinks"

    def newest(self, invitation: Invitation) -> datetime | None:
        return invitation.link_made_at

    def is_over(self, invitation: Invitation) -> bool:
        return invitation.has_expired

    def stands(self, invitation: Invitation) -> bool:
        return invitation.is_open

    def _make_hash_value(self, invitation: Invitation, timestamp: int) -> str:  # type: ignore[override]  # no user
        return f"{invitation.pk}:{invitation.email}:{invitation.role}:{timestamp}"


_links = ResetLinks()
make = _links.make
state = _links.state

_invitations = InvitationLinks()
make_for_invitation = _invitations.make
state_of_invitation = _invitations.state

_DISPUTES = signing.TimestampSigner(salt="accounts.tokens.dispute")
DISPUTE_DAYS = 30


@dataclass(frozen=True)
class Dispute:
    """
    What a genuine token is about: the id of an audit entry, until when that was written, and a
    mailbox.

    A restored database gives the ids of lost entries out again; those were written after the token
    was made.
    """

    event_id: int
    written_until: datetime
    mailbox: str

    def was_mailed_to(self, email: str) -> bool:
        """Return whether the link went to this canonical address."""
        keys = (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)
        return any(constant_time_compare(self.mailbox, _mailbox(email, key)) for key in keys)


def make_for_dispute(event_id: int, email: str) -> str:
    """
    Return the token of the link "I did not expect this" about an audit entry, in a mail to the
    address `email`.
    """
    return _DISPUTES.sign_object([event_id, _mailbox(email, settings.SECRET_KEY)])


def dispute_of(token: str) -> Dispute | None:
    """
    Return the Dispute that `token` (typed by anybody) stands for, or None where it is not genuine
    or too old.
    """
    try:
        event_id, *mailbox = _DISPUTES.unsign_object(token, max_age=timedelta(days=DISPUTE_DAYS))
    except signing.BadSignature:
        return None
    made_at = signing.b62_decode(token.rsplit(_DISPUTES.sep, 2)[1])
    written_until = datetime.fromtimestamp(made_at + CLOCK_TOLERANCE_SECONDS, UTC)
    return Dispute(event_id, written_until, "".join(mailbox))  # the version before named no mailbox


def _mailbox(email: str, key: str) -> str:
    """Return a keyed digest of an address, since a link may be seen by others than its reader."""
    return salted_hmac(
        "accounts.tokens.mailbox", email, secret=key, algorithm="sha256"
    ).hexdigest()[:32]
