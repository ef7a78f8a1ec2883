"""
The mails about changes that somebody did not expect, and what makes any mail one that can be
answered so.
"""

from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from accounts.kernel import events
from accounts.kernel.crypto import tokens
from accounts.kernel.outbox import MailToUser
from accounts.models import User


@dataclass(frozen=True, kw_only=True)
class DisputableMail(MailToUser):
    """
    News of what an Admin did to the reader's account, with the link "I did not expect this".

    `event` is the id of the audit entry that says so; `reason` is why, where the Admin wanted the
    reader to know.
    """

    event: int
    reason: str = ""

    def context(self, user: User) -> dict[str, Any]:
        token = tokens.make_for_dispute(self.event, self.to or user.email)
        return {"unexpected": f"{settings.PUBLIC_URL}/unexpected/{token}/"}


@dataclass(frozen=True, kw_only=True)
class PasswordDoesNotWork(MailToUser):
    """Somebody with a mail about a reset did not expect it, so the account has no password now."""

    label = _("Password does not work any more")


@dataclass(frozen=True, kw_only=True)
class SomebodyDidNotExpectAChange(MailToUser):
    """
    To an Admin: a user did not expect a change.

    `about` is that user's name, `action` the audit action of the change, `frozen` what the user
    stopped (a Frozen).
    """

    label = _("“I did not expect this”")

    about: str
    action: str
    frozen: str

    def context(self, user: User) -> dict[str, Any]:
        return {"action": events.label_of(self.action)}
