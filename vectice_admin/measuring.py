"""How many requests there are, of which kind, with which end, and how long they take."""

import time

from django.conf import settings
from prometheus_client import Counter, Histogram

from accounts.kernel import metrics

METHODS = {
    "GET",
    "HEAD",
    "POST",
}  # whatever else a client makes up is one kind: labels must stay few

REQUESTS = Counter(
    "vectice_requests",
    "Answered requests by the name of the page, method and status.",
    ("page", "method", "status"),
    registry=metrics.REGISTRY,
)
SECONDS = Histogram(
    "vectice_request_seconds",
    "How long the answer took.",
    ("page",),
    buckets=(0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10),
    registry=metrics.REGISTRY,
)


class Measuring:
    """Comes first, so that whatever answers is measured."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        started = time.perf_counter()
        response = self.get_response(request)
        page, method = page_of(request), request.method if request.method in METHODS else "OTHER"
        SECONDS.labels(page).observe(time.perf_counter() - started)
        REQUESTS.labels(page, method, response.status_code).inc()
        return response


def page_of(request):
    """
    Return the name of the page in urls.py: addresses themselves hold ids and tokens, and are
    without number.
    """
    if request.resolver_match:
        return request.resolver_match.url_name
    return "static" if request.path_info.startswith(settings.STATIC_URL) else "none"
