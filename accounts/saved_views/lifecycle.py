"""Saved views: searches that Admins keep."""

from accounts.kernel import lifecycle
from accounts.models import SavedView
from accounts.users.erasure import Known


def erase(known: Known) -> None:
    """Those that others use stay."""
    SavedView.objects.filter(owner=known.user, is_shared=False).delete()


lifecycle.declare(
    SavedView,
    people=("owner", "name", "query"),
    tidy="A view is there until somebody deletes it; how many one may have is limited.",
    erase=erase,
)
