"""Manage users: the list, one person, and who may sign in at all."""

from django.http import HttpResponseRedirect
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_safe

from accounts import addresses, pages
from accounts.actions import activation
from accounts.fields import Confirmation, ReasonedConfirmation
from accounts.models import Role
from accounts.policy import Permission
from accounts.queries import audit, mails, paging, sessions
from accounts.queries import users as people
from accounts.users.columns import columns, statuses

READ_AND_POST = require_http_methods(["GET", "HEAD", "POST"])


@require_safe
def users(request):
    filters = people.Filters.read(request.GET)
    try:
        part = people.page(filters, request.GET.get("cursor", ""), actor=request.actor)
    except paging.NotACursor:
        return HttpResponseRedirect(addresses.with_query(request, cursor=""))
    counts = people.counts(actor=request.actor)
    context = {
        "list": {"people": part.rows, **addresses.around(request, part)},
        "filters": filters,
        "counts": counts,
        "matching": people.count_matching(filters, actor=request.actor) if filters.narrows else counts["all"],
        "most_counted": people.MOST_COUNTED,
        "roles": Role.choices,
        "status_links": statuses(request, filters, counts),
        "columns": columns(request, filters),
        "failed_mails": mails.failed_count(actor=request.actor),
    }
    return pages.page(request, "users/users.html", context)


@require_safe
def user(request, user_id):
    person = people.get(user_id, actor=request.actor, for_=Permission.SEE_USERS)
    context = {
        "person": person,
        "devices": sessions.count(person, actor=request.actor),
        "events": audit.latest_about(person, actor=request.actor),
    }
    return pages.page(request, "users/user.html", context)


@READ_AND_POST
def deactivate(request, user_id):
    person = people.get(user_id, actor=request.actor, for_=Permission.DEACTIVATE)
    if not person.is_active:
        return redirect("user", person.public_id)
    form = ReasonedConfirmation(request.POST if request.method == "POST" else None, initial={"version": person.version})
    if request.method == "POST" and form.is_valid():
        version, reason = form.cleaned_data.pop("version"), form.cleaned_data
        ended = activation.deactivate(person.pk, actor=request.actor, expected_version=version, **reason)
        pages.notify(request, _was_deactivated(person, ended))
        return redirect("user", person.public_id)
    devices = sessions.count(person, actor=request.actor)
    return pages.answer(request, "users/deactivate.html", form, person=person, devices=devices)


@READ_AND_POST
def activate(request, user_id):
    person = people.get(user_id, actor=request.actor, for_=Permission.ACTIVATE)
    if person.is_active:
        return redirect("user", person.public_id)
    form = Confirmation(request.POST if request.method == "POST" else None, initial={"version": person.version})
    if request.method == "POST" and form.is_valid():
        activation.activate(person.pk, actor=request.actor, expected_version=form.cleaned_data["version"])
        pages.notify(request, _("%(name)s can sign in again.") % {"name": person.full_name})
        return redirect("user", person.public_id)
    return pages.answer(request, "users/activate.html", form, person=person)


def _was_deactivated(person, ended):
    text = ngettext(
        "%(name)s was deactivated and signed out of %(ended)d device.",
        "%(name)s was deactivated and signed out of %(ended)d devices.",
        ended,
    )
    return text % {"name": person.full_name, "ended": ended}
