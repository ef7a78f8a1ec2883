"""State changes in one place each: who writes accounts, sessions and the audit trail."""

import re
from pathlib import Path

import pytest

ACCOUNTS = Path(__file__).parent.parent.parent / "accounts"
WRITERS = {
    r"User\.objects\.(create|update|bulk_create|filter\(.*\)\.(update|delete))": {
        "management/demo_data.py",
        "users/search_keys.py",  # search keys that a version before did not know
        "users/lifecycle.py",  # what a restore must not bring to life again
        "kernel/sessions.py",  # on which day somebody was seen
    },
    r"\b(user|subject|row)\.save\((force_insert=True)?\)": {"kernel/change.py"},
    r"AuditEvent\.objects\.(create|bulk_create)": {"kernel/audit.py", "management/demo_data.py"},
    r"Session\.objects\.": {"kernel/sessions.py", "kernel/session_store.py"},
    # No way to a session but a completed attempt.
    r"sessions\.start\(": {"sign_in/attempt.py"},
    r"SignInAttempt\.objects": {"sign_in/attempt.py"},
    r"transaction\.atomic": {
        "kernel/change.py",
        "passwords/late_links.py",  # a link that its owner already has; it knows nothing of requests
        "kernel/queue/worker.py",  # the next turn of a task
        "kernel/jobs.py",  # a job that is refused, with its rows
        "kernel/lifecycle.py",  # all that a restore ends, or nothing
        "audit_trail/refusals.py",
        "kernel/audit.py",  # an entry and what is kept apart of it
        "users/actions.py",  # a deletion, which comes to jobs before it comes to people
        *("imports/actions.py", "imports/uploads.py", "bulk/actions.py"),
        "invitations/actions.py",  # of one form, all are sent or none
        *("inactivity/actions.py", "statistics/actions.py"),
        "management/demo_data.py",
    },
    r"\brole ==|\.role !=": {
        *("kernel/policy.py", "roles/actions.py", "bulk/actions.py", "inactivity/queries.py"),
        *("web/menus.py", "roles/forms.py", "roles/views.py"),
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


def test_requests_are_spoken_of_only_in_doors_and_in_what_they_share():
    """In views, forms and the modules beside them that draw a page; see the floors in pyproject.toml."""
    doors = r"web/|\w+/(views|forms|filter_fields|picture|matrix)\b"
    speaking = {name for name, source in sources() if re.search(r"\brequest\.[a-zA-Z]", source)}
    assert {name for name in speaking if not re.match(doors, name)} == set()
    assert {"web/middleware.py", "passwords/views.py"} <= speaking
