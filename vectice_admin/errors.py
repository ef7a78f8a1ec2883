"""Our own page for every status that a person can meet, whatever part of Django gives it."""

import logging
import sys

from django.core.exceptions import DisallowedHost, RequestDataTooBig
from django.http import UnreadablePostError
from django.views.decorators.csrf import requires_csrf_token

from accounts.web import form_middleware, responses
from vectice_admin import log, strangers
from vectice_admin.outage import is_of_the_database

logger = logging.getLogger(__name__)
TRY_AGAIN_SECONDS = 10
# https://www.postgresql.org/docs/current/errcodes-appendix.html: connections, the server's coming
# and going, too many.
CODES_OF_AN_OUTAGE = ("08", "57P", "53300", "SQLITE_CANTOPEN")


class ErrorPages:
    """
    Give the answers that come without a page of their own (405, and what middleware refuses) ours,
    and say 503 where the database is away.
    """

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        response = self.get_response(request)
        if response.status_code == 405 and not getattr(response, "content", b""):
            page = responses.error(request, 405)
            page["Allow"] = response["Allow"]
            return page
        return response

    def process_exception(self, request, exception):
        if isinstance(exception, UnreadablePostError):
            logger.warning("The body of a request broke off, or took too long.")
            return responses.error(request, 400)
        return unavailable(request, exception) if is_of_the_database(exception) else None


def unavailable(request, exception):
    """
    The database is away, which one line says; or it answers and does not do it: no room, too slow,
    locked.
    """
    cause = exception.__cause__ or exception
    refused = getattr(cause, "sqlstate", None) or getattr(cause, "sqlite_errorname", None)
    if refused and not refused.startswith(CODES_OF_AN_OUTAGE):
        logger.error(
            "The database did not do what it was asked: %s", log.name(cause), exc_info=exception
        )
    else:
        logger.error("The database is out of reach: %s", log.name(cause))
    return responses.error(request, 503, retry_after=TRY_AGAIN_SECONDS)


def bad_request(request, exception):
    """Django's own line would be an ERROR with a traceback, for anybody to write."""
    if isinstance(exception, DisallowedHost):
        strangers.host(request)
    else:
        logger.warning("A request could not be understood: %s", type(exception).__name__)
    return responses.error(request, 413 if isinstance(exception, RequestDataTooBig) else 400)


def permission_denied(request, exception):
    return responses.error(request, 403)


def page_not_found(request, exception):
    return responses.error(request, 404)


def server_error(request):
    """
    Also what middleware before the view could not do: load a session from a database that is away,
    for one.
    """
    fault = sys.exception()
    return (
        unavailable(request, fault) if is_of_the_database(fault) else responses.error(request, 500)
    )


@requires_csrf_token
def csrf_failure(request, reason=""):
    """A form without its token: cookies are off, the form is old, or it came from another site."""
    strangers.origin(request, reason)
    again = (
        None
        if reason.startswith(strangers.OTHER_ORIGIN)
        else form_middleware.after_csrf_failure(request)
    )
    return again or responses.error(request, 403, template="errors/csrf.html", code="csrf")
