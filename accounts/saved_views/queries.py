"""Reading the filters that Admins keep under a name."""

from dataclasses import dataclass

from django.db.models import Case, Q, When

from accounts.kernel import policy
from accounts.kernel.actor import Actor
from accounts.kernel.policy import Permission
from accounts.models import SavedView

MOST_SHOWN = 100


@dataclass(frozen=True)
class View:
    """A SavedView as the acting Admin sees it."""

    saved: SavedView
    is_own: bool
    may_be_deleted: bool


def of(*, actor: Actor) -> list[View]:
    """
    Return the acting Admin's views, then those that others share, by name; each says whether they
    may delete it.
    """
    policy.require(actor, Permission.SEE_USERS)
    rows = SavedView.objects.filter(Q(owner=actor.user) | Q(is_shared=True))
    others_last = Case(When(owner=actor.user, then=0), default=1)
    # Owners are fetched afterwards: joined, some planner might begin with everybody.
    views = list(rows.prefetch_related("owner").order_by(others_last, "name", "pk")[:MOST_SHOWN])
    return [
        View(
            view,
            is_own=view.owner_id == actor.user_id,
            may_be_deleted=policy.allows(actor, Permission.DELETE_VIEW, view),
        )
        for view in views
    ]
