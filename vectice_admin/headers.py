"""Headers that Django has no setting for."""

import re

# The address of a reset link itself. Not the form behind it: under "no-referrer" a browser sends it
# with "Origin: null", which the CSRF check rightly refuses, and that address holds no secret.
LINK = re.compile(r"/(reset/[^/]+/(?!choose/)|join/[^/]+/.)")


class Headers:
    """
    Keep every page we make out of caches and search engines, and the address of a reset link out of
    the Referer.
    """

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        response = self.get_response(request)
        if LINK.match(request.path_info):
            response["Referrer-Policy"] = "no-referrer"
        if not response.has_header("Cache-Control"):  # static files bring their own
            response["Cache-Control"] = "no-store, private"
        response["Cross-Origin-Resource-Policy"] = "same-origin"
        response["X-Robots-Tag"] = "noindex, nofollow"
        return response


class HeadersOnly:
    """
    Leave the body out of the answer to HEAD; its length stays.

    Django makes a whole page and leaves that to the server, and gunicorn warns of each. It comes
    first of all, since others still look into the body or pack it.
    """

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        response = self.get_response(request)
        if request.method == "HEAD":
            if response.streaming:
                response.streaming_content = ()
            else:
                response.content = b""
        return response
