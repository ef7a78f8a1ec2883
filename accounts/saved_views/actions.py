"""How an Admin likes the list of users: its columns, and filters kept under a name."""

from urllib.parse import urlencode

from django.db import IntegrityError, transaction

from accounts.kernel import policy
from accounts.kernel.change import permitted
from accounts.kernel.errors import Invalid, NotFound
from accounts.kernel.policy import Permission
from accounts.models import SavedView, User

MOST_VIEWS = 50


class NameTaken(Invalid):
    """The Admin has a view of that name."""

    code = "view_name_taken"

    def __init__(self):
        super().__init__(field="name")


class TooManyViews(Invalid):
    """The Admin has MOST_VIEWS views."""

    code = "too_many_views"


class NoSuchView(NotFound):
    """There is no such view, or it is another Admin's."""


def choose_columns(keys, *, actor):
    """Show these columns from now on; who else uses the list is not concerned."""
    with permitted(actor, Permission.SEE_USERS):
        User.objects.filter(pk=actor.user_id).update(list_columns=list(keys))


def save_view(filters, *, actor, name, is_shared):
    """
    Keep the Filters under a name; return the SavedView.

    :raises NameTaken, TooManyViews: if that cannot be.
    """
    with permitted(actor, Permission.SEE_USERS) as admin:
        if SavedView.objects.filter(owner=admin.user).count() >= MOST_VIEWS:
            raise TooManyViews
        try:
            with transaction.atomic():
                return SavedView.objects.create(
                    owner=admin.user, name=name, is_shared=is_shared, query=urlencode(filters.query)
                )
        except IntegrityError as error:
            raise NameTaken from error


def delete_view(public_id, *, actor):
    """
    Forget a view: one's own, or a shared one whose owner is no longer an Admin.

    :raises NoSuchView: if there is none that `actor` may delete.
    """
    owner = SavedView.objects.filter(public_id=public_id).values_list("owner", flat=True)
    with permitted(actor, Permission.SEE_USERS, others=owner) as admin:
        view = SavedView.objects.select_related("owner").filter(public_id=public_id).first()
        if view is None or not policy.allows(admin, Permission.DELETE_VIEW, view):
            raise NoSuchView(public_id)
        view.delete()
