"""Manage users: the list, one person, and who may sign in at all."""

from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

import accounts.audit_trail.queries
import accounts.bulk.views
import accounts.devices.queries
import accounts.inactivity.queries
import accounts.mail.queries
import accounts.saved_views.queries
import accounts.statistics.queries
from accounts.kernel.policy import Permission
from accounts.kernel.text.markup import asis, filled
from accounts.models import Role
from accounts.users import activation, columns, filter_fields, picture, queries
from accounts.users.filters import Filters
from accounts.web import links, menus, responses
from accounts.web.fields import Confirmation, ReasonedConfirmation


@require_safe
def users(request):
    filters = Filters.read(request.GET)
    shown = columns.shown(request, filters)
    cursor, with_inviters = (
        request.GET.get("cursor", ""),
        any(column.key == "invited_by" for column in shown),
    )
    part = queries.page(filters, cursor, actor=request.actor, with_inviters=with_inviters)
    kept = accounts.statistics.queries.kept(actor=request.actor)
    by_status, matching = accounts.statistics.queries.of_list(filters, part, kept)
    context = {
        "list": {"people": part.rows, **links.around(request, part)},
        "filters": filters,
        "everybody": by_status[""],
        "matching": matching,
        "roles": Role.choices,
        "status_links": columns.statuses(request, filters, by_status),
        "chips": columns.chips(request, filters),
        "narrow": {"fields": filter_fields.fields(filters)},
        "names": columns.of_names(request, filters),
        "columns": shown,
        "rows": _rows(request, part.rows, shown),
        "all_columns": columns.labels(),
        "chosen_columns": columns.chosen(request.actor.user),
        "bulk_choices": accounts.bulk.views.choices(),
        "picture": _picture(accounts.statistics.queries.picture(kept)),
        "saved_views": accounts.saved_views.queries.of(actor=request.actor),
        "failed_mails": accounts.mail.queries.failed_count(actor=request.actor),
    }
    return responses.page(request, "users/users.html", context)


@require_safe
def user(request, user_id):
    person = queries.get(user_id, actor=request.actor, for_=Permission.SEE_USERS)
    context = {
        "person": person,
        "devices": accounts.devices.queries.count(person, actor=request.actor),
        "events": accounts.audit_trail.queries.latest_about(person, actor=request.actor),
    }
    return responses.page(request, "users/user.html", context)


@require_safe
def dormant(request):
    """Who is deactivated next for not signing in."""
    long_ago, never = accounts.inactivity.queries.next_ones(actor=request.actor)
    context = {"long_ago": long_ago, "never": never, "settings": request.actor.organization}
    return responses.page(request, "users/dormant.html", context)


@responses.read_and_post
def deactivate(request, user_id):
    person = queries.get(user_id, actor=request.actor, for_=Permission.DEACTIVATE)
    if not person.is_active:
        return redirect(links.keeping_place(request, person.get_absolute_url()))
    form = ReasonedConfirmation(
        request.POST if request.method == "POST" else None, initial={"version": person.version}
    )
    if request.method == "POST" and form.is_valid():
        version, reason = form.cleaned_data.pop("version"), form.cleaned_data
        ended = activation.deactivate(
            person.pk, actor=request.actor, expected_version=version, **reason
        )
        responses.notify(request, _was_deactivated(person, ended))
        return redirect(links.keeping_place(request, person.get_absolute_url()))
    devices = accounts.devices.queries.count(person, actor=request.actor)
    return responses.answer(request, "users/deactivate.html", form, person=person, devices=devices)


@responses.read_and_post
def activate(request, user_id):
    person = queries.get(user_id, actor=request.actor, for_=Permission.ACTIVATE)
    if person.is_active:
        return redirect(links.keeping_place(request, person.get_absolute_url()))
    form = Confirmation(
        request.POST if request.method == "POST" else None, initial={"version": person.version}
    )
    if request.method == "POST" and form.is_valid():
        activation.activate(
            person.pk, actor=request.actor, expected_version=form.cleaned_data["version"]
        )
        responses.notify(
            request, filled(_("%(name)s can sign in again."), name=asis(person.full_name))
        )
        return redirect(links.keeping_place(request, person.get_absolute_url()))
    return responses.answer(request, "users/activate.html", form, person=person)


def _rows(request, people, shown):
    place = links.came_from(request)
    rows = [(person, menus.of(person, actor=request.actor, place=place)) for person in people]
    return {
        "rows": rows,
        "place": place,
        "columns": shown,
        "roles": {role.value: str(role.label) for role in Role},
    }


def _picture(kept):
    return kept and {
        "people": picture.people(kept),
        "table": picture.table(kept),
        "sign_ins": picture.sign_ins(kept),
        "total": sum(day.sign_ins for day in kept.days),
        "counted_at": kept.counted_at,
    }


def _was_deactivated(person, ended):
    text = _("%(name)s was deactivated.")
    if ended:
        text = ngettext(
            "%(name)s was deactivated and signed out of %(ended)d device.",
            "%(name)s was deactivated and signed out of %(ended)d devices.",
            ended,
        )
    return filled(text, name=asis(person.full_name), ended=ended)
