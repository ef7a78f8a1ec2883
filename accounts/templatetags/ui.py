"""What templates ask for. Nothing is decided here: whether something is allowed, the policy says."""

from dataclasses import dataclass
from datetime import timedelta

from django import template
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from heroicons.templatetags.heroicons import heroicon_mini

from accounts import policy
from accounts.addresses import with_query
from accounts.models import Role
from accounts.policy import Permission
from accounts.queries import credentials

register = template.Library()


@register.simple_tag
def icon(name):
    """An icon beside words; it says nothing of its own."""
    return heroicon_mini(name, **{"class": "icon", "aria-hidden": "true"})


@register.filter
def focused(field):
    """The field's widget, with the focus when the page opens; a summary of faults above it goes first."""
    return field.as_widget(attrs={"autofocus": True})


@register.simple_tag
def when(moment):
    """A moment as people say it: relative within two days, else the day; the exact time on hover."""
    if moment is None:
        return _("never")
    return format_html(
        '<time datetime="{}" title="{}">{}</time>', moment.isoformat(timespec="seconds"), exact(moment), _said(moment)
    )


@register.simple_tag
def exact(moment):
    """The day, the time and the time zone."""
    local = timezone.localtime(moment)
    return f"{date_format(local, 'D j M Y, H:i')} {local.tzname()}"


@register.simple_tag(takes_context=True)
def may(context, permission, person=None):
    """Whether the person reading the page may do that (to that person)."""
    actor = context.get("actor")
    return actor is not None and policy.refusal(actor, Permission(permission), person) is None


@dataclass(frozen=True)
class Item:
    """An entry of a person's menu; where `reason` is set it cannot be chosen, and that is why."""

    label: str
    href: str
    reason: str = ""
    danger: bool = False
    icon: str = ""


@register.simple_tag(takes_context=True)
def user_menu(context, person):
    """Everything that can be done to a person, what is not allowed included."""
    actor = context["actor"]

    def item(permission, label, href, **look):
        return Item(label, href, policy.refusal(actor, permission, person) or "", **look)

    reset = reverse("reset-password", args=[person.public_id])
    role = reverse("change-role", args=[person.public_id])
    others = [other for other in Role if other != person.role]
    return [
        item(Permission.RESET_PASSWORD, _("Reset password"), reset, icon="key"),
        *(
            item(
                Permission.CHANGE_ROLE,
                _("Change role to %(role)s") % {"role": other.label},
                f"{role}?role={other.value}",
                icon="user-circle",
            )
            for other in others
        ),
        item(
            Permission.EDIT_USER, _("Edit name and email"), reverse("edit-user", args=[person.public_id]), icon="pencil"
        ),
        _activation(item, person),
        *_deletion(item, person),
    ]


@register.simple_tag(takes_context=True)
def query(context, **changes):
    """This page's query with some changes: "?…"."""
    return with_query(context["request"], **changes)


def _deletion(item, person):
    """Only who is deactivated can be deleted, so the menu of the others does not speak of it."""
    if person.is_active:
        return ()
    href = reverse("delete-user", args=[person.public_id])
    return (item(Permission.DELETE_USER, _("Delete user"), href, danger=True, icon="trash"),)


def _activation(item, person):
    if person.is_active:
        href = reverse("deactivate", args=[person.public_id])
        return item(Permission.DEACTIVATE, _("Deactivate user"), href, danger=True, icon="no-symbol")
    href = reverse("activate", args=[person.public_id])
    return item(Permission.ACTIVATE, _("Activate user"), href, icon="check-circle")


def _said(moment):
    now, local = timezone.localtime(), timezone.localtime(moment)
    minutes = int((now - local).total_seconds() // 60)
    days = (now.date() - local.date()).days
    clock = {"time": date_format(local, "H:i")}
    if 0 <= minutes < 1:
        return _("just now")
    if 0 < minutes < 60:
        return ngettext("%(minutes)d minute ago", "%(minutes)d minutes ago", minutes) % {"minutes": minutes}
    if days == 0:
        return _("today, %(time)s") % clock
    if days == 1:
        return _("yesterday, %(time)s") % clock
    if days == -1:
        return _("tomorrow, %(time)s") % clock
    soon = timedelta(days=-7) < now - local < timedelta(0)
    return date_format(local, "D j M, H:i" if soon else "j M Y")


@register.simple_tag
def role_name(role):
    """The word for a Role value."""
    return Role(role).label


@register.simple_tag(takes_context=True)
def outstanding_count(context):
    """How many credentials are outstanding, for the menu entry of who may see them."""
    return credentials.count(actor=context["actor"])
