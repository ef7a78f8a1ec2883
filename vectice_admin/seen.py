"""
What the product sees of a request, told to the doctor and to nobody else.

Whether a proxy forwards the right headers shows only on a request that went through it. The doctor
signs its question with SECRET_KEY, so that outsiders learn nothing from /health/ready but yes or
no.
"""

import secrets

from django.conf import settings
from django.core import signing
from django.http.request import split_domain_port, validate_host

HEADER = "X-Doctor"
SECONDS = 300  # the clocks of two hosts may differ a little
LONGEST_HOST = 300
_signer = {"salt": "vectice_admin.seen"}


def question():
    """Return the value of HEADER that shows that SECRET_KEY is known."""
    return signing.TimestampSigner(**_signer).sign(secrets.token_hex(8))


def asked_by_doctor(request):
    """
    Return whether the request carries a question made with our SECRET_KEY within the last SECONDS.
    """
    try:
        signing.TimestampSigner(**_signer).unsign(request.headers.get(HEADER, ""), max_age=SECONDS)
    except signing.BadSignature:
        return False
    return True


def facts(request):
    """
    Return what arrived: X-Forwarded-… are there only from a proxy that is trusted, and `host` is
    what it passed on.

    Health is answered whatever the host; `host_counts` says whether any other page would be.
    """
    host = request.headers.get("host", "")
    return {
        "host": host[:LONGEST_HOST],
        "host_counts": validate_host(split_domain_port(host)[0], settings.ALLOWED_HOSTS),
        "https": request.is_secure(),
        "address": request.META.get("REMOTE_ADDR", ""),
        "forwarded_for": "x-forwarded-for" in request.headers,
    }
