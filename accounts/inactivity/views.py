"""Who is deactivated next, since they have not signed in for long."""

from django.http.response import HttpResponseBase
from django.views.decorators.http import require_safe

from accounts.inactivity import queries
from accounts.web import responses
from accounts.web.request import Request


@require_safe
def inactive(request: Request) -> HttpResponseBase:
    """Who is deactivated next for not signing in."""
    long_ago, never = queries.next_ones(actor=request.actor)
    context = {"long_ago": long_ago, "never": never, "settings": request.actor.organization}
    return responses.render(request, "inactivity/inactive.html", context)
