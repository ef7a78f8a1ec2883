"""Columns and saved views: how an Admin likes the list."""

import uuid

from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.kernel import policy
from accounts.kernel.errors import Invalid
from accounts.kernel.policy import Permission
from accounts.kernel.text.markup import asis, filled
from accounts.saved_views import actions, forms, queries
from accounts.users.filters import Filters
from accounts.web import faults, links, responses, user_columns
from accounts.web.request import Request


@responses.post_only
def choose_columns(request: Request) -> HttpResponseBase:
    chosen = set(request.POST.getlist("column"))
    actions.choose_columns(
        [key for key in user_columns.labels() if key in chosen], actor=request.actor
    )
    return redirect(links.next_page(request.POST.get("next", "")) or reverse("users"))


@responses.read_and_post
def views(request: Request) -> HttpResponseBase:
    """Keep the filters in the address under a name; see and forget those that are kept."""
    policy.require(request.actor, Permission.SEE_USERS)
    filters = Filters.read(request.GET)
    form = forms.View(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            actions.save_view(filters, actor=request.actor, **form.cleaned_data)
            responses.notify(
                request,
                filled(_("The view “%(name)s” was saved."), name=asis(form.cleaned_data["name"])),
            )
            return redirect(f"{reverse('users')}?{request.GET.urlencode()}")
        except Invalid as fault:
            faults.add(form, fault)
    context = {
        "chips": user_columns.chips(request, filters),
        "saved_views": queries.of(actor=request.actor),
    }
    return responses.form(request, "saved_views/saved_views.html", form, **context)


@responses.post_only
def delete_view(request: Request, view_id: uuid.UUID) -> HttpResponseBase:
    actions.delete_view(view_id, actor=request.actor)
    responses.notify(request, _("The view was deleted."))
    return redirect("views")
