"""Who did what to whom, when, from where."""

from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.http import require_safe

import accounts.exports.actions
from accounts.audit_trail import forms, queries
from accounts.kernel import policy
from accounts.kernel.policy import Permission
from accounts.web import links, responses
from accounts.web.request import Request
from accounts.web.words import trail

TEMPLATE = "audit_trail/audit_trail.html"


@require_safe
def audit(request: Request) -> HttpResponseBase:
    policy.require(request.actor, Permission.READ_AUDIT_TRAIL)
    form = forms.Filter(request.GET)
    if not form.is_valid():
        return responses.invalid(request, TEMPLATE, form, list={"events": []})
    filters = queries.Filters(**form.cleaned_data)
    part = queries.page(filters, request.GET.get("cursor", ""), actor=request.actor)
    context = {
        "form": form,
        "list": {
            "events": [trail.Entry(event) for event in part.rows],
            **links.page_links(request, part),
        },
    }
    return responses.render(request, TEMPLATE, context)


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
        return responses.invalid(request, TEMPLATE, form, list={"events": []})
    kind = responses.kind_of_file(request)
    parts = accounts.exports.actions.audit_trail(
        queries.Filters(**form.cleaned_data),
        actor=request.actor,
        kind=kind,
        in_words=trail.Entry,
    )
    return responses.file(f"audit-{timezone.now():%Y-%m-%d}", kind, parts)
