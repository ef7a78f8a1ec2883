"""A person's own page, what others did to their account, and where they are signed in."""

from django.core.exceptions import ValidationError
from django.shortcuts import redirect
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from accounts import addresses, pages, policy
from accounts.actions import sessions as devices
from accounts.actions import users
from accounts.policy import Permission
from accounts.profile import forms
from accounts.queries import audit
from accounts.queries import sessions as own_sessions

TEMPLATE = "profile/profile.html"


@pages.read_and_post
def profile(request):
    me = request.actor.user
    policy.require(request.actor, Permission.SEE_OWN_PROFILE, me)
    if request.method != "POST":
        initial = {name: getattr(me, name) for name in forms.Profile.base_fields}
        return pages.page(request, TEMPLATE, {"form": forms.Profile(initial=initial)})
    form = forms.Profile(request.POST)
    if form.is_valid():
        try:
            users.change_profile(actor=request.actor, **form.cleaned_data)
        except ValidationError as fault:
            form.add_error(None, fault)
        else:
            with translation.override(form.cleaned_data["language"] or translation.get_language()):
                pages.notify(request, _("Your profile was saved."))
            return redirect("profile")
    return pages.faults(request, TEMPLATE, form)


@require_safe
def ledger(request):
    """What others did to my account."""
    return pages.page(request, "profile/ledger.html", {"events": audit.ledger(actor=request.actor)})


@require_safe
def sessions(request):
    part = own_sessions.devices(request.GET.get("cursor", ""), actor=request.actor, session=request.session)
    context = {"sessions": part.rows, "list": addresses.around(request, part)}
    return pages.page(request, "profile/sessions.html", context)


@require_POST
def end_session(request, session_id):
    ended = devices.end(session_id, actor=request.actor)
    pages.notify(request, _("The device was signed out.") if ended else _("That device was signed out before."))
    return redirect("sessions")


@require_POST
def end_other_sessions(request):
    ended = devices.end_others(actor=request.actor, session=request.session)
    text = ngettext("%(ended)d other device was signed out.", "%(ended)d other devices were signed out.", ended)
    pages.notify(request, text % {"ended": ended})
    return redirect("sessions")
