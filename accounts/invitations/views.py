"""Inviting people, and the page on which they join."""

import uuid
from collections.abc import Callable
from dataclasses import dataclass
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
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from accounts.invitations import actions, forms, joining, preview, queries
from accounts.kernel import policy
from accounts.kernel.errors import Invalid, LinkInvalid
from accounts.kernel.policy import Permission
from accounts.kernel.text import email_address
from accounts.kernel.text.markup import asis, filled
from accounts.kernel.throttle import TooManyTries
from accounts.models import Invitation
from accounts.tabular.pasted import TooManyAddresses
from accounts.web import faults, link_tokens, links, responses, shown_once
from accounts.web.request import Request

LINK = "invitation_link"


@dataclass(frozen=True)
class Result:
    """What became of one address; `link` is shown once, where no mail brings it."""

    email: str
    state: str
    link: str = ""
    number: int = 0

    @property
    def link_id(self) -> str:
        return f"link-{self.number}"

    @property
    def link_selector(self) -> str:
        return f"#{self.link_id}"


@require_safe
def invitations(request: Request) -> HttpResponseBase:
    filters = queries.Filters(q=request.GET.get("q", "").strip()[:200])
    part = queries.page(filters, request.GET.get("cursor", ""), actor=request.actor)
    context = {
        "list": {"invitations": part.rows, **links.page_links(request, part)},
        "filters": filters,
        "any_is_mailed": any(invitation.is_mailed for invitation in part.rows),
    }
    return responses.render(request, "invitations/invitations.html", context)


@responses.read_and_post
def invite(request: Request) -> HttpResponseBase:
    policy.require(request.actor, Permission.INVITE)
    form = forms.Invite(request.actor, request.POST if request.method == "POST" else None)
    context: dict[str, Any] = {"lines": None, "new": 0, "left": 0, "most": 0}
    if request.method != "POST" or not form.is_valid():
        return responses.form(request, "invitations/invite.html", form, **context)
    try:
        lines = preview.lines(form.cleaned_data["addresses"], actor=request.actor)
    except TooManyAddresses as fault:
        faults.add(form, fault)
        return responses.invalid(request, "invitations/invite.html", form, **context)
    context["left"], context["most"] = actions.room(request.actor)
    step = request.POST.get("step")
    mail_is_on = request.actor.organization.mail_is_on
    if step not in ("mail", "link") or (step == "mail" and not mail_is_on):
        context["lines"] = lines
        context["new"] = sum(line.state in actions.GOOD for line in lines)
        return responses.form(request, "invitations/invite.html", form, **context)
    how = {"role": form.cleaned_data["role"], "by_mail": step == "mail"}

    def invite_all(keep: Callable[..., None]) -> None:
        actions.invite_all(lines, actor=request.actor, keep=lambda done: keep("", done=done), **how)

    try:
        return shown_once.answer(request, "invite", invite_all, partial(_invited, request))
    except TooManyTries as crossed:
        return _over_the_limit(request, form, crossed, context)


@responses.post_only
def show_link(request: Request, invitation_id: uuid.UUID) -> HttpResponseBase:
    policy.require(request.actor, Permission.MANAGE_INVITATIONS)

    def renew(keep: Callable[..., None]) -> None:
        actions.renew(
            invitation_id,
            actor=request.actor,
            by_mail=False,
            keep=lambda invitation, path: keep(
                invitation_id, done=[(invitation.email, "new", path)]
            ),
        )

    def show(facts: dict[str, Any]) -> HttpResponse | None:
        [(_email, _state, path)] = facts["done"]
        lives = actions.is_living_path(path, queries.find(invitation_id))
        return _invited(request, facts) if lives else None

    return shown_once.answer(request, "invitation-link", renew, show)


@responses.post_only
def resend(request: Request, invitation_id: uuid.UUID) -> HttpResponseBase:
    invitation, _path = actions.renew(invitation_id, actor=request.actor, by_mail=True)
    text = _("A new invitation is on its way to %(email)s.")
    _notify(request, text, invitation)
    return _list_as_left(request)


@responses.post_only
def cancel(request: Request, invitation_id: uuid.UUID) -> HttpResponseBase:
    invitation = actions.cancel(invitation_id, actor=request.actor)
    _notify(request, _("The invitation of %(email)s was cancelled."), invitation)
    return _list_as_left(request)


def _notify(request: Request, text: str, invitation: Invitation) -> None:
    responses.notify(request, filled(text, email=asis(email_address.shown(invitation.email))))


def _list_as_left(request: Request) -> HttpResponse:
    """
    Lead back to the page with the invitation: of outstanding credentials, or of invitations,
    searched as it was.
    """
    if "credentials" in request.GET:
        return redirect("credentials")
    return redirect(links.list_of("invitations", request))


@responses.read_and_post
def cancel_all(request: Request) -> HttpResponseBase:
    count = queries.open_count(actor=request.actor)
    if request.method != "POST":
        return responses.render(request, "invitations/cancel_all.html", {"count": count})
    ended = actions.cancel_all(actor=request.actor)
    text = ngettext(
        "%(ended)d invitation was cancelled.", "%(ended)d invitations were cancelled.", ended
    )
    responses.notify(request, text % {"ended": ended})
    return redirect("invitations")


@login_not_required
@require_safe
def join_link(request: Request, invitation_id: uuid.UUID, token: str) -> HttpResponseBase:
    """
    Tell at once whether the link lives, use nothing up, and go on to an address that gives nothing
    away.
    """
    invitation = queries.find(invitation_id)
    try:
        joining.require_live(invitation, token)
    except LinkInvalid as error:
        return _dead(request, error.state.value, invitation)
    link_tokens.keep(request.session, LINK, invitation_id, token)
    return redirect("join", invitation_id)


@login_not_required
@responses.read_and_post
def join(request: Request, invitation_id: uuid.UUID) -> HttpResponseBase:
    token = link_tokens.token_of(request.session, LINK, invitation_id)
    if token is None:
        return _dead(request, "unknown", None)
    invitation = queries.find(invitation_id)
    try:
        joining.require_live(invitation, token)
        form = forms.Join(invitation, request.POST if request.method == "POST" else None)  # type: ignore[arg-type]
        if request.method == "POST" and invitation and form.is_valid():
            _accept(request, invitation, token, form.cleaned_data)
            return redirect("home")
    except LinkInvalid as error:
        return _dead(request, error.state.value, invitation)
    except Invalid as fault:
        faults.add(form, fault)
    return responses.form(request, "invitations/join.html", form, invitation=invitation)


def _invited(request: Request, facts: dict[str, Any]) -> HttpResponse:
    results = [
        Result(email, state, path and settings.PUBLIC_URL + path, number)
        for number, (email, state, path) in enumerate(facts["done"])
    ]
    context = {
        "invited": [result for result in results if result.state in actions.GOOD],
        "left_out": [result for result in results if result.state not in actions.GOOD],
        "days": actions.DAYS,
    }
    return responses.render(request, "invitations/invited.html", context)


def _over_the_limit(
    request: Request, form: BaseForm, crossed: TooManyTries, context: dict[str, Any]
) -> HttpResponse:
    """Show the form again with what was typed: nobody was invited."""
    minutes = -(-crossed.seconds // 60)
    again = ngettext(
        "Try again in %(minutes)d minute.", "Try again in %(minutes)d minutes.", minutes
    )
    most = _("You can invite %(most)d addresses an hour.") % {"most": context["most"]}
    form.add_error("addresses", f"{most} {again % {'minutes': minutes}}")
    response = responses.render(
        request, "invitations/invite.html", {"form": form, **context}, status=429
    )
    response["Retry-After"] = str(crossed.seconds)
    return response


def _accept(request: Request, invitation: Invitation, token: str, typed: Any) -> None:
    joining.accept(
        invitation,
        token,
        actor=request.actor.as_visitor(),
        session=request.session,
        full_name=typed["full_name"],
        password=typed["new_password"],
    )
    rotate_token(request)


def _dead(request: Request, state: str, invitation: Invitation | None) -> HttpResponse:
    context = {
        "state": state,
        "inviter": invitation.invited_by if invitation else None,
        "is_mailed": invitation is not None and invitation.is_mailed,
    }
    return responses.render(request, "invitations/dead_invitation.html", context, status=410)
