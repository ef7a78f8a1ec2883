"""Reading the filters that Admins keep under a name."""

from django.db.models import Q

from accounts import policy
from accounts.models import SavedView
from accounts.policy import Permission

MOST_SHOWN = 100


def of(*, actor):
    """Return the acting Admin's views and those that others share, by name; each says whether they may delete it."""
    policy.require(actor, Permission.SEE_USERS)
    rows = SavedView.objects.filter(Q(owner=actor.user) | Q(is_shared=True))
    # Owners are fetched afterwards: joined, some planner might begin with everybody.
    views = list(rows.prefetch_related("owner").order_by("name", "pk")[:MOST_SHOWN])
    for view in views:
        view.is_own = view.owner_id == actor.user_id
        view.may_be_deleted = policy.refusal_to_delete_view(actor, view) is None
    return views
