"""A person's own page, what others did to their account, and where they are signed in."""

from django.core.exceptions import ValidationError
from django.shortcuts import redirect
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

import accounts.audit_trail.queries
import accounts.devices.actions
import accounts.devices.queries
import accounts.users.actions
from accounts.kernel import policy
from accounts.kernel.policy import Permission
from accounts.profile import forms
from accounts.web import links, responses

TEMPLATE = "profile/profile.html"


@responses.read_and_post
def profile(request):
    me = request.actor.user
    policy.require(request.actor, Permission.SEE_OWN_PROFILE, me)
    if request.method != "POST":
        initial = {name: getattr(me, name) for name in forms.Profile.base_fields}
        return responses.page(request, TEMPLATE, {"form": forms.Profile(initial=initial)})
    form = forms.Profile(request.POST)
    if form.is_valid():
        try:
            accounts.users.actions.change_profile(actor=request.actor, **form.cleaned_data)
        except ValidationError as fault:
            form.add_error(None, fault)
        else:
            with translation.override(form.cleaned_data["language"] or translation.get_language()):
                responses.notify(request, _("Your profile was saved."))
            return redirect("profile")
    return responses.faults(request, TEMPLATE, form)


@require_safe
def ledger(request):
    """What others did to my account."""
    return responses.page(
        request,
        "profile/ledger.html",
        {"events": accounts.audit_trail.queries.ledger(actor=request.actor)},
    )


@require_safe
def sessions(request):
    part = accounts.devices.queries.devices(
        request.GET.get("cursor", ""), actor=request.actor, session=request.session
    )
    context = {"sessions": part.rows, "list": links.around(request, part)}
    return responses.page(request, "profile/sessions.html", context)


@require_POST
def end_session(request, session_id):
    ended = accounts.devices.actions.end(session_id, actor=request.actor)
    responses.notify(
        request,
        _("The device was signed out.") if ended else _("That device was signed out before."),
    )
    return redirect("sessions")


@require_POST
def end_other_sessions(request):
    ended = accounts.devices.actions.end_others(actor=request.actor, session=request.session)
    text = ngettext(
        "%(ended)d other device was signed out.", "%(ended)d other devices were signed out.", ended
    )
    responses.notify(request, text % {"ended": ended})
    return redirect("sessions")
