"""Who did what to whom, when, from where."""

from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts import addresses, pages, policy
from accounts.actions import exports
from accounts.audit_trail import forms
from accounts.policy import Permission
from accounts.queries import audit as trail

TEMPLATE = "audit_trail/audit_trail.html"


@require_safe
def audit(request):
    policy.require(request.actor, Permission.READ_AUDIT_TRAIL)
    form = forms.Filter(request.GET)
    if not form.is_valid():
        return pages.faults(request, TEMPLATE, form, list={"events": []})
    filters = trail.Filters(**form.cleaned_data)
    part = trail.page(filters, request.GET.get("cursor", ""), actor=request.actor)
    context = {
        "form": form,
        "filters": filters,
        "list": {"events": part.rows, **addresses.around(request, part)},
    }
    return pages.page(request, TEMPLATE, context)


@pages.read_and_post
def audit_export(request):
    """Make a file of what the filters show, which is recorded; whoever kept the address of one comes to the trail."""
    policy.require(request.actor, Permission.READ_AUDIT_TRAIL)
    if request.method != "POST":
        return redirect(addresses.list_of("audit", request))
    form = forms.Filter(addresses.asked(request))
    if not form.is_valid():
        return pages.faults(request, TEMPLATE, form, list={"events": []})
    kind = pages.kind_of_file(request)
    parts = exports.audit_trail(trail.Filters(**form.cleaned_data), actor=request.actor, kind=kind)
    return pages.file(f"audit-{timezone.now():%Y-%m-%d}", kind, parts)
