"""Headers that Django has no setting for."""


class Headers:
    """Keep every page we make out of caches and search engines, and the address of a reset link out of the Referer."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        response = self.get_response(request)
        if request.path_info.startswith("/reset/"):
            response["Referrer-Policy"] = "no-referrer"
        if not response.has_header("Cache-Control"):  # static files bring their own
            response["Cache-Control"] = "no-store, private"
        response["Cross-Origin-Resource-Policy"] = "same-origin"
        response["X-Robots-Tag"] = "noindex, nofollow"
        return response
