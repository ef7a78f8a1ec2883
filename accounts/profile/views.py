"""A person's own page, and what others did to their account."""

from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

import accounts.audit_trail.queries
import accounts.users.actions
from accounts.kernel import policy
from accounts.kernel.errors import Invalid
from accounts.kernel.policy import Permission
from accounts.profile import forms
from accounts.web import faults, responses
from accounts.web.request import Request
from accounts.web.words import trail

TEMPLATE = "profile/profile.html"


@responses.read_and_post
def profile(request: Request) -> HttpResponseBase:
    me = request.actor.user
    policy.require(request.actor, Permission.SEE_OWN_PROFILE, me)
    if request.method != "POST":
        initial = {name: getattr(me, name) for name in forms.Profile.base_fields}
        return responses.render(request, TEMPLATE, {"form": forms.Profile(initial=initial)})
    form = forms.Profile(request.POST)
    if form.is_valid():
        try:
            accounts.users.actions.change_profile(actor=request.actor, **form.cleaned_data)
        except Invalid as fault:
            faults.add(form, fault)
        else:
            with translation.override(form.cleaned_data["language"] or translation.get_language()):
                responses.notify(request, _("Your profile was saved."))
            return redirect("profile")
    return responses.invalid(request, TEMPLATE, form)


@require_safe
def account_activity(request: Request) -> HttpResponseBase:
    """What others did to my account."""
    done = accounts.audit_trail.queries.ledger(actor=request.actor)
    context = {"events": [trail.Entry(event) for event in done]}
    return responses.render(request, "profile/account_activity.html", context)
