"""Where things are: what import-linter's contracts (pyproject.toml) cannot say, and what a stranger guesses."""

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent.parent
DOORS = {"views", "forms", "urls", "api"}

# The name on the screen, and where a stranger looks for it.
GUESSES = {
    "Manage users": ("accounts/users/views.py", "templates/users/users.html"),
    "Users": ("accounts/users/views.py", "templates/users/users.html"),
    "Reset password": ("accounts/passwords/views.py", "templates/passwords/reset_password.html"),
    "Change role to Admin": ("accounts/roles/views.py", "templates/roles/change_role.html"),
    "Change role to Member": ("accounts/roles/views.py", "templates/roles/change_role.html"),
    "Change role to Viewer": ("accounts/roles/views.py", "templates/roles/change_role.html"),
    "Edit name and email": ("accounts/users/views.py", "templates/users/edit_user.html"),
    "Deactivate user": ("accounts/users/views.py", "templates/users/deactivate.html"),
    "Activate user": ("accounts/users/views.py", "templates/users/activate.html"),
    "Delete user": ("accounts/users/views.py", "templates/users/delete_user.html"),
    "Profile": ("accounts/profile/views.py", "templates/profile/profile.html"),
    "Signed-in devices": ("accounts/devices/views.py", "templates/devices/devices.html"),
    "Change password": ("accounts/passwords/views.py", "templates/passwords/change_password.html"),
    "Invite": ("accounts/invitations/views.py", "templates/invitations/invite.html"),
    "Pending invitations": (
        "accounts/invitations/queries.py",
        "templates/invitations/invitations.html",
    ),
    "Outstanding credentials": (
        "accounts/credentials/views.py",
        "templates/credentials/credentials.html",
    ),
    "Organization settings": (
        "accounts/organization/views.py",
        "templates/organization/organization.html",
    ),
    "Audit": ("accounts/audit_trail/views.py", "templates/audit_trail/audit_trail.html"),
    "Roles": ("accounts/roles/views.py", "templates/roles/roles.html"),
    "Emails": ("accounts/mail/views.py", "templates/mail_queue/mail_queue.html"),
    "Import users": ("accounts/imports/views.py", "templates/imports/imports.html"),
    "Sign out": ("accounts/sign_in/views.py", "accounts/sign_in/urls.py"),
}


def imports_of(path):
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.ImportFrom) and node.module:
            yield from (f"{node.module}.{alias.name}" for alias in node.names)
        elif isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)


def test_doors_of_one_subject_never_open_into_another():
    wrong = []
    for path in sorted((ROOT / "accounts").glob("*/*.py")):
        subject, door = path.parent.name, path.stem
        for module in imports_of(path) if door in DOORS else ():
            other = re.match(r"accounts\.(\w+)\.(\w+)", module)
            if other and other[1] != subject and other[2] in DOORS:
                wrong.append(f"{path.relative_to(ROOT)} imports {module}")
    assert wrong == []


def test_subjects_go_by_their_own_names():
    wrong = []
    for path in sorted((ROOT / "accounts").rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.ImportFrom | ast.Import):
                module = getattr(node, "module", "") or ""
                names = [alias for alias in node.names if alias.asname]
                wrong += [
                    f"{path.relative_to(ROOT)}: {module} {alias.name} as {alias.asname}"
                    for alias in names
                    if f"{module}.{alias.name}".strip(".").startswith("accounts")
                ]
    assert wrong == []


@pytest.mark.parametrize("name", GUESSES)
def test_what_the_screen_names_is_where_one_looks_for_it(name):
    assert [path for path in GUESSES[name] if not (ROOT / path).is_file()] == []


def test_every_name_of_the_navigation_and_of_the_menus_can_be_guessed(signed_in_as, ada, max):
    page = signed_in_as(ada).get("/users/").content.decode()
    labels = re.findall(r'class="menu-item[^>]*>(?:<svg.*?</svg>)?([^<]+)', page, re.DOTALL)
    [navigation] = re.findall(r'<nav class="nav".*?</nav>', page, re.DOTALL)
    labels += re.findall(r"<a [^>]*>([^<]+)</a>", navigation)
    names = {label.strip() for label in labels} - {""}
    assert {"Manage users", "Reset password", "Audit"} <= names
    assert names <= GUESSES.keys()
