"""Who did what to whom, when, from where."""

from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

import accounts.exports.actions
from accounts.audit_trail import forms, queries
from accounts.kernel import policy
from accounts.kernel.events import AccessDenied
from accounts.kernel.policy import Permission
from accounts.passwords.events import PasswordResetByAdmin
from accounts.web import links, responses
from accounts.web.request import Request
from accounts.web.words import trail

TEMPLATE = "audit_trail/audit_trail.html"
NOT_ASKED = {"cursor", "codes"}  # of a question's address


@require_safe
def audit(request: Request) -> HttpResponseBase:
    policy.require(request.actor, Permission.READ_AUDIT_TRAIL)
    form = forms.Filter(request.GET)
    if not form.is_valid():
        return _faults(request, form)
    filters = queries.Filters(**form.cleaned_data)
    part = queries.page(filters, request.GET.get("cursor", ""), actor=request.actor)
    found = {
        "events": [trail.Entry(event) for event in part.rows],
        **links.page_links(request, part),
    }
    return responses.render(request, TEMPLATE, {"form": form, "list": found, **_facts(request)})


@responses.saves_a_file
def audit_export(request: Request) -> HttpResponseBase:
    """
    Make a file of what the filters show, which is recorded; whoever kept the address of one comes
    to the trail.
    """
    policy.require(request.actor, Permission.READ_AUDIT_TRAIL)
    if request.method != "POST":
        return redirect(links.list_of("audit", request))
    form = forms.Filter(links.asked(request))
    if not form.is_valid():
        return _faults(request, form)
    kind = responses.kind_of_file(request)
    parts = accounts.exports.actions.audit_trail(
        queries.Filters(**form.cleaned_data),
        actor=request.actor,
        kind=kind,
        in_words=trail.Entry,
    )
    return responses.file(f"audit-{timezone.now():%Y-%m-%d}", kind, parts)


def _faults(request: Request, form: forms.Filter) -> HttpResponse:
    return responses.invalid(request, TEMPLATE, form, list={"events": []}, **_facts(request))


def _facts(request: Request) -> dict[str, Any]:
    return {"presets": _presets(request), "codes": request.GET.get("codes") == "on"}


def _presets(request: Request) -> list[dict[str, Any]]:
    """Return the questions that are asked most as links, the one that is asked now marked."""
    today = timezone.localdate()
    monday = {"since": f"{today - timedelta(days=today.weekday())}"}
    questions: tuple[tuple[str, dict[str, str]], ...] = (
        (_("Everything"), {}),
        (_("Password resets this week"), {"action": PasswordResetByAdmin.name, **monday}),
        (_("Refused"), {"action": AccessDenied.name}),
        (_("My own"), {"actor": request.actor.person.email}),
    )
    now = {name: text for name, text in request.GET.items() if text and name not in NOT_ASKED}
    return [
        {"label": label, "href": f"?{urlencode(question)}", "current": question == now}
        for label, question in questions
    ]
