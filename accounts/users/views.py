"""
Manage users: the list, one person, who may sign in at all; adding, editing and deleting people.
"""

import uuid
from collections.abc import Callable
from functools import partial
from typing import Any

from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

import accounts.audit_trail.queries
import accounts.devices.queries
import accounts.mail.queries
import accounts.passwords.temporary
import accounts.saved_views.queries
import accounts.statistics.queries
from accounts.kernel import policy
from accounts.kernel.errors import Invalid
from accounts.kernel.policy import Permission
from accounts.kernel.text.markup import asis, filled
from accounts.models import Role, User
from accounts.users import actions, activation, filter_fields, forms, picture, queries
from accounts.users.filters import Filters
from accounts.web import (
    bulk_choices,
    faults,
    handover,
    links,
    menus,
    responses,
    shown_once,
    user_columns,
)
from accounts.web.fields import Confirmation, ReasonedConfirmation
from accounts.web.request import Request
from accounts.web.words import device_names, trail


@require_safe
def users(request: Request) -> HttpResponseBase:
    filters = Filters.read(request.GET)
    shown = user_columns.shown(request, filters)
    cursor, with_inviters = (
        request.GET.get("cursor", ""),
        any(column.key == "invited_by" for column in shown),
    )
    part = queries.page(filters, cursor, actor=request.actor, with_inviters=with_inviters)
    kept = accounts.statistics.queries.cached(actor=request.actor)
    by_status, matching = accounts.statistics.queries.of_list(filters, part, kept)
    context = {
        "list": {"people": part.rows, **links.page_links(request, part)},
        "filters": filters,
        "everybody": by_status[""],
        "matching": matching,
        "roles": {role.value: str(role.label) for role in Role},
        "statuses": user_columns.statuses(request, filters, by_status),
        "chips": user_columns.chips(request, filters),
        "filter_fields": filter_fields.fields(filters),
        "names": user_columns.of_names(request, filters),
        "columns": shown,
        "rows": _rows(request, part.rows),
        "all_columns": user_columns.labels(),
        "chosen_columns": user_columns.chosen(request.actor.user),
        "bulk_choices": bulk_choices.choices(),
        "picture": _picture(accounts.statistics.queries.picture(kept)),
        "saved_views": accounts.saved_views.queries.of(actor=request.actor),
        "failed_mails": accounts.mail.queries.failed_count(actor=request.actor),
    }
    return responses.render(request, "users/users.html", context)


@require_safe
def user(request: Request, user_id: uuid.UUID) -> HttpResponseBase:
    person = queries.get(user_id, actor=request.actor, for_=Permission.SEE_USERS)
    latest = accounts.audit_trail.queries.latest_about(person, actor=request.actor)
    device_count, devices = accounts.devices.queries.latest_of(person, actor=request.actor)
    context = {
        "person": person,
        "device_count": device_count,
        "devices": device_names.named(devices),
        "events": [trail.Entry(event) for event in latest],
    }
    return responses.render(request, "users/user.html", context)


@responses.read_and_post
def deactivate(request: Request, user_id: uuid.UUID) -> HttpResponseBase:
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
    return responses.form(request, "users/deactivate.html", form, person=person, devices=devices)


@responses.read_and_post
def activate(request: Request, user_id: uuid.UUID) -> HttpResponseBase:
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
    return responses.form(request, "users/activate.html", form, person=person)


@responses.read_and_post
def add(request: Request) -> HttpResponseBase:
    policy.require(request.actor, Permission.CREATE_USER)
    form = forms.Add(
        request.POST if request.method == "POST" else None,
        suggestion=accounts.passwords.temporary.generate(),
    )
    if request.method == "POST" and form.is_valid():
        try:
            return shown_once.answer(
                request,
                "add-user",
                partial(_add, request, form.cleaned_data),
                partial(handover.handover, request),
            )
        except Invalid as fault:
            faults.add(form, fault, "new_password")
    return responses.form(request, "users/add_user.html", form)


def _add(request: Request, typed: Any, keep: Callable[..., None]) -> None:
    person = {name: typed[name] for name in ("email", "full_name", "role")}
    new = actions.prepare(actor=request.actor, password=typed["new_password"], **person)
    actions.add(
        new,
        actor=request.actor,
        keep=lambda *added: keep(added[0].public_id, **handover.facts(*added, is_new=True)),
    )


@responses.read_and_post
def edit(request: Request, user_id: uuid.UUID) -> HttpResponseBase:
    person = queries.get(user_id, actor=request.actor, for_=Permission.EDIT_USER)
    initial = {"full_name": person.full_name, "email": person.email, "version": person.version}
    form = forms.Edit(request.POST if request.method == "POST" else None, initial=initial)
    if request.method == "POST" and form.is_valid():
        typed = dict(form.cleaned_data)
        version = typed.pop("version")
        try:
            actions.edit(person.pk, actor=request.actor, expected_version=version, **typed)
            responses.notify(request, _("The changes were saved."))
            return redirect(links.keeping_place(request, person.get_absolute_url()))
        except Invalid as fault:
            faults.add(form, fault)
    return responses.form(request, "users/edit_user.html", form, person=person)


@responses.read_and_post
def delete(request: Request, user_id: uuid.UUID) -> HttpResponseBase:
    person = queries.get(user_id, actor=request.actor, for_=Permission.DELETE_USER)
    form = forms.Delete(person, request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        called = _("Deleted user %(id)s") % {"id": str(person.public_id)[:8]}
        reason = form.cleaned_data["reason"]
        actions.delete(person.pk, actor=request.actor, reason=reason, called=called)
        responses.notify(request, filled(_("%(name)s was deleted."), name=asis(person.full_name)))
        return redirect(links.users_list(request))
    return responses.form(request, "users/delete_user.html", form, person=person)


def _rows(request: Request, people):
    place = links.came_from(request)
    return [
        (
            person,
            links.with_place(menus.address("user", person), place),
            menus.for_user(person, actor=request.actor, place=place),
        )
        for person in people
    ]


def _picture(kept):
    return kept and {
        "people": picture.people(kept),
        "table": picture.table(kept),
        "sign_ins": picture.sign_ins(kept),
        "total": sum(day.sign_ins for day in kept.days),
        "counted_at": kept.counted_at,
    }


def _was_deactivated(person: User, ended):
    text = _("%(name)s was deactivated.")
    if ended:
        text = ngettext(
            "%(name)s was deactivated and signed out of %(ended)d device.",
            "%(name)s was deactivated and signed out of %(ended)d devices.",
            ended,
        )
    return filled(text, name=asis(person.full_name), ended=ended)
