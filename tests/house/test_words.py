"""Words that pages and mails gave up do not come back."""

from pathlib import Path

from babel.messages.pofile import read_po

CATALOGUE = Path("locale/fr/LC_MESSAGES/django.po")
GIVEN_UP = (  # sorted
    "Accounts that nobody uses",
    "All of it in the audit trail",
    "Deactivate who",
    "Dormant people",
    "Language of mails",
    "My ledger",
    "No invitation is alive",
    "No reset link is alive",
    "No temporary password is alive",
    "Nobody did anything",
    "Nobody does that to themselves",
    "Nobody is deactivated for not signing in",
    "Send mails",
    "What may be done",
    "What runs out first",
    "Where I am signed in",
    "Who is next",
    "Your own password you change here",
    "before you do anything else",
    "leave this mail alone",
    "somebody asked for a link",
    "though it was tried again and again",
)


def sentences():
    """Return every English sentence, as the catalogue of translations has them."""
    with CATALOGUE.open("rb") as file:
        found = [message.id for message in read_po(file) if message.id]
    return [one for entry in found for one in ((entry,) if isinstance(entry, str) else entry)]


def test_words_given_up_do_not_come_back():
    said = sentences()
    assert len(said) > 500
    back = {words: [one for one in said if words in one] for words in GIVEN_UP}
    assert {words: found for words, found in back.items() if found} == {}
    assert list(GIVEN_UP) == sorted(GIVEN_UP)
