"""
A URL that names a server and how to sign in there, taken apart strictly (RFC 3986).

urllib takes what it finds: `smtp://me:12#34@mail` is host "me", port 12 for it. Here such a URL is
understood as it was meant or refused, and no message holds a part of it.
"""

import ipaddress
import re
from dataclasses import dataclass
from urllib.parse import parse_qsl, unquote

from vectice_admin.env.reading import CONTROL, is_number, wrong

ENCODE = "In a user, password or name write / as %2F, ? as %3F, # as %23, @ as %40, % as %25."
WHOLE = re.compile(r"([a-z][a-z0-9+]*)://([^/?]*)([^?]*)(?:\?(.*))?")
HOST = re.compile(r"[A-Za-z0-9_]([A-Za-z0-9._-]*[A-Za-z0-9_])?")
SERVER = re.compile(r"(\[[^\]]*\]|[^:\[\]]*)(?::(.*))?")
BLANK = re.compile(r"\s")


@dataclass(frozen=True)
class Url:
    """
    The parts, decoded. `servers` are pairs of a host (without brackets) and a port, "" where the
    URL says none; `path` is as it stands, since a / in it may be a sign of a name.
    """

    scheme: str
    user: str
    password: str
    servers: list
    path: str
    options: dict


def split(name, url, schemes):
    """
    Return the Url; `schemes` are those that may be.

    :raises WrongSetting: in the name of the setting `name`, if anything of it cannot be understood.
    """
    if BLANK.search(url):
        wrong(name, f"holds a blank, which is written %20. {ENCODE}")
    if not url.startswith(tuple(f"{scheme}://" for scheme in schemes)):
        wrong(name, f"must begin with {' or '.join(f'{scheme}://' for scheme in schemes)}.")
    scheme, authority, path, query = WHOLE.fullmatch(url).groups(default="")
    signing_in, at, where = authority.rpartition("@")
    if "@" in path + query or "#" in where + path + query:
        wrong(name, f"cannot be understood. {ENCODE}")
    user, _colon, password = signing_in.partition(":")
    if at and not (user or password):
        wrong(name, "has an @ without a user or a password before it.")
    servers = [_server(name, part) for part in where.split(",")] if where else []
    return Url(
        scheme, decoded(name, user), decoded(name, password), servers, path, _options(name, query)
    )


def decoded(name, part):
    """Return the part without its percent-encoding."""
    try:
        return _printable(name, unquote(part, errors="strict"))
    except UnicodeDecodeError:
        wrong(name, f"holds a % that does not stand for text in UTF-8. {ENCODE}")


def _printable(name, part):
    return (
        wrong(name, "holds a control character, written with %.") if CONTROL.search(part) else part
    )


def _server(name, part):
    found = SERVER.fullmatch(part)
    if not found:
        wrong(name, f"names a host that cannot be understood. {ENCODE}")
    host, port = decoded(name, found[1]), found[2]
    if port is not None and not is_number(port, 1, 65_535):
        wrong(name, f"must have a port from 1 to 65535 behind the host. {ENCODE}")
    if host.startswith("["):
        host = _ipv6(name, host[1:-1])
    elif not host.startswith("/") and not HOST.fullmatch(host):
        wrong(name, f"names a host that cannot be understood. {ENCODE}")
    return host, port or ""


def _ipv6(name, text):
    try:
        return str(ipaddress.IPv6Address(text))
    except ValueError:
        wrong(name, "has no IPv6 address between the brackets.")


def _options(name, query):
    try:
        pairs = (
            parse_qsl(query, keep_blank_values=True, strict_parsing=True, errors="strict")
            if query
            else []
        )
    except ValueError:
        wrong(name, "has options behind the ? that are not name=value, separated by &.")
    options = {option: _printable(name, value) for option, value in pairs}
    if len(options) < len(pairs):
        wrong(name, "has an option twice.")
    return options


def only_known(name, options, known, *, source=""):
    """
    End the start where `options` holds anything but what is `known`; `source` lists it where it is
    long.
    """
    if not options.keys() <= set(known):
        what = source or f"Known are: {', '.join(sorted(known)) or 'none'}."
        wrong(name, f"has an unknown option behind the ?. {what}")


def one_server(name, url):
    """Return host and port of a Url that must name exactly one."""
    if len(url.servers) != 1 or url.servers[0][0].startswith("/"):
        wrong(name, f"must name one host. {ENCODE}")
    return url.servers[0]
