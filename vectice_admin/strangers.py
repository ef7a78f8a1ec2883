"""
A name that the product does not know as its own is refused; this says so in the log, with the
setting that mends it.

Without it an operator with a wrong PUBLIC_URL sees pages of 400 and 403, and an empty log. Scanners
try many names, so each is said once a minute, and few of them.
"""

import logging
import time
from urllib.parse import urlsplit

from django.conf import settings
from django.middleware.csrf import REASON_BAD_ORIGIN, REASON_BAD_REFERER

logger = logging.getLogger(__name__)
SECONDS = 60
MOST_NAMES = 10  # that one process says in that time
LONGEST_NAME = 100
OTHER_ORIGIN = tuple(
    reason.partition("%s")[0] for reason in (REASON_BAD_ORIGIN, REASON_BAD_REFERER)
)
_said: dict[tuple[str, str], float] = {}


def host(request):
    """A request named a host that is not among ALLOWED_HOSTS."""
    name = request.headers.get("host") or request.META.get("SERVER_NAME", "")
    _say(
        "A request for the host %s was refused (400), and PUBLIC_URL is %s. If people reach the "
        "product by that name, "
        "set PUBLIC_URL to it or add it to ALLOWED_HOSTS; if the proxy wrote it, have the proxy "
        "pass on Host.",
        name,
    )


def origin(request, reason):
    """
    The CSRF check refused a form for `reason`; said is the one that it came from another origin
    than ours.
    """
    if not reason.startswith(OTHER_ORIGIN):
        return
    came_from = request.headers.get("origin") or _origin_of(request.headers.get("referer", ""))
    if not came_from:
        return  # no browser hides both over https, so nobody's PUBLIC_URL is wrong
    _say(
        "A form that was filled in at %s was refused (403), and PUBLIC_URL is %s. If people use "
        "the product there, set "
        "PUBLIC_URL to it, with its scheme and port.",
        came_from,
    )


def _origin_of(url):
    try:
        parts = urlsplit(url)
    except ValueError:
        return ""
    return f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}" if parts.netloc else ""


def _say(text, name):
    now = time.time()
    for key in [key for key, said_at in list(_said.items()) if not 0 <= now - said_at < SECONDS]:
        _said.pop(key, None)
    shown = ascii(name[:LONGEST_NAME])
    if len(_said) < MOST_NAMES and (text, shown) not in _said:
        _said[text, shown] = now
        logger.warning(text, shown, settings.PUBLIC_URL)
