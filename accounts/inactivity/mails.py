"""The mail that warns whoever does not use their account."""

from dataclasses import dataclass
from typing import Any

from django.utils import timezone
from django.utils.dateparse import parse_date
from django.utils.translation import gettext_lazy as _

from accounts.kernel.outbox import Letter, MailToUser
from accounts.models import DormancyWarning, User


@dataclass(frozen=True, kw_only=True)
class AccountWillBeDeactivated(MailToUser):
    """
    Nobody signs in with the account, which ends on the date `due_on` (ISO 8601), in so many `days`.

    `warning` is the id of the DormancyWarning that it is: of two in the queue one is sent, so
    nobody is told twice.
    """

    label = _("Account will be deactivated")

    due_on: str
    days: int
    warning: int

    def is_wanted(self, user: User) -> bool:
        return DormancyWarning.objects.filter(pk=self.warning, sent_at=None).exists()

    def context(self, user: User) -> dict[str, Any]:
        return {"due_on": parse_date(self.due_on)}

    def note_sent(self, letter: Letter) -> None:
        DormancyWarning.objects.filter(pk=self.warning).update(sent_at=timezone.now())

    def note_no_mailbox(self) -> None:
        """Nobody can be warned there: who left must not stay active for having no mailbox."""
        DormancyWarning.objects.filter(pk=self.warning).update(sent_at=timezone.now())
