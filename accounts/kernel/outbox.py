"""
The outbox: every mail is a class, in its subject's `mails.py`, and waits in the queue until it is
sent.

A mail is queued in the caller's transaction: it goes out if and only if the change was committed,
and no request waits for the mail server. While the organization has mail turned off nothing is
queued, and nothing that waits is sent; a mail that is itself what was asked for calls `require_on`.
Every mail to an address counts, whoever has it sent and whatever it says. None carries a password,
and links are made when it is sent, so that no usable one lies in the queue.
"""

import re
import smtplib
from dataclasses import asdict, dataclass, fields, replace
from datetime import datetime, timedelta
from typing import Any, ClassVar, Self

from django.utils import timezone, translation

from accounts.kernel import mail_message, throttle
from accounts.kernel.actor import Actor
from accounts.kernel.errors import Conflict
from accounts.kernel.queue import tasks
from accounts.kernel.text import letters
from accounts.models import Organization, User

# After the last of them the mail is left as failed, where Admins see it and can have it tried
# again.
DELAYS = tuple(timedelta(minutes=minutes) for minutes in (1, 5, 30, 120, 360))
# Nobody has that address, or has it any more. Other refusals may be the mail server's fault, or
# ours.
NO_SUCH_MAILBOX = re.compile(rb"5\.(1\.\d+|2\.1)\b")

KINDS: dict[str, type["Mail"]] = {}  # by the name under which a mail is stored
# What the version before called some of those that are in the queue; kept for one release.
NAMES_BEFORE = {
    "password_was_taken": "password_was_reset_with_a_link",
    "password_was_frozen": "password_does_not_work",
    "temporary_password_reminder": "temporary_password_runs_out",
    "change_was_disputed": "somebody_did_not_expect_a_change",
}


class MailIsOff(Conflict):
    """The organization sends no mails, so what was asked for would reach nobody."""

    code = "mail_is_off"


class UnknownMail(LookupError):
    """No mail is stored under that name: another version queued it."""


@dataclass(frozen=True)
class Letter:
    """
    What is to be sent now: to which address, in which language and time zone ("" if the reader
    chose none), and what it says.
    """

    email: str
    language: str
    context: dict[str, Any]
    user: User | None = None

    @property
    def time_zone(self) -> str:
        """The reader's, "" where that is not known."""
        return self.user.time_zone if self.user else ""


@dataclass(frozen=True, kw_only=True)
class Mail:
    """
    The base of all. Its fields are what is stored while it waits, plain JSON values; the first ones
    `queue` sets.

    Its template is templates/mail/<name>.html, where <name> is that of the class in small letters.
    `label` is what Admins call it.
    """

    name: ClassVar[str]
    label: ClassVar[Any]

    user_id: int | None = None
    to: str = ""  # an address, where it is not the one that the user has by then
    by: str = ""  # who acted, or "" for the system
    language: str = ""  # of who acted: the nearest guess at what somebody reads who has chosen none
    time_zone: str = ""  # of who acted, likewise
    when: str = ""  # it was queued first, in ISO 8601

    def __init_subclass__(cls, **options: Any) -> None:
        super().__init_subclass__(**options)
        cls.name = re.sub(r"(?<!^)(?=[A-Z])", "_", cls.__name__).lower()
        if "label" in vars(cls):
            KINDS[cls.name] = cls

    @classmethod
    def stored(cls, user_id: int | None, facts: dict[str, Any]) -> Self:
        """
        Return the mail as it was queued; another version may have stored more than this one knows.
        """
        known = {field.name for field in fields(cls)}
        return cls(
            user_id=user_id, **{name: value for name, value in facts.items() if name in known}
        )

    @property
    def facts(self) -> dict[str, Any]:
        """What is stored besides whom it is for."""
        return {name: value for name, value in asdict(self).items() if name != "user_id"}

    def letter(self) -> Letter | None:
        """Return the mail as it is to be sent now, or None where nobody wants it any more."""
        raise NotImplementedError

    def address(self) -> str | None:
        """Return where it goes, None where that is nowhere any more."""
        raise NotImplementedError

    def note_sent(self, letter: Letter) -> None:
        """Note that the mail server has taken it, where somebody asks for that."""

    def note_no_mailbox(self) -> None:
        """Note that the mail server knows no such address, where somebody asks for that."""

    def put(
        self, email: str, *, by: Actor | None = None, run_after: datetime | None = None
    ) -> None:
        """Queue it to an address, about what the Actor `by` did, in the caller's transaction."""
        throttle.MAILS_TO_ADDRESS.count(email)
        queued = replace(
            self,
            when=timezone.now().isoformat(),
            by=_name(by),
            language=_language(by),
            time_zone=_time_zone(by),
        )
        deliver.at(run_after).enqueue(name=self.name, user_id=self.user_id, facts=queued.facts)


@dataclass(frozen=True, kw_only=True)
class MailToUser(Mail):
    """A mail to a user, in their language; who was deleted since gets none."""

    user_id: int = 0

    def queue(self, user: User, *, by: Actor | None = None, to: str = "") -> None:
        """
        Queue it to their address, or to the address `to`, unless the organization turned mail off.
        """
        if is_on():
            replace(self, user_id=user.pk, to=to).put(to or user.email, by=by)

    def is_wanted(self, user: User) -> bool:
        """Return whether its reason still stands when it is about to be sent."""
        return True

    def context(self, user: User) -> dict[str, Any]:
        """Return what the template is told besides the fields and the reader."""
        return {}

    def letter(self) -> Letter | None:
        user = User.objects.present().filter(pk=self.user_id).first()
        if user is None or not self.is_wanted(user):
            return None
        reader = {"person": user, "name": letters.unlinked(user.full_name), "email": user.email}
        return Letter(self.to or user.email, user.language, reader | self.context(user), user)

    def address(self) -> str | None:
        return (
            self.to or User.objects.filter(pk=self.user_id).values_list("email", flat=True).first()
        )


def is_on() -> bool:
    """Return whether the organization sends mails at all."""
    return Organization.current().mail_is_on


def require_on() -> None:
    """
    Let pass what is done by mail.

    :raises MailIsOff: while the organization sends none.
    """
    if not is_on():
        raise MailIsOff


@tasks.task(delays=DELAYS)
def deliver(*, name: str, user_id: int | None, facts: dict[str, Any]) -> None:
    """
    Send a Mail that was stored under that name.

    One that still waits when the organization turns mail off is not sent, and one to an address
    that is nobody's is not tried again. A mail whose sending could not be noted, since the database
    went away, is sent twice: better than a link in it that was stored nowhere.

    :raises UnknownMail: if there is none.
    :raises TryAgain: if the mail server does not take it.
    """
    kind = _kind(name)
    if kind is None:
        raise UnknownMail(name)
    if not is_on() or not facts:  # erased with the reader's account, while a worker had the task
        return
    mail = kind.stored(user_id, facts)
    letter = mail.letter()
    if letter is None:
        return
    try:
        mail_message.made(mail, letter).send()
    except OSError as error:  # smtplib's errors are of this kind, and so are those of the network
        if _is_nobodys_address(error):
            mail.note_no_mailbox()
            raise
        raise tasks.TryAgain from error
    mail.note_sent(letter)


def send_again(**arguments: Any) -> None:
    """
    Queue a Mail anew that could not be sent, from its first try, with the arguments that were
    stored. One that cannot be read fails again, and stays where Admins see it.
    """
    if email := _stored_address(arguments):
        throttle.MAILS_TO_ADDRESS.count(email)
    deliver.enqueue(**arguments)


def label(name: object) -> str:
    """
    Return what the Mail that is stored under that name is about, in words for the Admins' page; ""
    for one without a name.
    """
    kind = _kind(name)
    return str(kind.label if kind else name or "")


def _stored_address(arguments: dict[str, Any]) -> str | None:
    """Return where a stored mail goes, None where that is nowhere or cannot be read."""
    kind, user_id = _kind(arguments.get("name")), arguments.get("user_id")
    try:
        return kind.stored(user_id, arguments.get("facts", {})).address() if kind else None
    except (AttributeError, TypeError, ValueError):
        return None


def _kind(name: object) -> type[Mail] | None:
    """Return the class of a stored mail, None for one that only another version knows."""
    return KINDS.get(NAMES_BEFORE.get(name, name)) if isinstance(name, str) else None


def _is_nobodys_address(error: OSError) -> bool:
    """Return whether the mail server says that there is no such mailbox (RFC 3463, 3.2 and 3.3)."""
    if not isinstance(error, smtplib.SMTPRecipientsRefused):
        return False
    return all(NO_SUCH_MAILBOX.match(reply) for _code, reply in error.recipients.values())


def _name(actor: Actor | None) -> str:
    """Return the acting user's name, or "" for the system, which the templates put into words."""
    return actor.user.full_name if actor and actor.user else ""


def _language(actor: Actor | None) -> str:
    """Return what the acting user reads."""
    return (actor.user.language or translation.get_language() or "") if actor and actor.user else ""


def _time_zone(actor: Actor | None) -> str:
    """Return where the acting user is, "" where nobody says."""
    here = timezone.get_current_timezone()
    return (actor.user.time_zone or getattr(here, "key", "")) if actor and actor.user else ""
