"""The mail about a temporary password that runs out."""

from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from accounts.kernel import outbox, throttle
from accounts.kernel.actor import Actor
from accounts.models import User


@dataclass(frozen=True, kw_only=True)
class TemporaryPasswordRunsOut(outbox.MailToUser):
    label = _("Temporary password runs out")

    def queue(self, user: User, *, by: Actor | None = None, to: str = "") -> None:
        """
        Queue it; somebody asked for it.

        :raises MailIsOff: if nobody would be told.
        :raises TooManyMails: if they were told a moment ago.
        """
        outbox.require_on()
        throttle.mail_asked_for(user.email, throttle.REMINDER_BY_ACCOUNT, counted_as=str(user.pk))
        super().queue(user, by=by, to=to)
