"""
What templates ask for, as functions and filters. Nothing is decided here: whether something is
allowed, the policy says.
"""

import functools
import secrets
from datetime import timedelta

from django.contrib.staticfiles.storage import staticfiles_storage
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format, number_format
from django.utils.html import format_html
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _
from heroicons.jinja import heroicon_mini

import accounts.credentials.queries
from accounts.kernel import policy
from accounts.kernel.policy import Permission
from accounts.kernel.text import email_address
from accounts.models import Role
from accounts.web import dates, links, menus


@functools.cache
def icon(name):
    """An icon beside words; it says nothing of its own."""
    return heroicon_mini(name, **{"class": "icon", "aria-hidden": "true"})


def focused(field):
    """
    The field's widget, with the focus when the page opens; a summary of faults above it goes first.
    """
    return field.as_widget(attrs={"autofocus": True})


def when(moment):
    """
    A moment as people say it: relative within two days, else the day; the exact time on hover.
    """
    if moment is None:
        return _("never")
    return format_html(
        '<time datetime="{}" title="{}">{}</time>',
        moment.isoformat(timespec="seconds"),
        exact(moment),
        _said(moment),
    )


def exact(moment):
    """The day, the time and the time zone."""
    local = timezone.localtime(moment)
    return f"{_formatted(local, dates.EXACT)} {local.tzname()}"


def form_id():
    """
    The field that makes a form unlike any other, for one whose answer is shown once
    (`shown_once.py`).
    """
    return format_html('<input type="hidden" name="form_id" value="{}">', secrets.token_urlsafe(16))


def url(name, *args):
    """The path of the page of that name; most take no arguments, and a page names dozens."""
    return reverse(name, args=args) if args else _plain_url(name)


@functools.cache
def _plain_url(name):
    return reverse(name)


@functools.cache
def static(path):
    """The address of a static file, under its hashed name."""
    return staticfiles_storage.url(path)


def may(actor, permission, person=None):
    """Whether the Actor (or None, where nobody is known) may do that (to that person)."""
    return actor is not None and policy.allows(actor, Permission(permission), person)


def user_menu(request, person):
    """Everything that can be done to a person, on their page; what is not allowed included."""
    return menus.for_user(
        person, actor=request.actor, place=links.came_from(request), is_whole=True
    )


def page_of(request, person):
    """Where the page of a person is; the way back leads to the list as the reader left it."""
    return links.keeping_place(request, person.get_absolute_url())


def _said(moment):
    now, local = timezone.localtime(), timezone.localtime(moment)
    minutes = int((now - local).total_seconds() // 60)
    days = (now.date() - local.date()).days
    clock = {"time": f"{local:%H:%M}"}
    if 0 <= minutes < 1:
        return _("just now")
    if 0 < minutes < 60:
        return ngettext("%(minutes)d minute ago", "%(minutes)d minutes ago", minutes) % {
            "minutes": minutes
        }
    if days == 0:
        return _("today, %(time)s") % clock
    if days == 1:
        return _("yesterday, %(time)s") % clock
    if days == -1:
        return _("tomorrow, %(time)s") % clock
    soon = timedelta(days=-7) < now - local < timedelta(0)
    return _formatted(local, dates.SOON if soon else dates.DAY)


def _formatted(moment, format_string):
    """
    Format a moment to the minute; a list says the same days again and again, and formatting is
    slow.
    """
    return _formatted_once(
        moment.replace(second=0, microsecond=0, tzinfo=None), str(format_string), get_language()
    )


@functools.lru_cache(maxsize=4096)
def _formatted_once(moment, format_string, _language):
    return date_format(moment, format_string)


def address(email):
    """An email address as people write it."""
    return email_address.shown(email) if email else ""


def day(date):
    """A day as people write it."""
    return _formatted_once(date, str(dates.DAY), get_language())


def whole(number):
    """A whole number with its thousands apart."""
    return number_format(number, force_grouping=True)


def figure(count):
    """A Figure in words: "1,234", "about 310,000", "more than 1,000"."""
    number = whole(count.value)
    match count.kind:
        case "exact":
            return number
        case "about":
            return _("about %(number)s") % {"number": number}
        case _more:
            return _("more than %(number)s") % {"number": number}


def role_name(role):
    """The word for a Role value."""
    return Role(role).label


def outstanding_count(actor):
    """How many credentials are outstanding, for the menu entry of who may see them."""
    return accounts.credentials.queries.count(actor=actor)
