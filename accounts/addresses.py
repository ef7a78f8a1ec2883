"""Addresses of our own pages: where somebody may be sent on to, and links that keep what stands in the address."""

from django.urls import Resolver404, resolve, reverse
from django.utils.http import url_has_allowed_host_and_scheme

HOME = "home"
# Where nobody wants to land after signing in: the pages of that very flow.
NEVER_NEXT = {
    *("sign-in", "sign-out", "forgot-password", "forgot-password-sent", "reset-link", "choose-password"),
    *("join-link", "join", "unexpected"),
    *("reset-done", "change-password", "live", "ready"),
}


def next_page(text):
    """
    Return the path on this site that `text` (typed by anybody) asks to go on to, or "" where it asks for none.

    Only a plain path to a page that exists passes, so that no way of writing another host does (CWE-601).
    """
    path = text.partition("?")[0]
    plain = text.isascii() and text.isprintable() and text.startswith("/") and not set(text) & set("\\ <>\"'")
    if not plain or "//" in path or not url_has_allowed_host_and_scheme(text, allowed_hosts=None):
        return ""
    try:
        return "" if resolve(path).url_name in NEVER_NEXT else text
    except Resolver404:
        return ""


def after_sign_in(text):
    """Return where to go after signing in: the next page asked for, or the start page."""
    return next_page(text) or reverse(HOME)


def with_query(request, **changes):
    """Return "?…": this page's query with `changes`; a value of "" leaves that name out."""
    query = request.GET.copy()
    for name, value in changes.items():
        query.pop(name, None)
        if value:
            query[name] = value
    return f"?{query.urlencode()}"


def around(request, part):
    """Return the links to the pages around `part` (a Slice), as a dict; "" where there is none."""
    cursors = {name: getattr(part, name) for name in ("first", "previous", "next", "last")}
    return {name: cursor and with_query(request, cursor=cursor) for name, cursor in cursors.items()}
