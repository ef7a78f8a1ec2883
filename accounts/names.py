"""People's names as text to sort and search by."""

import unicodedata

# Letters that Unicode does not take apart, as people type them on another keyboard.
PLAIN = str.maketrans(
    {"ı": "i", "ø": "o", "ł": "l", "đ": "d", "ð": "d", "ħ": "h", "ŧ": "t", "æ": "ae", "œ": "oe", "þ": "th", "ĸ": "k"}
)
# The other way to type letters with dots or rings: "Mueller" for Müller, "Aase" for Åse.
SPELLED_OUT = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ø": "oe", "å": "aa"})
LONGEST_KEY = 1_000
APART = "\n"  # stands in no name and no address, so no word is found across two of them


def fold(text):
    """
    Return `text` without accents and letter case, for sorting and searching; never for deciding who somebody is.

    Accents and dots go (ä is a, İ and ı are i), ß is ss, æ is ae, ø is o, ł is l.

    >>> fold("Élodie NYSTRÖM")
    'elodie nystrom'
    """
    while (folded := _fold_once(text)) != text:
        text = folded
    return folded


def search_key(full_name, email):
    """
    Return the text in which a search looks for a person's words: the name and the address, folded.

    A name with an umlaut stands in it twice, so that both "muller" and "mueller" find Müller.
    """
    return APART.join(dict.fromkeys((fold(email), fold(full_name), fold(spelled_out(full_name)))))[:LONGEST_KEY]


def search_words(text):
    """
    Return the words of a search, folded; a person is found when every one of them stands in their search key.

    A word with an umlaut is a tuple of its two spellings, of which one must.
    """
    found = []
    for word in text.split():
        plain, spelled = fold(word).split(), fold(spelled_out(word)).split()
        found += zip(plain, spelled, strict=True) if len(plain) == len(spelled) else ((part, part) for part in plain)
    return [tuple(dict.fromkeys(pair)) for pair in found]


def spelled_out(text):
    """Return `text` with umlauts as two letters, in small letters."""
    return unicodedata.normalize("NFC", text).lower().translate(SPELLED_OUT)


def _fold_once(text):
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    return "".join(letter for letter in decomposed if not unicodedata.combining(letter)).translate(PLAIN)
