"""
Search keys as they were made when the migrations that fill them were written.

A migration does the same for ever. What the live code makes of a name may change; a migration of its own then makes
the stored keys anew.
"""

import unicodedata

import idna

LONGEST_KEY = 1_000
APART = "\n"
JOINERS = "\u200c\u200d"  # zero width non-joiner and joiner
PUNYCODE = "xn--"  # RFC 5890, 2.3.2.1
PLAIN = str.maketrans(
    {
        "ı": "i",
        "ø": "o",
        "ł": "l",
        "đ": "d",
        "ð": "d",
        "ħ": "h",
        "ŧ": "t",
        "æ": "ae",
        "œ": "oe",
        "þ": "th",
        "ĸ": "k",
    }
)
SPELLED_OUT = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ø": "oe", "å": "aa"})


def fold(text):
    """Return `text` without accents, joiners and letter case."""
    while (folded := _fold_once(text)) != text:
        text = folded
    return folded


def search_key(full_name, *addresses):
    """Return the name and the spellings of the address, folded, and once more with umlauts as two letters."""
    spellings = (
        spelling
        for text in (*addresses, full_name)
        for spelling in (fold(text), fold(_spelled_out(text)))
    )
    return APART.join(dict.fromkeys(spellings))[:LONGEST_KEY]


def in_unicode(email):
    """Return a canonical address with the letters of its domain, or as it is where that has none."""
    local, at, labels = email.rpartition("@")
    if not at or PUNYCODE not in labels:
        return email
    try:
        return f"{local}@{idna.decode(labels)}"
    except (idna.IDNAError, UnicodeError):
        return email


def _spelled_out(text):
    return unicodedata.normalize("NFC", text).lower().translate(SPELLED_OUT)


def _fold_once(text):
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    seen = (
        letter
        for letter in decomposed
        if not unicodedata.combining(letter) and letter not in JOINERS
    )
    return "".join(seen).translate(PLAIN)
