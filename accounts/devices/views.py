"""Where a person is signed in, and how they end that."""

import uuid
from dataclasses import replace

from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from accounts.devices import actions, queries
from accounts.web import links, responses
from accounts.web.request import Request
from accounts.web.words import device_names


@require_safe
def devices(request: Request) -> HttpResponseBase:
    part = queries.devices(
        request.GET.get("cursor", ""), actor=request.actor, session=request.session
    )
    named = [
        replace(
            row, browser=device_names.browser(row.browser), system=device_names.system(row.system)
        )
        for row in part.rows
    ]
    context = {"sessions": named, "list": links.page_links(request, part)}
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
