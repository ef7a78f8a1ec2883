"""The pages on which a password is asked for, chosen, changed or handed over."""

import uuid
from collections.abc import Callable
from functools import partial
from typing import Any

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.forms import BaseForm
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.middleware.csrf import rotate_token
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

import accounts.devices.queries
import accounts.users.queries
from accounts.kernel import policy
from accounts.kernel.errors import Invalid, LinkInvalid
from accounts.kernel.policy import Permission
from accounts.kernel.sessions import facts
from accounts.models import User
from accounts.passwords import actions, forms, own, temporary
from accounts.sign_in.attempt import Step
from accounts.web import faults, handover, link_tokens, links, responses, shown_once
from accounts.web.request import Request
from accounts.web.steps import open_during

LINK = "reset_link"


@login_not_required
@responses.read_and_post
def forgot_password(request: Request) -> HttpResponseBase:
    template = "passwords/forgot_password.html"
    if request.method != "POST" or not request.actor.organization.mail_is_on:
        return responses.render(request, template, {"form": forms.ForgotPassword()})
    form = forms.ForgotPassword(request.POST)
    if not form.is_valid():
        return responses.invalid(request, template, form)
    actions.request_reset_link(form.cleaned_data["email"], actor=request.actor.as_visitor())
    return redirect("forgot-password-sent")


@login_not_required
@require_safe
def forgot_password_sent(request: Request) -> HttpResponseBase:
    return responses.render(
        request, "passwords/forgot_password_sent.html", {"minutes": settings.RESET_LINK_MINUTES}
    )


@login_not_required
@require_safe
def reset_link(request: Request, uid: str, token: str) -> HttpResponseBase:
    """
    Look at the link, use nothing up, and go on to an address that no history or Referer can give
    away.
    """
    try:
        actions.require_live_link(accounts.users.queries.find(uid), token)
    except LinkInvalid as error:
        return _dead_link(request, error.state.value)
    link_tokens.keep(request.session, LINK, uid, token)
    return redirect("choose-password", uid)


@login_not_required
@responses.read_and_post
def choose_password(request: Request, uid: str) -> HttpResponseBase:
    token = link_tokens.token_of(request.session, LINK, uid)
    if token is None:
        # No cookie came back, or another link was opened since.
        return _dead_link(request, "unknown")
    user = accounts.users.queries.find(uid)
    form = forms.NewPassword(user, request.POST if request.method == "POST" else None)
    try:
        actions.require_live_link(user, token)
        if request.method == "POST" and form.is_valid():
            actions.reset_by_link(
                user, token, actor=request.actor, new_password=form.cleaned_data["new_password"]
            )
            link_tokens.forget(request.session, LINK)
            return redirect("reset-done")
    except LinkInvalid as error:
        return _dead_link(request, error.state.value)
    except Invalid as fault:
        faults.add(form, fault)
    return responses.form(request, "passwords/choose_password.html", form)


@login_not_required
@require_safe
def reset_done(request: Request) -> HttpResponseBase:
    return responses.render(request, "passwords/reset_done.html")


@open_during(Step.OWN_PASSWORD)
@responses.read_and_post
def change_password(request: Request) -> HttpResponseBase:
    user, next_path = request.actor.person, facts(request.session).next_path
    forced = user.must_change_password
    asks = own.needs_current_password(user, request.session)
    posted = request.POST if request.method == "POST" else None
    form = (forms.ChangePassword if asks else forms.NewPassword)(user, posted)
    try:
        if request.method == "POST" and form.is_valid():
            _change_own(request, form)
            if forced:
                return redirect(links.after_sign_in(next_path))
            responses.notify(
                request, _("Your password was changed. Your other devices were signed out.")
            )
            return redirect("profile")
    except Invalid as fault:
        faults.add(form, fault)
    template = "passwords/forced_change.html" if forced else "passwords/change_password.html"
    return responses.form(request, template, form, forced=forced)


@responses.read_and_post
def reset_password(request: Request, user_id: uuid.UUID) -> HttpResponseBase:
    policy.require(request.actor, Permission.RESET_PASSWORD)
    if request.method != "POST" and user_id == request.actor.person.public_id:
        responses.notify(request, _("You change your own password here."))
        return redirect("change-password")
    person = accounts.users.queries.get(
        user_id, actor=request.actor, for_=Permission.RESET_PASSWORD
    )
    posted = request.POST if request.method == "POST" else None
    form = forms.ResetPassword(person, posted, suggestion=temporary.generate(person))
    try:
        if request.method == "POST" and form.is_valid():
            return _reset(request, person, form.cleaned_data)
    except Invalid as fault:
        faults.add(form, fault, "new_password")
    context = {
        "person": person,
        "devices": accounts.devices.queries.count(person, actor=request.actor),
        "hours": settings.TEMPORARY_PASSWORD_HOURS,
        "is_accepted": request.actor.organization.accepts(person.email),
    }
    return responses.form(request, "passwords/reset_password.html", form, **context)


def _reset(request: Request, person: User, typed: Any) -> HttpResponse:
    def reset(keep: Callable[..., None]) -> None:
        actions.reset_by_admin(
            person,
            actor=request.actor,
            new_password=typed["new_password"],
            expected_version=typed["version"],
            keep=lambda user, password, ended: keep(
                user.public_id, **handover.facts(user, password, devices=ended)
            ),
            reason=typed["reason"],
            tell_reason=typed["tell_reason"],
        )

    return shown_once.answer(request, "reset-password", reset, partial(handover.handover, request))


def _change_own(request: Request, form: BaseForm) -> None:
    typed = form.cleaned_data
    own.change_own(
        actor=request.actor,
        session=request.session,
        current_password=typed.get("current_password", ""),
        new_password=typed["new_password"],
    )
    rotate_token(request)


def _dead_link(request: Request, state: str) -> HttpResponse:
    return responses.render(request, "passwords/dead_link.html", {"state": state}, status=410)
