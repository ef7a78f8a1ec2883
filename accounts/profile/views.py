"""A person's own page, and where they are signed in."""

from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from accounts import pages, policy
from accounts.actions import sessions as devices
from accounts.policy import Permission
from accounts.queries import sessions as own_sessions


@require_safe
def profile(request):
    policy.require(request.actor, Permission.SEE_OWN_PROFILE, request.actor.user)
    return pages.page(request, "profile/profile.html")


@require_safe
def sessions(request):
    found = own_sessions.devices(actor=request.actor, session=request.session)
    return pages.page(request, "profile/sessions.html", {"sessions": found})


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
