"""What the audit trail says of disputed changes."""

from dataclasses import dataclass

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from accounts.kernel.events import Event, detail


class Frozen(TextChoices):
    """
    What a dispute stopped: the account; nothing of it, since it has a newer password; or the Admin
    alone.
    """

    ACCOUNT = "account", _("the account")
    NOTHING = "nothing", _("nothing: there is a newer password")
    ADMIN = "admin", _("Admin")


@dataclass(frozen=True, kw_only=True)
class ChangeDisputed(Event):
    """
    A person did not expect a change of their account: `disputed` is what it is called, `entry` its
    id.
    """

    name = "change.disputed"
    label = _("“I did not expect this”")
    by_others = True

    admin_sessions_ended: int | None = detail(_("Devices of the Admin signed out"), default=None)
    sessions_ended: int | None = detail(_("Devices signed out"), default=None)
    disputed: str = detail(_("What was disputed"))
    entry: int = detail(_("Entry"))
    frozen: Frozen = detail(_("What was stopped"))
