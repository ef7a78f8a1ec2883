"""The page behind "I did not expect this"."""

from django.contrib.auth.decorators import login_not_required

from accounts import audit, pages
from accounts.actions import disputes


@login_not_required
@pages.read_and_post
def unexpected(request, token):
    """Ask, then freeze. It says what the mail says of the change, and not whose account it is: whoever has it knows."""
    try:
        if request.method == "POST":
            frozen = disputes.dispute(token, actor=request.actor.as_visitor())
            return pages.page(request, "disputes/reported.html", {"frozen": frozen.value})
        event = disputes.find(token)
    except disputes.NothingToDispute:
        return pages.page(request, "disputes/nothing.html", status=410)
    about = {"what": audit.Action(event.action).label, "when": event.at, "by": event.actor and event.actor.full_name}
    return pages.page(
        request, "disputes/unexpected.html", {**about, "ends_password": disputes.is_about_a_password(event)}
    )
