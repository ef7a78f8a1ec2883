"""Outstanding credentials: what would still let somebody in."""

import uuid

from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

import accounts.users.queries
from accounts.credentials import actions, queries
from accounts.kernel.policy import Permission
from accounts.kernel.text.markup import asis, filled
from accounts.web import responses
from accounts.web.request import Request


@require_safe
def credentials(request: Request) -> HttpResponseBase:
    context = {
        "temporary_passwords": queries.temporary_passwords(actor=request.actor),
        "reset_links": queries.reset_links(actor=request.actor),
        "invitations": queries.invitations(actor=request.actor),
        "most_shown": queries.MOST_SHOWN,
    }
    return responses.render(request, "credentials/credentials.html", context)


@responses.post_only
def expire(request: Request, user_id: uuid.UUID) -> HttpResponseBase:
    person = accounts.users.queries.get(
        user_id, actor=request.actor, for_=Permission.SEE_CREDENTIALS
    )
    actions.expire(person.pk, actor=request.actor)
    text = _("What %(name)s was given does not work any more.")
    responses.notify(request, filled(text, name=asis(person.full_name)))
    return redirect("credentials")


@responses.post_only
def remind(request: Request, user_id: uuid.UUID) -> HttpResponseBase:
    person = accounts.users.queries.get(
        user_id, actor=request.actor, for_=Permission.SEE_CREDENTIALS
    )
    reminded = actions.remind(person.pk, actor=request.actor)
    text = (
        _("A mail reminds %(name)s.") if reminded else _("There is nothing to remind %(name)s of.")
    )
    responses.notify(request, filled(text, name=asis(person.full_name)))
    return redirect("credentials")
