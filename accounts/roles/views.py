"""What the roles mean, and giving somebody another one."""

import uuid

from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

import accounts.users.queries
from accounts.kernel import policy
from accounts.kernel.policy import Permission
from accounts.kernel.text.markup import asis, filled
from accounts.models import Role, User
from accounts.roles import actions, forms, matrix
from accounts.web import links, responses
from accounts.web.request import Request


@require_safe
def roles(request: Request) -> HttpResponseBase:
    policy.require(request.actor, Permission.SEE_OWN_PROFILE)
    return responses.render(
        request, "roles/roles.html", {"matrix": matrix.groups(), "roles": Role.labels}
    )


@responses.read_and_post
def change_role(request: Request, user_id: uuid.UUID) -> HttpResponseBase:
    person = accounts.users.queries.get(user_id, actor=request.actor, for_=Permission.CHANGE_ROLE)
    asked_for = request.GET.get("role", "")
    role = asked_for if asked_for in Role.values and asked_for != person.role else ""
    form = forms.ChangeRole(person, request.POST if request.method == "POST" else None, role=role)
    if request.method == "POST" and _is_already(person, request.POST):
        return redirect(links.keeping_place(request, person.get_absolute_url()))
    if request.method == "POST" and form.is_valid():
        return _change(request, person, **form.cleaned_data)
    loses, gains = matrix.difference(person.role, role) if role else ([], [])
    context = {
        "person": person,
        "loses": loses,
        "gains": gains,
        "role": Role(role).label if role else "",
    }
    return responses.form(request, "roles/change_role.html", form, **context)


def _is_already(person: User, posted):
    """Return whether a repeated POST asks for the role that the person has."""
    return posted.get("role") == person.role


def _change(
    request: Request, person: User, *, role: str, version: int, reason: str, tell_reason: bool
) -> HttpResponse:
    actions.change_role(
        person.pk,
        actor=request.actor,
        role=role,
        reason=reason,
        tell_reason=tell_reason,
        expected_version=version,
    )
    text = filled(
        _("%(name)s is %(role)s now."), name=asis(person.full_name), role=Role(role).label
    )
    responses.notify(request, text)
    return redirect(links.keeping_place(request, person.get_absolute_url()))
