"""The mails about an account: its address, and whether it is active."""

from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from accounts.disputes.mails import DisputableMail
from accounts.kernel.outbox import MailToUser


@dataclass(frozen=True, kw_only=True)
class EmailWasChanged(DisputableMail):
    """An Admin changed the person's address from `old` to `new`; each of the two gets one."""

    label = _("Address was changed")

    old: str
    new: str


@dataclass(frozen=True, kw_only=True)
class AccountWasDeactivated(MailToUser):
    """
    The person cannot sign in any more; `is_dormant` where that is because nobody did for long.
    """

    label = _("Account was deactivated")

    reason: str = ""
    is_dormant: bool = False


@dataclass(frozen=True, kw_only=True)
class AccountWasActivated(MailToUser):
    label = _("Account was activated")
