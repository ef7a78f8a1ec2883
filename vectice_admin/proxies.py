"""The client's address and scheme behind proxies that are trusted, and behind no others."""

import ipaddress
import logging

from django.conf import settings

from accounts.web import responses

logger = logging.getLogger(__name__)

FORWARDED = (
    "HTTP_X_FORWARDED_FOR",
    "HTTP_X_FORWARDED_PROTO",
    "HTTP_X_FORWARDED_HOST",
    "HTTP_X_FORWARDED_PORT",
    "HTTP_X_REQUEST_ID",
)
LONGEST_HEADER = 2000


class TrustedProxies:
    """
    Set REMOTE_ADDR to the address that made the request, "" where it is not known (a Unix socket).

    X-Forwarded-For is walked from the right, past trusted proxies, to the first address that is
    none: whatever stands further left was written by the client. From a peer who is not trusted
    every X-Forwarded-… is dropped, and so is X-Request-ID.
    """

    def __init__(self, get_response):
        self.get_response = get_response
        self.unix = "unix" in settings.TRUSTED_PROXIES
        self.networks = [
            ipaddress.ip_network(n, strict=False) for n in settings.TRUSTED_PROXIES if n != "unix"
        ]

    def __call__(self, request):
        peer = parse(request.META.get("REMOTE_ADDR", ""))
        client = peer
        if self.trusts(peer):
            client = self.walk(peer, request.headers.get("x-forwarded-for", ""))
        else:
            said = {name: request.META.pop(name) for name in FORWARDED if name in request.META}
            if settings.TLS and said.get("HTTP_X_FORWARDED_PROTO") == "https":
                return untrusted_proxy(request, peer)
        request.META["REMOTE_ADDR"] = str(client) if client else ""
        return self.get_response(request)

    def trusts(self, address):
        return (
            self.unix if address is None else any(address in network for network in self.networks)
        )

    def walk(self, peer, header):
        client = peer
        for part in reversed(header[-LONGEST_HEADER:].split(",")):
            address = parse(part)
            if address is None:
                return client
            client = address
            if not self.trusts(address):
                return client
        return client


def untrusted_proxy(request, peer):
    """
    Say what is missing, instead of sending the browser round in circles between http and https.
    """
    logger.error(
        "%s says that it speaks https for a browser, but TRUSTED_PROXIES does not name it.",
        peer or "unix",
    )
    return responses.error(
        request, 400, template="errors/untrusted_proxy.html", code="untrusted_proxy"
    )


def parse(text):
    """
    Return the IP address in `text`, or None where there is none.

    Proxies also write a port, brackets, a zone, or an IPv4 address in IPv6 clothes.

    >>> parse(" [::ffff:192.0.2.1]:443 ")
    IPv4Address('192.0.2.1')
    """
    text = text.strip()
    if text.startswith("["):
        text = text[1:].partition("]")[0]
    elif text.count(":") == 1:
        text = text.partition(":")[0]
    try:
        address = ipaddress.ip_address(text.partition("%")[0])
    except ValueError:
        return None
    return getattr(address, "ipv4_mapped", None) or address
