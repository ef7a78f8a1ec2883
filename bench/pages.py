"""Every page that a GET of an Admin or a visitor shows, and the page of Django's admin like it."""

import json
from dataclasses import dataclass

from bench import load, servers
from bench.filling import PASSWORD

# Fewer than for the journeys: there are many pages.
BURSTS = (
    load.Burst(clients=1, requests=20, seconds=1),
    load.Burst(clients=8, requests=48, seconds=1),
)


@dataclass(frozen=True)
class Page:
    """
    A page: `name` is what the product calls it, `path` where it is on its side, and `peer` on that
    of the admin, "" where that has none. In braces stands whom or what it is about.
    """

    name: str
    path: str
    peer: str = ""


LIST, FRAME = "users", "roles"
PAGES = (
    Page("users", "/users/", "/admin/auth/user/"),
    Page("user", "{person}", "{peer_person}"),
    Page("user-sessions", "{person}sessions/"),
    Page("audit", "/audit/", "/admin/admin/logentry/"),
    Page("audit of a person", "/audit/?person={person_id}", "{peer_person}../history/"),
    Page("audit of one action", "/audit/?action=password.reset_by_admin"),
    Page("credentials", "/credentials/"),
    Page("profile", "/profile/"),
    Page("sessions", "/profile/sessions/"),
    Page("ledger", "/profile/ledger/"),
    Page("change-password", "/password/change/", "/admin/password_change/"),
    Page("roles", "/roles/"),
    Page("organization", "/organization/"),
    Page("dormant", "/users/dormant/"),
    Page("mail", "/mail/"),
    Page("mail-preview", "/mail/preview/"),
    Page("mail-preview-message", "/mail/preview/reset_link/"),
    Page("invitations", "/invitations/"),
    Page("invite", "/invitations/new/"),
    Page("cancel-all-invitations", "/invitations/cancel-all/"),
    Page("imports", "/imports/"),
    Page("import", "{import}"),
    Page("bulk-jobs", "/users/bulk/"),
    Page("bulk", "{bulk}"),
    Page("views", "/users/views/"),
    Page("add-user", "/users/add/", "/admin/auth/user/add/"),
    Page("edit-user", "{person}edit/", "{peer_person}"),
    Page("reset-password", "{person}reset-password/", "{peer_person}../password/"),
    Page("change-role", "{person}role/?role=viewer"),
    Page("deactivate", "{person}deactivate/"),
    Page("activate", "{deactivated}activate/"),
    Page("delete-user", "{deactivated}delete/", "{peer_person}../delete/"),
    Page("sign-in", "/sign-in/", "/admin/login/"),
    Page("forgot-password", "/forgot-password/", "/forgot-password/"),
    Page("forgot-password-sent", "/forgot-password/sent/", "/forgot-password/done/"),
    Page("reset-done", "/reset/done/"),
)
FOR_VISITORS = {"sign-in", "forgot-password", "forgot-password-sent", "reset-done"}


def measured(sites, step):
    """Return, by page, side and number of clients, how long each takes over HTTP."""
    places, found = _places(sites), {}
    for page in PAGES:
        paths = {"product": page.path, "peer": page.peer}
        found[page.name] = {
            side: _page(sites[side], page.name, _address(path, places))
            for side, path in paths.items()
            if path
        }
        step()
    return found


def inside(database, name, sites):
    """
    Return what a request of each page does in its process: `queries`, and the ms in `sql`, in
    `templates` and in the `rest`.
    """
    places = _places(sites)
    paths = {page.name: _address(page.path, places) for page in PAGES}
    given = {
        "email": sites["product"].accounts.admins[0],
        "password": PASSWORD,
        "paths": paths,
        "for_visitors": sorted(FOR_VISITORS),
    }
    return json.loads(servers.run_in_product(database, name, "bench.inside", json.dumps(given)))


def _page(site, name, path):
    browser = site.visitor() if name in FOR_VISITORS else site.admins[0]
    request = browser.request("GET", path)
    return {
        str(burst.clients): load.measure(site.port, [request] * burst.needed, burst)
        for burst in BURSTS
    }


def _places(sites):
    """Return what stands for the words in braces."""
    product, peer = sites["product"], sites["peer"]
    admin = product.admins[0]
    person = product.people(1)[0]
    return {
        "person": person,
        "person_id": person.split("/")[2],
        "deactivated": admin.get("/users/?status=deactivated").hrefs(product.person_link)[0],
        "import": admin.get("/imports/").hrefs(r'(/imports/[0-9a-f-]{36}/)"')[0],
        "bulk": admin.get("/users/bulk/").hrefs(r'(/users/bulk/[0-9a-f-]{36}/)"')[0],
        "peer_person": peer.people(1)[0],
    }


def _address(path, places):
    """Fill in the places; "../" takes the last part of the path before it away."""
    start, up, end = path.format(**places).partition("../")
    return f"{start.rstrip('/').rpartition('/')[0]}/{end}" if up else start
