"""Where the web server listens, and who may ask there."""

import grp
import os

from vectice_admin.env.addresses import is_address
from vectice_admin.env.reading import text, words, wrong

UNIX = "unix:"


def bind(port):
    """
    Return the places to listen at, as gunicorn names them: `port` of this machine alone, where
    nothing is said.
    """
    found = words("BIND") or [f"127.0.0.1:{port}"]
    for place in found:
        path = place.removeprefix(UNIX)
        good = (
            path.startswith("/") and not path.endswith("/")
            if place.startswith(UNIX)
            else _has_port(place)
        )
        if not good:
            wrong(
                "BIND",
                "must be like 0.0.0.0:8000, [::]:8000 or unix:/folder/socket; several between "
                "commas.",
            )
    return found


def _has_port(place):
    return place.rpartition(":")[2].isdigit() and is_address(f"http://{place}")


def socket_group():
    """
    Return the number of the group that may ask at a Unix socket, None for the one of this process.
    """
    name = text("SOCKET_GROUP")
    if not name:
        return None
    try:
        number = grp.getgrnam(name).gr_gid
    except KeyError:
        wrong("SOCKET_GROUP", "names a group that is not there.")
    if os.geteuid() and number not in {os.getegid(), *os.getgroups()}:
        wrong("SOCKET_GROUP", "names a group that the product's own user is not in.")
    return number
