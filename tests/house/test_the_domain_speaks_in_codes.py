"""What is said to people is made in the doors and in `web`: the domain knows no language, request, form or template."""

import ast
from pathlib import Path

ACCOUNTS = Path("accounts")
# The doors, what they share, and what only they use: parts of pages.
DOORS = {"views.py", "forms.py", "urls.py", "api.py", "apps.py"}
FOLDERS_OF_DOORS = {"web", "management", "migrations"}
PARTS_OF_PAGES = {"users/filter_fields.py", "users/picture.py", "roles/matrix.py"}
FORBIDDEN = (
    "django.utils.translation",
    "django.http",
    "django.shortcuts",
    "django.forms",
    "django.template",
)
LABEL = "django.utils.translation.gettext_lazy"  # of what is stored: it stands beside that
ACTIVE = (
    "django.utils.translation"  # which language that is, or to make another one so; it says no word
)
ASKS_WHICH_LANGUAGE = {
    "tabular/writing.py",  # cells are parted as the reader's spreadsheet expects it
    "kernel/event_schema.py",  # in English, whoever makes it
    "kernel/outbox.py",  # that of who acted, for a mail
    "kernel/mail_message.py",  # each mail in its reader's
}
RENDERS = {"kernel/mail_message.py"}


def domain():
    """Yield the domain's files: name and source."""
    for path in ACCOUNTS.rglob("*.py"):
        name = path.relative_to(ACCOUNTS)
        if (
            name.parts[0] in FOLDERS_OF_DOORS
            or name.name in DOORS
            or name.as_posix() in PARTS_OF_PAGES
        ):
            continue
        yield name.as_posix(), ast.parse(path.read_text())


def imported(tree):
    """Yield the full name of all that is imported."""
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom):
            yield from (f"{node.module}.{alias.name}" for alias in node.names)
        elif isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)


def is_of_a_door(name, full_name):
    has_labels = name.startswith("models/") or name.endswith(("/events.py", "/mails.py"))
    if full_name == LABEL and has_labels:
        return False
    if full_name == ACTIVE and name in ASKS_WHICH_LANGUAGE:
        return False
    if full_name.startswith("django.template.") and name in RENDERS:
        return False
    return any(f"{full_name}.".startswith(f"{module}.") for module in FORBIDDEN)


def test_it_imports_nothing_of_the_doors():
    found = {
        name for name, tree in domain() if any(is_of_a_door(name, one) for one in imported(tree))
    }
    assert found == set()


def test_it_is_told_who_acts_and_never_the_request():
    named = {
        name
        for name, tree in domain()
        for node in ast.walk(tree)
        if isinstance(node, ast.arg) and node.arg == "request"
    }
    assert named == set()


def test_it_is_found_at_all():
    names = {name for name, _tree in domain()}
    assert {"kernel/policy.py", "users/actions.py", "passwords/rules.py", "models/user.py"} <= names
    assert not {"users/views.py", "web/fields.py"} & names


def test_labels_may_stand_beside_what_is_stored_and_nothing_else():
    assert not is_of_a_door("models/user.py", LABEL)
    assert not is_of_a_door("users/events.py", LABEL)
    assert not is_of_a_door("users/mails.py", LABEL)
    assert is_of_a_door("users/actions.py", LABEL)
    assert is_of_a_door("users/events.py", "django.utils.translation.gettext")
    assert is_of_a_door("users/queries.py", "django.http")
    assert not is_of_a_door("users/queries.py", "django.utils.timezone")
