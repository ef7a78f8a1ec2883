"""Where people are signed in, and how they or an Admin end that."""

import uuid

from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

import accounts.users.queries
from accounts.devices import actions, queries
from accounts.kernel.policy import Permission
from accounts.kernel.text.markup import asis, filled
from accounts.models import User
from accounts.web import links, responses
from accounts.web.request import Request
from accounts.web.words import device_names


@require_safe
def devices(request: Request) -> HttpResponseBase:
    part = queries.devices(
        request.GET.get("cursor", ""), actor=request.actor, session=request.session
    )
    context = {"sessions": device_names.named(part.rows), "list": links.page_links(request, part)}
    return responses.render(request, "devices/devices.html", context)


@responses.post_only
def end_device(request: Request, session_id: uuid.UUID) -> HttpResponseBase:
    ended = actions.end(session_id, actor=request.actor)
    responses.notify(
        request,
        _("The device was signed out.") if ended else _("That device was signed out before."),
    )
    return redirect("sessions")


@responses.post_only
def end_other_devices(request: Request) -> HttpResponseBase:
    ended = actions.end_others(actor=request.actor, session=request.session)
    text = ngettext(
        "%(ended)d other device was signed out.", "%(ended)d other devices were signed out.", ended
    )
    responses.notify(request, text % {"ended": ended})
    return redirect("sessions")


@require_safe
def devices_of(request: Request, user_id: uuid.UUID) -> HttpResponseBase:
    person = accounts.users.queries.get(user_id, actor=request.actor, for_=Permission.SEE_USERS)
    part = queries.devices_of(person, request.GET.get("cursor", ""), actor=request.actor)
    context = {
        "person": person,
        "devices": device_names.named(part.rows),
        "list": links.page_links(request, part),
    }
    return responses.render(request, "devices/devices_of.html", context)


@responses.post_only
def end_device_of(request: Request, user_id: uuid.UUID, session_id: uuid.UUID) -> HttpResponseBase:
    person = accounts.users.queries.get(user_id, actor=request.actor, for_=Permission.END_SESSIONS)
    ended = actions.end_of(person.pk, session_id, actor=request.actor)
    responses.notify(request, _was_signed_out(person, int(ended)))
    return redirect(links.keeping_place(request, person.get_absolute_url()))


@responses.post_only
def end_devices_of(request: Request, user_id: uuid.UUID) -> HttpResponseBase:
    person = accounts.users.queries.get(user_id, actor=request.actor, for_=Permission.END_SESSIONS)
    ended = actions.end_all_of(person.pk, actor=request.actor)
    responses.notify(request, _was_signed_out(person, ended))
    return redirect(links.keeping_place(request, person.get_absolute_url()))


def _was_signed_out(person: User, ended: int) -> str:
    text = _("%(name)s was signed out there before.")
    if ended:
        text = ngettext(
            "%(name)s was signed out of %(ended)d device.",
            "%(name)s was signed out of %(ended)d devices.",
            ended,
        )
    return filled(text, name=asis(person.full_name), ended=ended)
