"""
Addresses of our own pages: where somebody may be sent on to, and links that keep what stands in the
address.
"""

from dataclasses import fields
from urllib.parse import parse_qsl, urlencode

from django.urls import Resolver404, resolve, reverse
from django.utils.http import url_has_allowed_host_and_scheme

from accounts.users.filters import Filters

HOME = "home"
USERS = "users"
OF_LIST = {field.name for field in fields(Filters)} | {"cursor"}
LONGEST_PLACE = 2_000


def next_page(text):
    """
    Return the path on this site that `text` (typed by anybody) asks to go on to, or "" where it
    asks for none.

    Only a plain path to a page that exists passes, so that no way of writing another host does
    (CWE-601), and nobody is sent to what has an effect or saves a file.
    """
    path = text.partition("?")[0]
    plain = (
        text.isascii()
        and text.isprintable()
        and text.startswith("/")
        and not set(text) & set("\\ <>\"'")
    )
    if not plain or "//" in path or not url_has_allowed_host_and_scheme(text, allowed_hosts=None):
        return ""
    try:
        return text if _is_destination(resolve(path).func) else ""
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


def asked(request):
    """Return what the address asks for and what a form adds to it, as a dict of texts."""
    return {**request.GET.dict(), **request.POST.dict()}


def list_of(name, request):
    """
    Return the address of the list `name`, narrowed as the address of this page is, which makes a
    file of it.
    """
    return (reverse(name) + with_query(request, format="", cursor="")).rstrip("?")


def came_from(request):
    """
    Return "from=…", which keeps the place in the list of users on the way to somebody's page and
    back, or "".

    It stands for this very page where that is the list. Of what anybody else put there only what
    the list knows is taken, and it never is more than the query of the list.
    """
    at_list = request.path == reverse(USERS)
    asked_for = request.GET.urlencode() if at_list else request.GET.get("from", "")
    place = urlencode(
        {name: value for name, value in parse_qsl(asked_for[:LONGEST_PLACE]) if name in OF_LIST}
    )
    return urlencode({"from": place}) if place else ""


def users_list(request):
    """Return the address of the list of users as the reader left it."""
    place = dict(parse_qsl(came_from(request))).get("from", "")
    return f"{reverse(USERS)}?{place}" if place else reverse(USERS)


def keeping_place(request, path):
    """
    Return `path`, one of our pages about somebody, so that it leads back to the list as the reader
    left it.
    """
    return with_place(path, came_from(request))


def with_place(path, place):
    """Return `path` with what `came_from` said."""
    return f"{path}{'&' if '?' in path else '?'}{place}" if place else path


def page_links(request, part):
    """Return the links to the pages around `part` (a Slice), as a dict; "" where there is none."""
    cursors = {name: getattr(part, name) for name in ("first", "previous", "next", "last")}
    return {name: cursor and with_query(request, cursor=cursor) for name, cursor in cursors.items()}


def _is_destination(view):
    """Return whether it is a page that somebody signs in for, and none of the way in."""
    is_of_the_way_in = not getattr(view, "login_required", True) or hasattr(view, "open_during")
    return not is_of_the_way_in and getattr(view, "is_page", True)
