"""The organization's settings in words: what each is called, and what it is set to."""

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.kernel.text import email_address

LABELS = {
    "name": gettext_lazy("Name"),
    "domains": gettext_lazy("Authorized email domains"),
    "support_address": gettext_lazy("Support address"),
    "language": gettext_lazy("Language of emails"),
    "time_zone": gettext_lazy("Time zone"),
    "mail_is_on": gettext_lazy("Send emails"),
    "members_may_invite": gettext_lazy("Enable anyone to invite users"),
    "dormant_days": gettext_lazy("Deactivate after … days without sign-in"),
    "dormant_days_if_never": gettext_lazy("Deactivate never-used accounts after … days"),
    "dormant_admins": gettext_lazy("Admins too"),
}
NOTHING = "–"  # where a field is empty


def of_value(name, value):
    """Return what a setting is set to; of another version's settings, the value as it is."""
    match value:
        case bool():
            return _("yes") if value else _("no")
        case "" | []:
            return NOTHING
        case list():
            return ", ".join(map(str, value))
        case str() if name == "language":
            return str(dict(settings.LANGUAGES).get(value, value))
        case str():
            return email_address.shown(value)
    return str(value)


def changes(changed):
    """Return what the audit trail says of changed settings: what each was, and what it is."""
    return ", ".join(
        f"{LABELS.get(name, name)}: {' → '.join(of_value(name, value) for value in old_and_new)}"
        for name, old_and_new in changed.items()
    )
