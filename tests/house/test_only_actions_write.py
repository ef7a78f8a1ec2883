"""State changes in one place each: who writes accounts, sessions and the audit trail."""

import re
from pathlib import Path

import pytest

ACCOUNTS = Path(__file__).parent.parent.parent / "accounts"
WRITERS = {
    r"User\.objects\.(create|update|bulk_create|filter\(.*\)\.(update|delete))": {
        "management/made_up_people.py",
        "housekeeping.py",  # search keys that a version before did not know
        "sessions.py",  # on which day somebody was seen
        "actions/list_preferences.py",  # how the list looks is nothing of the account
    },
    r"\.user\.save\(|\buser\.save\(": {"change.py"},
    r"AuditEvent\.objects\.(create|bulk_create)": {"audit.py", "management/made_up_people.py"},
    r"Session\.objects\.": {"sessions.py", "session_store.py"},
    r"transaction\.atomic": {
        "change.py",
        "late_links.py",  # a link that its owner already has; it knows nothing of requests
        "housekeeping.py",
        "refusals.py",
        "audit.py",  # an entry and what is kept apart of it
        "actions/users.py",  # a deletion, which comes to jobs before it comes to people
        *("actions/imports.py", "actions/uploads.py", "actions/bulk.py"),
        "actions/invitations.py",  # of one form, all are sent or none
        *("actions/list_preferences.py", "actions/dormancy.py", "actions/figures.py"),
        "management/made_up_people.py",
    },
    r"\brole ==|\.role !=": {
        *("policy.py", "actions/roles.py", "actions/bulk.py", "queries/dormancy.py"),
        *("menus.py", "roles/forms.py", "roles/views.py"),
    },
}


def sources():
    for path in ACCOUNTS.rglob("*.py"):
        name = path.relative_to(ACCOUNTS).as_posix()
        if not name.startswith(("migrations/", "models/")):
            yield name, path.read_text()


@pytest.mark.parametrize("pattern", WRITERS)
def test_is_written_only_there(pattern):
    found = {name for name, source in sources() if re.search(pattern, source)}
    assert set() < found <= WRITERS[pattern]


def test_requests_are_spoken_of_only_above_the_actions():
    upper = (
        "middleware.py",
        "form_middleware.py",
        "pages.py",
        "shown_once.py",
        "addresses.py",
        "templatetags/",
    )
    rooms = (
        "sign_in/",
        "passwords/",
        "users/",
        "roles/",
        "profile/",
        "audit_trail/",
        "mail_queue/",
    )
    rooms += ("invitations/", "organization/", "credentials/", "disputes/", "imports/")
    below = {name for name, source in sources() if re.search(r"\brequest\.[a-zA-Z]", source)}
    assert {name for name in below if not name.startswith((*upper, *rooms))} == set()
    assert {"middleware.py", "passwords/views.py"} <= below
