"""What machines ask, answered before anything asks for a host, a session or a person."""

from django.urls import URLPattern, get_resolver, resolve, reverse


def probe(view):
    """Mark a view as one that machines ask: `Probes` answers with it."""
    view.is_probe = True
    return view


class Probes:
    """
    Answer /health/… and /metrics whatever the Host header says, since a load balancer or a scraper
    calls by address.

    ALLOWED_HOSTS guards addresses that are made of that header; here none is made.
    """

    def __init__(self, get_response):
        self.get_response = get_response
        patterns = (entry for entry in get_resolver().url_patterns if isinstance(entry, URLPattern))
        self.paths = {
            reverse(entry.name) for entry in patterns if hasattr(entry.callback, "is_probe")
        }

    def __call__(self, request):
        if request.path_info not in self.paths:
            return self.get_response(request)
        request.resolver_match = resolve(request.path_info)
        return request.resolver_match.func(request)
