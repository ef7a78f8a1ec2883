"""Every page by every kind of person. A page without a line here fails: nobody can forget one."""

import uuid
from itertools import product

import pytest
from django.urls import URLPattern, get_resolver

from accounts.sign_in.attempt import Step

# Who: signed out, must change, viewer, member, admin. Status of a GET with the ids of the fixtures below.
SIGN_IN, CHANGE, OK, NO, GONE, POST_ONLY = 302, "change", 200, 403, 410, 405
WHO = ["signed out", "must change", "viewer", "member", "admin"]
OPEN = [OK, CHANGE, OK, OK, OK]
OWN = [SIGN_IN, CHANGE, OK, OK, OK]
ADMINS = [SIGN_IN, CHANGE, NO, NO, OK]
TO_THE_LIST = [SIGN_IN, CHANGE, NO, NO, SIGN_IN]  # files, which only a POST makes
OWN_POST = [SIGN_IN, CHANGE, POST_ONLY, POST_ONLY, POST_ONLY]
ON_SOMEBODY = [
    "user",
    "reset-password",
    "change-role",
    "deactivate",
    "activate",
    "edit-user",
    "delete-user",
    "user-sessions",
]
PROBES = {"live", "ready", "metrics"}  # answered before anybody's session is looked at
TABLE = {
    "home": [SIGN_IN, CHANGE, SIGN_IN, SIGN_IN, SIGN_IN],
    "sign-in": [OK, CHANGE, SIGN_IN, SIGN_IN, SIGN_IN],
    "sign-out": [POST_ONLY] * 5,
    "forgot-password": OPEN,
    "forgot-password-sent": OPEN,
    "reset-link": [GONE, CHANGE, GONE, GONE, GONE],
    "choose-password": [GONE, CHANGE, GONE, GONE, GONE],
    "reset-done": OPEN,
    "change-password": [SIGN_IN, OK, OK, OK, OK],
    "profile": OWN,
    "sessions": OWN,
    "end-session": OWN_POST,
    "end-other-sessions": OWN_POST,
    "end-user-session": OWN_POST,
    "end-user-sessions": OWN_POST,
    "users": ADMINS,
    **dict.fromkeys(ON_SOMEBODY, ADMINS),
    "delete-user": [SIGN_IN, CHANGE, NO, NO, NO],  # max is active: deactivate first
    "activate": [SIGN_IN, CHANGE, NO, NO, SIGN_IN],  # max is active: back to his page
    "roles": OWN,
    "ledger": OWN,
    "invitations": ADMINS,
    "invite": ADMINS,
    "cancel-all-invitations": ADMINS,
    "invitation-link": OWN_POST,
    "resend-invitation": OWN_POST,
    "cancel-invitation": OWN_POST,
    "join-link": [GONE, CHANGE, GONE, GONE, GONE],
    "join": [GONE, CHANGE, GONE, GONE, GONE],
    "unexpected": [GONE, CHANGE, GONE, GONE, GONE],
    "organization": ADMINS,
    "credentials": ADMINS,
    "expire-credential": OWN_POST,
    "remind": OWN_POST,
    "add-user": ADMINS,
    "export-users": TO_THE_LIST,
    "imports": ADMINS,
    "import": [SIGN_IN, CHANGE, NO, NO, 404],
    "import-result": [SIGN_IN, CHANGE, NO, NO, 404],
    "read-import-again": OWN_POST,
    "start-import": OWN_POST,
    "cancel-import": OWN_POST,
    "import-passwords": OWN_POST,
    "columns": OWN_POST,
    "views": ADMINS,
    "delete-view": OWN_POST,
    "dormant": ADMINS,
    "bulk-jobs": ADMINS,
    "choose-bulk": OWN_POST,
    "bulk": [SIGN_IN, CHANGE, NO, NO, 404],
    "bulk-result": [SIGN_IN, CHANGE, NO, NO, 404],
    "start-bulk": OWN_POST,
    "cancel-bulk": OWN_POST,
    "bulk-passwords": OWN_POST,
    "audit": ADMINS,
    "audit-export": TO_THE_LIST,
    "mail": ADMINS,
    "mail-preview": ADMINS,
    "mail-preview-message": ADMINS,
    "retry-mail": OWN_POST,
    "live": [OK] * 5,
    "ready": [OK] * 5,
    "metrics": [404] * 5,  # there is none without METRICS_TOKEN
}
# Pages without a form of their own; the forms of all others are in test_every_post_is_guarded.py.
ONLY_READ = {
    "home",
    "forgot-password-sent",
    "reset-link",
    "reset-done",
    "join-link",
    "sessions",
    "user-sessions",
    "users",
    "user",
    "roles",
    "ledger",
    "invitations",
    "credentials",
    "import",
    "dormant",
    "bulk-jobs",
    "bulk",
    "audit",
    "mail",
    "mail-preview",
    "mail-preview-message",
    "live",
    "ready",
    "metrics",
}


def patterns(resolver=None):
    for entry in (resolver or get_resolver()).url_patterns:
        if isinstance(entry, URLPattern):
            yield entry
        else:
            yield from patterns(entry)


def names():
    return [pattern.name for pattern in patterns()]


@pytest.fixture
def clients(client, nils, vera, max, ada, signed_in_as):
    return [client, *map(signed_in_as, (nils, vera, max, ada))]


def address(name, max):
    from django.urls import reverse

    arguments = {
        "reset-link": [max.public_id, "abc-def"],
        "choose-password": [max.public_id],
        "join-link": [max.public_id, "abc-def"],
        "join": [max.public_id],
        "unexpected": ["abc"],
        "end-user-session": [max.public_id, max.public_id],
        "mail-preview-message": ["reset_link"],
    }
    needs_id = {
        *ON_SOMEBODY,
        "end-session",
        "end-user-sessions",
        "retry-mail",
        "invitation-link",
        "resend-invitation",
        "cancel-invitation",
    }
    needs_id |= {
        "expire-credential",
        "remind",
        "import",
        "import-result",
        "start-import",
        "cancel-import",
    }
    needs_id |= {
        "import-passwords",
        "delete-view",
        "bulk",
        "bulk-result",
        "start-bulk",
        "cancel-bulk",
    }
    needs_id |= {"bulk-passwords", "read-import-again"}
    return reverse(name, args=arguments.get(name) or ([max.public_id] if name in needs_id else []))


def test_every_page_has_a_line():
    assert sorted(names()) == sorted(TABLE)


def test_only_what_is_marked_is_open_while_a_password_must_be_chosen():
    marked = {
        entry.name
        for entry in patterns()
        if Step.OWN_PASSWORD in getattr(entry.callback, "open_during", ())
    }
    assert marked == {"change-password", "sign-out"}
    assert marked | PROBES == {name for name, line in TABLE.items() if line[1] != CHANGE}


def test_answers_everybody_as_its_line_says(clients, max):
    to_the_change, found = {CHANGE: (302, "/password/change/")}, {}
    for name, who in product(TABLE, range(5)):
        response = clients[who].get(address(name, max))
        is_led_on = TABLE[name][who] == CHANGE
        found[name, WHO[who]] = (
            (response.status_code, response.get("Location")) if is_led_on else response.status_code
        )
    expected = {
        (name, WHO[who]): to_the_change.get(status, status)
        for name in TABLE
        for who, status in enumerate(TABLE[name])
    }
    assert found == expected


@pytest.mark.parametrize("name", ["users", "profile", "roles", "audit", "mail", "change-password"])
def test_sends_who_is_signed_out_to_the_sign_in_and_back(client, max, name):
    path = address(name, max)
    assert client.get(path)["Location"] == f"/sign-in/?next={path}"


@pytest.mark.parametrize("name", ON_SOMEBODY)
def test_unknown_people_are_not_found(ada, signed_in_as, name):
    from django.urls import reverse

    assert signed_in_as(ada).get(reverse(name, args=[uuid.uuid4()])).status_code == 404


@pytest.mark.parametrize("name", ["reset-password", "change-role", "deactivate", "activate"])
@pytest.mark.parametrize("who", [2, 3], ids=["viewer", "member"])
def test_a_post_without_the_right_changes_nothing(clients, max, name, who):
    before = (max.password, max.role, max.is_active)
    response = clients[who].post(address(name, max), {"role": "admin", "new_password": ""})
    max.refresh_from_db()
    assert (response.status_code, (max.password, max.role, max.is_active)) == (403, before)
