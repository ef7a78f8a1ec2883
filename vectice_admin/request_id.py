"""
One name for a request, in the proxy's log, in ours and in the answer, so that they can be put side
by side.
"""

import re
import secrets
from contextvars import ContextVar

HEADER = "X-Request-ID"
VALID = re.compile(
    r"[A-Za-z0-9._-]{8,64}"
)  # nothing that could write into a log or be a secret in disguise

_current = ContextVar("request_id", default="")


def current():
    """
    Return the id of the request that is being answered, "" where there is none (a worker, a
    command).
    """
    return _current.get()


class RequestId:
    """
    Take the id that a trusted proxy gives the request, else make one, and answer with it.

    TrustedProxies comes first and has dropped the header of everybody else: nobody may choose what
    our log says.
    """

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        given = request.headers.get(HEADER, "")
        request.request_id = given if VALID.fullmatch(given) else secrets.token_hex(16)
        token = _current.set(request.request_id)
        try:
            response = self.get_response(request)
            response[HEADER] = request.request_id
            return response
        finally:
            _current.reset(token)
