"""Columns and saved views: how an Admin likes the list."""

from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts import addresses, pages, policy
from accounts.actions import list_preferences
from accounts.markup import asis, filled
from accounts.policy import Permission
from accounts.queries import saved_views
from accounts.queries.filters import Filters
from accounts.users import columns, forms


@require_POST
def choose_columns(request):
    chosen = set(request.POST.getlist("column"))
    list_preferences.choose_columns([key for key in columns.labels() if key in chosen], actor=request.actor)
    return redirect(addresses.next_page(request.POST.get("next", "")) or reverse("users"))


@pages.read_and_post
def views(request):
    """Keep the filters in the address under a name; see and forget those that are kept."""
    policy.require(request.actor, Permission.SEE_USERS)
    filters = Filters.read(request.GET)
    form = forms.View(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            list_preferences.save_view(filters, actor=request.actor, **form.cleaned_data)
            pages.notify(request, filled(_("The view “%(name)s” was saved."), name=asis(form.cleaned_data["name"])))
            return redirect(f"{reverse('users')}?{request.GET.urlencode()}")
        except list_preferences.NameTaken:
            form.add_error("name", _("You have a view of this name."))
        except list_preferences.TooManyViews:
            form.add_error(None, _("You have 50 views. Delete one first."))
    context = {
        "filters": filters,
        "chips": columns.chips(request, filters),
        "saved_views": saved_views.of(actor=request.actor),
    }
    return pages.answer(request, "users/views.html", form, **context)


@require_POST
def delete_view(request, view_id):
    list_preferences.delete_view(view_id, actor=request.actor)
    pages.notify(request, _("The view was deleted."))
    return redirect("views")
