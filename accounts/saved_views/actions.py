"""How an Admin likes the list of users: its columns, and filters kept under a name."""

import uuid
from collections.abc import Iterable
from urllib.parse import urlencode

from django.db import IntegrityError

from accounts.kernel.actor import Actor
from accounts.kernel.change import change, creation
from accounts.kernel.errors import Invalid, NotPermitted
from accounts.kernel.policy import Permission
from accounts.models import SavedView, User
from accounts.saved_views.subject import NoSuchView
from accounts.users.filters import Filters

MOST_VIEWS = 50


class NameTaken(Invalid):
    """The Admin has a view of that name."""

    code = "view_name_taken"

    def __init__(self) -> None:
        super().__init__(field="name")


class TooManyViews(Invalid):
    """The Admin has MOST_VIEWS views."""

    code = "too_many_views"


def choose_columns(keys: Iterable[str], *, actor: Actor) -> None:
    """Show these columns from now on; who else uses the list is not concerned."""
    with change(User, actor.user_id, actor=actor, permission=Permission.SEE_USERS) as current:
        current.subject.list_columns = list(keys)


def save_view(filters: Filters, *, actor: Actor, name: str, is_shared: bool) -> SavedView:
    """
    Keep the Filters under a name; return the SavedView.

    :raises NameTaken, TooManyViews: if that cannot be.
    """
    view = SavedView(
        owner=actor.user, name=name, is_shared=is_shared, query=urlencode(filters.query)
    )
    try:
        with creation(view, actor=actor, permission=Permission.SEE_USERS):
            if SavedView.objects.filter(owner=actor.user).count() >= MOST_VIEWS:
                raise TooManyViews
    except IntegrityError as error:
        raise NameTaken from error
    return view


def delete_view(public_id: uuid.UUID, *, actor: Actor) -> None:
    """
    Forget a view: one's own, or a shared one whose owner is no longer an Admin.

    :raises NoSuchView: if there is none that `actor` may delete.
    """
    owner = SavedView.objects.filter(public_id=public_id).values_list("owner", flat=True)
    try:
        with change(
            SavedView, public_id, actor=actor, permission=Permission.DELETE_VIEW, others=owner
        ) as current:
            current.delete()
    except NotPermitted as refused:
        if refused.target is None:
            raise
        raise NoSuchView(public_id) from refused
