"""What the audit trail says of signing in and out."""

from dataclasses import dataclass

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from accounts.kernel.events import Event, detail


class FailedBecause(TextChoices):
    """Why a sign-in failed; whoever tried is not told."""

    UNKNOWN = "unknown", _("unknown address")
    WRONG_PASSWORD = "wrong_password", _("wrong password")
    DEACTIVATED = "deactivated", _("account deactivated")
    TEMPORARY_PASSWORD_EXPIRED = "temporary_password_expired", _("temporary password expired")
    TOO_MANY_TRIES = "too_many_tries", _("too many tries")
    CHANGED_MEANWHILE = "changed_meanwhile", _("account changed meanwhile")
    ADDRESS_NOT_ACCEPTED = "address_not_accepted", _("address not accepted any more")


@dataclass(frozen=True, kw_only=True)
class SignedIn(Event):
    """Somebody signed in, perhaps with a temporary password."""

    name = "session.signed_in"
    label = _("Signed in")

    oldest_sessions_ended: int | None = detail(
        _("Oldest devices signed out, since there were too many"), default=None
    )
    temporary_password: bool = detail(_("With a temporary password"))


@dataclass(frozen=True, kw_only=True)
class SignInFailed(Event):
    """
    A sign-in failed. An address that is nobody's is a code, see `audit.pseudonym`: it may be a
    password.
    """

    name = "session.sign_in_failed"
    label = _("Sign-in failed")

    reason: FailedBecause = detail(_("Reason"))
    unknown_address: str | None = detail(_("Unknown address, as a code"), default=None)


@dataclass(frozen=True, kw_only=True)
class SignedOut(Event):
    """Somebody signed out on the device in front of them."""

    name = "session.signed_out"
    label = _("Signed out")
