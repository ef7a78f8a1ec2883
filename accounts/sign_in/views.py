"""Where a signed-out person comes in, and a signed-in one goes out."""

from django.contrib.auth.decorators import login_not_required
from django.forms import BaseForm
from django.http.response import HttpResponseBase
from django.middleware.csrf import rotate_token
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.kernel import kept_forms, policy
from accounts.kernel.errors import Invalid
from accounts.sign_in import actions, forms
from accounts.sign_in.attempt import Step
from accounts.web import faults, links, responses
from accounts.web.request import Request
from accounts.web.steps import open_during, page_of

TEMPLATE = "sign_in/sign_in.html"


@require_safe
def home(request: Request) -> HttpResponseBase:
    sees_users = policy.allows(request.actor, policy.Permission.SEE_USERS)
    return redirect("users" if sees_users else "profile")


@login_not_required
@responses.read_and_post
def sign_in(request: Request) -> HttpResponseBase:
    next_page = links.next_page(request.POST.get("next") or request.GET.get("next", ""))
    if request.method != "POST":
        if request.actor.user:
            return redirect(links.after_sign_in(next_page))
        context = {"form": forms.SignIn(), "next": next_page}
        if kept_forms.is_filled(request.session):
            context["kept_line"] = _(
                "Your session has ended. What you typed is kept: sign in to go on with it."
            )
        return responses.render(request, TEMPLATE, context)
    form = forms.SignIn(request.POST)
    if form.is_valid() and (where := _goes_on_to(request, form, next_page)):
        return redirect(where)
    return responses.invalid(request, TEMPLATE, form, next=next_page)


@open_during(Step.OWN_PASSWORD)
@responses.post_only
@login_not_required
def sign_out(request: Request) -> HttpResponseBase:
    if request.actor.user:
        actions.sign_out(actor=request.actor, session=request.session)
        rotate_token(request)
    return redirect("sign-in")


def _goes_on_to(request: Request, form: BaseForm, next_page: str) -> str:
    """Return the path of what comes after the password, or "" where that was refused."""
    try:
        step = actions.sign_in(
            **form.cleaned_data,
            actor=request.actor.as_visitor(),
            session=request.session,
            next_path=next_page,
        )
    except Invalid as fault:
        faults.add(form, fault)
        return ""
    rotate_token(request)
    return page_of(step) if step else links.after_sign_in(next_page)
