"""The page behind "I did not expect this"."""

from django.contrib.auth.decorators import login_not_required
from django.http.response import HttpResponseBase

from accounts.disputes import actions
from accounts.kernel import events
from accounts.web import responses
from accounts.web.request import Request


@login_not_required
@responses.read_and_post
def unexpected(request: Request, token: str) -> HttpResponseBase:
    """
    Ask, then freeze. It says what the mail says of the change, and not whose account it is: whoever
    has it knows.
    """
    try:
        if request.method == "POST":
            frozen = actions.dispute(token, actor=request.actor.as_visitor())
            return responses.render(request, "disputes/reported.html", {"frozen": frozen.value})
        event = actions.find(token)
    except actions.NothingToDispute:
        return responses.render(request, "disputes/nothing.html", status=410)
    about = {
        "what": events.label_of(event.action),
        "when": event.at,
        "by": event.actor and event.actor.full_name,
    }
    return responses.render(
        request,
        "disputes/unexpected.html",
        {**about, "ends_password": actions.is_about_a_password(event)},
    )
