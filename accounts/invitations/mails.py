"""The mail that invites."""

from dataclasses import dataclass, replace
from datetime import timedelta

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts import models
from accounts.kernel import outbox, throttle
from accounts.kernel.actor import Actor
from accounts.kernel.crypto import tokens


@dataclass(frozen=True, kw_only=True)
class Invitation(outbox.Mail):
    """
    Somebody may become a user; `invitation` is its id, set by `queue`. Nothing is sent for one that
    is over.
    """

    label = _("Invitation")

    invitation: int = 0

    def queue(self, invitation: models.Invitation, *, by: Actor, may_wait: bool = False) -> None:
        """
        Queue it. Past the limit it goes out when that is over, where it `may_wait`.

        :raises MailIsOff: if none would be sent.
        :raises TooManyMails: if it may not wait.
        """
        outbox.require_on()
        run_after = None
        try:
            throttle.mail_asked_for(invitation.email, throttle.INVITATION_BY_ADDRESS)
        except throttle.TooManyMails as crossed:
            if not may_wait:
                raise
            run_after = timezone.now() + timedelta(seconds=crossed.seconds)
        replace(self, invitation=invitation.pk).put(invitation.email, by=by, run_after=run_after)

    def letter(self) -> outbox.Letter | None:
        alive = models.Invitation.objects.alive().select_related("invited_by")
        invitation = alive.filter(pk=self.invitation).first()
        if invitation is None:
            return None
        token = tokens.make_for_invitation(invitation)
        context = {
            "name": "",
            "email": invitation.email,
            "by": invitation.invited_by.full_name,
            "role": models.Role(
                invitation.role
            ).label,  # in the language of the mail, once that is known
            "until": invitation.expires_at,
            "link": f"{settings.PUBLIC_URL}/join/{invitation.public_id}/{token}/",
        }
        return outbox.Letter(invitation.email, "", context)

    def address(self) -> str | None:
        return (
            models.Invitation.objects.filter(pk=self.invitation)
            .values_list("email", flat=True)
            .first()
        )

    def note_sent(self, letter: outbox.Letter) -> None:
        models.Invitation.objects.filter(pk=self.invitation).update(mailed_at=timezone.now())
