"""The mails about passwords. None carries one."""

from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from accounts.disputes.mails import DisputableMail
from accounts.kernel.crypto import tokens
from accounts.kernel.outbox import Letter, MailToUser
from accounts.models import User
from accounts.passwords import late_links


@dataclass(frozen=True, kw_only=True)
class LinkMail(MailToUser):
    """
    A mail with a link to choose a password with, made when it is sent; it works for so many
    `minutes`.
    """

    minutes: int = field(default_factory=lambda: settings.RESET_LINK_MINUTES)

    def context(self, user: User) -> dict[str, Any]:
        """Return the link, an empty one where it was ended."""
        if not late_links.is_live(user):
            return {"link": ""}
        return {"link": f"{settings.PUBLIC_URL}/reset/{user.public_id}/{tokens.make(user)}/"}

    def note_sent(self, letter: Letter) -> None:
        if letter.user:
            late_links.store(letter.user, self.when)


@dataclass(frozen=True, kw_only=True)
class ResetLink(LinkMail):
    """The link that the person asked for; nothing is sent where it was ended meanwhile."""

    label = _("Reset link")

    def is_wanted(self, user: User) -> bool:
        """:raises LinkWaitedTooLong: if nobody waits for it any more."""
        late_links.renew(user, self.when)
        return late_links.is_live(user)


@dataclass(frozen=True, kw_only=True)
class PasswordWasResetWithALink(LinkMail, DisputableMail):
    """
    An Admin took the password away; the mail has the link, unless that waited too long: it is news
    all the same.
    """

    label = _("Password was reset, with a link")

    def context(self, user: User) -> dict[str, Any]:
        with suppress(late_links.LinkWaitedTooLong):
            late_links.renew(user, self.when)
        link = {"link": ""} | LinkMail.context(self, user)
        return link | DisputableMail.context(self, user)


@dataclass(frozen=True, kw_only=True)
class PasswordWasReset(DisputableMail):
    """An Admin gave the person a temporary password, which works for so many `hours`."""

    label = _("Password was reset")

    hours: int = field(default_factory=lambda: settings.TEMPORARY_PASSWORD_HOURS)


@dataclass(frozen=True, kw_only=True)
class PasswordWasChanged(MailToUser):
    """The person chose a password: `how` is "changed", "forced" or "link"."""

    label = _("Password was changed")

    how: str
