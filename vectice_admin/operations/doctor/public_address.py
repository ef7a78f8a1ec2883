"""The way from outside: name, TLS, proxy, product, on one real request."""

import json
import ssl
from dataclasses import dataclass
from datetime import UTC, datetime
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from urllib.parse import urlsplit

from django.conf import settings
from django.http.request import split_domain_port

from vectice_admin import seen
from vectice_admin.operations.doctor.finding import OK, WARNING, WRONG, Finding

PATH = "/health/ready"
SECONDS = 10
CERTIFICATE_DAYS = 14
MOST_BYTES = 10_000


@dataclass(frozen=True)
class Answer:
    """
    `body` is {} where it is no JSON object; `expires_at` is the certificate's end, None without
    TLS.
    """

    status: int
    body: dict
    expires_at: datetime | None


def findings(url):
    """
    Yield what one request to `url` shows; no redirect is followed.

    Whatever the `url`, it asks for the host of PUBLIC_URL, as a browser does: a proxy chooses by
    it.
    """
    try:
        answer = _ask(url)
    except ssl.SSLCertVerificationError as error:
        yield Finding(
            WRONG, "TLS", f"the certificate of {url} is not good: {error.verify_message}."
        )
        return
    except (OSError, HTTPException) as error:
        text = (
            f"{url} cannot be reached from here ({type(error).__name__}). If it can from outside, "
            "give --url."
        )
        yield Finding(WRONG, "Public address", text)
        return
    if answer.expires_at:
        yield _certificate(answer.expires_at)
    yield _reached(url, answer)
    if "https" in answer.body:
        yield _host(answer.body)
        yield from _forwarded(url, answer.body)


def _ask(url):
    parts = urlsplit(url)
    kind = HTTPSConnection if parts.scheme == "https" else HTTPConnection
    connection = kind(parts.hostname, parts.port, timeout=SECONDS)
    try:
        connection.connect()
        certificate = connection.sock.getpeercert() if parts.scheme == "https" else None
        headers = {"Host": _own_name(), seen.HEADER: seen.question(), "Accept": "application/json"}
        connection.request("GET", PATH, headers=headers)
        response = connection.getresponse()
        status, text = response.status, response.read(MOST_BYTES)
    finally:
        connection.close()
    try:
        body = json.loads(text)
    except ValueError:
        body = {}
    ends = certificate and datetime.fromtimestamp(
        ssl.cert_time_to_seconds(certificate["notAfter"]), UTC
    )
    return Answer(status, body if isinstance(body, dict) else {}, ends)


def _certificate(expires_at):
    days = (expires_at - datetime.now(UTC)).days
    level = OK if days >= CERTIFICATE_DAYS else WARNING
    return Finding(
        level, "TLS", f"the certificate is good until {expires_at:%Y-%m-%d}, for {days} days."
    )


def _reached(url, answer):
    match answer.status, answer.body:
        case 400, {"code": "untrusted_proxy"}:
            text = (
                "The product does not know the proxy in front of it: name its address in "
                "TRUSTED_PROXIES."
            )
            return Finding(WRONG, "Public address", text)
        case 200, {"https": _}:
            return Finding(OK, "Public address", f"{url}{PATH} answers that it is ready.")
        case 503, {"https": _}:
            return Finding(
                WRONG,
                "Public address",
                f"{url}{PATH} answers that it is not ready; its log says why.",
            )
        case 200 | 503, _:
            text = f"{url} answers, but as an installation with another SECRET_KEY: is it this one?"
            return Finding(WRONG, "Public address", text)
    return Finding(
        WRONG,
        "Public address",
        f"{url}{PATH} answers {answer.status}: something else is in front of it.",
    )


def _own_name():
    return urlsplit(settings.PUBLIC_URL).netloc


def _host(body):
    """Pages and forms are refused where another name arrives than people see."""
    host, name = str(body.get("host")), _own_name()
    arrives = split_domain_port(host)[0] == settings.PUBLIC_HOST  # a proxy may leave the port out
    if arrives and not body.get("host_counts"):
        text = (
            f"{name} arrives and does not count: the web server was started with other settings. "
            "Restart it."
        )
        return Finding(WRONG, "Host", text)
    if not body.get("host_counts"):
        text = (
            f"{name} was asked for, and {host!a} arrives, so every page is a 400: have the proxy "
            "pass on Host."
        )
        return Finding(WRONG, "Host", text)
    if not arrives:
        return Finding(
            WARNING,
            "Host",
            f"{name} was asked for, and {host!a} arrives: have the proxy pass on Host.",
        )
    return Finding(OK, "Host", f"the product sees that {name} is asked for.")


def _forwarded(url, body):
    if url.startswith("https:"):
        if body["https"]:
            yield Finding(OK, "X-Forwarded-Proto", "the product sees that browsers use https.")
        else:
            yield Finding(
                WRONG,
                "X-Forwarded-Proto",
                "the proxy does not say https: pages would redirect for ever.",
            )
    if body["forwarded_for"]:
        yield Finding(
            OK, "X-Forwarded-For", f"the product sees this request come from {body['address']}."
        )
    elif url.startswith("https:"):
        text = (
            f"does not arrive, so everybody comes from {body['address']} and shares one limit on "
            "trying."
        )
        yield Finding(WRONG, "X-Forwarded-For", text)
    else:
        yield Finding(
            OK,
            "X-Forwarded-For",
            f"no trusted proxy is between; this request came from {body['address']}.",
        )
