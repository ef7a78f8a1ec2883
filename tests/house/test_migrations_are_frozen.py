"""A migration gives the same result for ever: it imports nothing of the product that may change after it."""

import ast
from importlib import import_module
from pathlib import Path

import pytest

from accounts.models.user_indexes import MailDomain, Never

MIGRATIONS = Path(__file__).parent.parent.parent / "accounts" / "migrations"
# Classes of expressions in an index. As with a field's class, Django takes an index for another one where the model
# names another class.
OF_THE_MODELS = {
    f"accounts.models.user_indexes.{expression.__name__}" for expression in (Never, MailDomain)
}


def imported(source):
    """Return the dotted names that the source of a migration imports from the product."""
    found = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.ImportFrom):
            found |= {f"{'.' * node.level}{node.module or ''}.{alias.name}" for alias in node.names}
        elif isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
    return {name for name in found if name.startswith((".", "accounts", "vectice_admin"))}


def is_frozen(name):
    """Return whether that name stands in a file beside the migrations (`_search_keys.py`), or must be the models'."""
    return name.startswith("accounts.migrations._") or name in OF_THE_MODELS


@pytest.mark.parametrize("path", sorted(MIGRATIONS.glob("*.py")), ids=lambda path: path.stem)
def test_imports_nothing_that_may_change(path):
    assert {name for name in imported(path.read_text()) if not is_frozen(name)} == set()


@pytest.mark.parametrize(
    "source",
    [
        "from accounts import names",
        "import accounts.models.user",
        "from accounts.models import User",
        "from .. import names",
        "import vectice_admin.env",
        "def fill(apps, editor):\n    from accounts.names import fold",
    ],
)
def test_shows_an_import_of_live_code(source):
    assert [name for name in imported(source) if not is_frozen(name)]


def test_keys_are_made_as_on_the_day_of_the_migration():
    frozen = import_module("accounts.migrations._search_keys")
    assert frozen.fold("  Élodie NYSTRÖM-Łæß  İı") == "  elodie nystrom-laess  ii"
    assert frozen.in_unicode("anna@xn--mller-werk-9db.test") == "anna@müller-werk.test"
    assert frozen.in_unicode("anna@xn--0.test") == "anna@xn--0.test"
    assert frozen.search_key("Jürgen Åse", "j@müller.test") == "\n".join(
        ("j@muller.test", "j@mueller.test", "jurgen ase", "juergen aase")
    )
    assert len(frozen.search_key("x" * 3_000)) == 1_000
