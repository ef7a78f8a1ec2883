"""Who did what to whom, when, from where."""

from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts import addresses, pages, policy
from accounts.actions import exports
from accounts.audit_trail import export, forms
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
        "export": addresses.with_query(request, cursor=""),
    }
    return pages.page(request, TEMPLATE, context)


@require_safe
def audit_export(request):
    policy.require(request.actor, Permission.READ_AUDIT_TRAIL)
    form = forms.Filter(request.GET)
    if not form.is_valid():
        return pages.faults(request, TEMPLATE, form, list={"events": []})
    events = exports.audit_trail(trail.Filters(**form.cleaned_data), actor=request.actor)
    return pages.csv(f"audit-{timezone.now():%Y-%m-%d}", export.rows(events))
