"""What a list is narrowed to, in words: the users, and the audit trail."""

from django.utils.dateparse import parse_date
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from accounts.kernel import events
from accounts.models import Role
from accounts.web import dates


def of_entry(filters):
    """
    Return what an entry of the audit trail says that a file was narrowed to, by the names of the
    filters, since databases keep the keys of JSON in an order of their own; what only another
    version knows stands for itself.
    """
    return ", ".join(_of_trail(name, value) for name, value in sorted(filters.items()))


def of_users(name, value):
    """
    Return what the filter of the users with that name and value lets through.

    :raises KeyError: if there is no such value.
    """
    match name:
        case "q":
            return f"“{value}”"
        case "domain":
            return f"@{value}"
        case "signed_in_after":
            return _("Last sign-in on %(day)s or later") % {"day": _day(value)}
        case "signed_in_before":
            return _("Last sign-in before %(day)s") % {"day": _day(value)}
    return {
        ("status", "active"): _("Active"),
        ("status", "deactivated"): _("Deactivated"),
        **{("role", role.value): str(role.label) for role in Role},
        ("must_change", "yes"): _("Must change password"),
        ("temporary_password", "outstanding"): _("Temporary password outstanding"),
        ("temporary_password", "expired"): _("Temporary password expired"),
        ("never_signed_in", "yes"): _("Never signed in"),
        ("invited", "yes"): _("Joined by invitation"),
    }[name, value]


def _of_trail(name, value):
    match name:
        case "action":
            return f"{_('Action')}: {events.label_of(value)}"
        case "since":
            return f"{_('From')}: {_day(value)}"
        case "until":
            return f"{_('To')}: {_day(value)}"
    try:
        return of_users(name, value)
    except KeyError:
        return f"{name}: {value}"


def _day(text):
    return date_format(parse_date(text), str(dates.DAY))
