"""Reading the filters that Admins keep under a name."""

from django.db.models import Case, Q, When

from accounts.kernel import policy
from accounts.kernel.policy import Permission
from accounts.models import SavedView

MOST_SHOWN = 100


def of(*, actor):
    """Return the acting Admin's views, then those that others share, by name; each says whether they may delete it."""
    policy.require(actor, Permission.SEE_USERS)
    rows = SavedView.objects.filter(Q(owner=actor.user) | Q(is_shared=True))
    others_last = Case(When(owner=actor.user, then=0), default=1)
    # Owners are fetched afterwards: joined, some planner might begin with everybody.
    views = list(rows.prefetch_related("owner").order_by(others_last, "name", "pk")[:MOST_SHOWN])
    for view in views:
        view.is_own = view.owner_id == actor.user_id
        view.may_be_deleted = policy.allows(actor, Permission.DELETE_VIEW, view)
    return views
