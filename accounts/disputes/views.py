"""The page behind "I did not expect this"."""

from django.contrib.auth.decorators import login_not_required

from accounts import pages
from accounts.actions import disputes


@login_not_required
@pages.read_and_post
def unexpected(request, token):
    """Ask, then freeze. It says nothing about the account: whoever has the mail knows it, nobody else need."""
    try:
        if request.method == "POST":
            frozen = disputes.dispute(token, actor=request.actor.as_visitor())
            return pages.page(request, "disputes/reported.html", {"frozen": frozen.value})
        event = disputes.find(token)
    except disputes.NothingToDispute:
        return pages.page(request, "disputes/nothing.html", status=410)
    return pages.page(request, "disputes/unexpected.html", {"ends_password": disputes.is_about_a_password(event)})
