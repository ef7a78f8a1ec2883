"""Words that stood on pages once and must not come back; better ones took their place."""

from pathlib import Path

ROOT = Path(__file__).parent.parent.parent
FORMER = (
    "All of it in the audit trail",
    "My ledger",
    "No invitation is alive",
    "No reset link is alive",
    "No temporary password is alive",
    "Nobody did anything",
    "Nobody does that to themselves",
    "What may be done",
    "What runs out first",
    "Where I am signed in",
    "Your own password you change here",
)


def test_former_words_do_not_come_back():
    catalogue = (ROOT / "locale/fr/LC_MESSAGES/django.po").read_text()
    assert [words for words in FORMER if words in catalogue] == []


def test_former_words_stand_in_order():
    assert sorted(FORMER) == list(FORMER)
