"""What machines ask, answered before anything asks for a host, a session or a person."""

from django.urls import resolve, reverse

NAMES = ("live", "ready", "metrics")


class Probes:
    """
    Answer /health/… and /metrics whatever the Host header says, since a load balancer or a scraper calls by address.

    ALLOWED_HOSTS guards addresses that are made of that header; here none is made.
    """

    def __init__(self, get_response):
        self.get_response = get_response
        self.paths = {reverse(name) for name in NAMES}

    def __call__(self, request):
        if request.path_info not in self.paths:
            return self.get_response(request)
        request.resolver_match = resolve(request.path_info)
        return request.resolver_match.func(request)
