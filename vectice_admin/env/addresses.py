"""Under which names the product is reached, and through whom."""

import ipaddress
import re
from email.utils import parseaddr

from vectice_admin.env.reading import is_number, text, words, wrong

URL = re.compile(r"(https?)://(\[[^\]]*\]|[^:/?#@\[\]\\]*)(?::(\d*))?", re.IGNORECASE)
LABEL = re.compile(r"[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?")
LONGEST_HOST = 253
MAILBOX = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]+")
PORTS = {"http": "80", "https": "443"}


def public_url(default):
    """
    Return PUBLIC_URL as browsers write it: scheme, host in small letters, and the port where it is
    not the usual one.

    :raises WrongSetting: if it is anything else, or names a host that no request can carry.
    """
    value = text("PUBLIC_URL", default).rstrip("/")
    parts = _parts(value)
    if not parts:
        wrong(
            "PUBLIC_URL",
            "must be like https://admin.example.com or https://admin.example.com:8443, without a "
            "path.",
        )
    scheme, host, port = parts
    return f"{scheme}://{host}" + (f":{port}" if port and port != PORTS[scheme] else "")


def is_address(value):
    """Return whether `value` is a scheme, a host and perhaps a port, and nothing else."""
    return _parts(value) is not None


def endpoint(name):
    """
    Return the address of something that is asked by HTTP, with a path or without, "" where none is
    named.
    """
    value = text(name)
    scheme, _mark, rest = value.partition("://")
    if value and not is_address(f"{scheme}://{rest.partition('/')[0]}"):
        wrong(name, "must be like http://collector.internal:4318.")
    return value


def host_of(url):
    """Return the host of an address that is one, an IPv6 address with its brackets."""
    return _parts(url)[1]


def port_of(url):
    """Return the port of an address that is one, "" for the usual one."""
    scheme, _host, port = _parts(url)
    return "" if port == PORTS[scheme] else port


def _parts(value):
    """Return scheme, host and port ("" without), None where it is no address."""
    found = URL.fullmatch(value)
    host = found and _host(found[2])
    if not host or (found[3] is not None and not is_number(found[3], 1, 65_535)):
        return None
    return found[1].lower(), host, str(int(found[3])) if found[3] else ""


def _host(value):
    """Return the host as a request carries it, "" if none can."""
    try:
        if value.startswith("["):
            return f"[{ipaddress.IPv6Address(value[1:-1])}]"
        labels = value.lower().split(".")
        if labels[-1].isdigit():
            return str(ipaddress.IPv4Address(value))
    except ValueError:
        return ""
    good = len(value) <= LONGEST_HOST and all(LABEL.fullmatch(label) for label in labels)
    return ".".join(labels) if good else ""


def hosts(name):
    """
    Return the hosts that the setting names; one that begins with a dot stands for all below it.
    """
    found = []
    for said in words(name):
        bare = f"[{said}]" if said.count(":") > 1 and "[" not in said else said.removeprefix(".")
        host = _host(bare)
        if not host:
            wrong(
                name,
                "must name hosts like admin.example.com, separated by commas, without a port or a "
                "path.",
            )
        found.append(f".{host}" if said.startswith(".") else host)
    return found


def usual_url(named, port, *, development):
    """
    Return the address that PUBLIC_URL stands for where it says nothing: the first of the `named`
    hosts, or ours.
    """
    if development or not named:
        return f"http://127.0.0.1:{port}"
    whole = [host for host in named if not host.startswith(".")]
    if not whole and not text("PUBLIC_URL"):
        wrong("PUBLIC_URL", "is needed where ALLOWED_HOSTS names no whole host.")
    return f"https://{(whole or named)[0]}"


def networks(name):
    """
    Return the trusted proxies as networks; the word "unix" among them stands for peers on a Unix
    socket.
    """
    found = words(name)
    for word in found:
        try:
            word == "unix" or ipaddress.ip_network(word, strict=False)
        except ValueError:
            wrong(name, "must hold addresses, networks or the word unix, separated by commas.")
    return found


def mail_host(name, default):
    """
    Return the name that a mail server is greeted with, as RFC 5321, 4.1.3, writes it: an IP address
    in brackets.
    """
    host = _host(text(name, default))
    if not host:
        wrong(name, "must be a host like admin.example.com.")
    if host.startswith("["):
        return f"[IPv6:{host[1:]}"
    return f"[{host}]" if host.rpartition(".")[2].isdigit() else host


def mail_address(name, default):
    """Return a sender for mails: an address, or a name and an address between < and >."""
    value = text(name, default)
    if value == default:
        return value
    address = parseaddr(value)[1]
    mailbox, _at, domain = address.rpartition("@")
    try:
        # parseaddr takes blanks out of an address.
        good = (
            address in value
            and MAILBOX.fullmatch(mailbox)
            and _host(domain.encode("idna").decode())
        )
    except UnicodeError:
        good = False
    if not good:
        wrong(name, "must be an address like no-reply@example.com, or Name <no-reply@example.com>.")
    return value
