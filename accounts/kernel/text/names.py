"""People's names: as they are stored, and as text to sort and search by."""

import unicodedata

import idna

# Letters that Unicode does not take apart, as people type them on another keyboard.
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
# The other way to type letters with dots or rings: "Mueller" for Müller, "Aase" for Åse.
SPELLED_OUT = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ø": "oe", "å": "aa"})
LONGEST_KEY = 1_000
APART = "\n"  # stands in no name and no address, so no word is found across two of them


JOINERS = "\u200c\u200d"  # zero width non-joiner and joiner
VIRAMA = 9  # the combining class of what joins two consonants
BETWEEN_EMOJI = {
    "\ufe0f",
    *map(chr, range(0x1F3FB, 0x1F400)),
}  # how an emoji looks: in colour, its skin
FILLERS = {"\u115f", "\u1160", "\u2800", "\u3164", "\uffa0"}  # letters and signs that show nothing


def clean(text: str) -> str:
    """
    Return a name as it is stored: in one line, with single blanks, and without what nobody sees.

    Marks of direction, soft hyphens and the like vanish, for nothing stood there; control
    characters become blanks. A joiner stays where the letters around it need it (RFC 5892, A.1 and
    A.2) and between two emoji.
    """
    seen = "".join(filter(None, map(_seen, text)))
    kept = "".join(
        letter for place, letter in enumerate(seen) if letter not in JOINERS or _joins(seen, place)
    )
    return " ".join(kept.split())


def _seen(letter: str) -> str:
    if letter in JOINERS:
        return letter
    if unicodedata.category(letter) == "Cf":
        return ""
    return letter if letter.isprintable() and letter not in FILLERS else " "


def _joins(text: str, place: int) -> bool:
    """Return whether the joiner at `place` changes how the letters around it are written."""
    before, after = text[:place].rstrip("".join(BETWEEN_EMOJI)), text[place + 1 :]
    if not before or not after:
        return False
    if unicodedata.category(before[-1]) == unicodedata.category(after[0]) == "So":
        return text[place] == "\u200d"
    if not {unicodedata.category(text[place - 1])[0], unicodedata.category(after[0])[0]} <= {
        "L",
        "M",
    }:
        return False
    # In Bengali, say, one before the virama keeps the letter whole.
    return idna.valid_contextj(text, place) or unicodedata.combining(after[0]) == VIRAMA


def normalize(text: str) -> str:
    """
    Return `text` without accents and letter case, for sorting and searching; never for deciding who
    somebody is.

    Accents and dots go (ä is a, İ and ı are i), and joiners; ß is ss, æ is ae, ø is o, ł is l.

    >>> normalize("Élodie NYSTRÖM")
    'elodie nystrom'
    """
    while (folded := _fold_once(text)) != text:
        text = folded
    return folded


def search_key(full_name: str, *addresses: str) -> str:
    """
    Return the text in which a search looks for a person's words: the name and the spellings of the
    address, folded.

    What has an umlaut stands in it twice, so that both "muller" and "mueller" find Müller.
    """
    spellings = (
        spelling
        for text in (*addresses, full_name)
        for spelling in (normalize(text), normalize(spelled_out(text)))
    )
    return APART.join(dict.fromkeys(spellings))[:LONGEST_KEY]


def search_words(text: str) -> list[tuple[str, ...]]:
    """
    Return the words of a search, folded; a person is found when every one of them stands in their
    search key.

    A word with an umlaut is a tuple of its two spellings, of which one must.
    """
    found: list[tuple[str, str]] = []
    for word in text.split():
        plain, spelled = normalize(word).split(), normalize(spelled_out(word)).split()
        found += (
            zip(plain, spelled, strict=True)
            if len(plain) == len(spelled)
            else ((part, part) for part in plain)
        )
    return [tuple(dict.fromkeys(pair)) for pair in found]


def spelled_out(text: str) -> str:
    """Return `text` with umlauts as two letters, in small letters."""
    return unicodedata.normalize("NFC", text).lower().translate(SPELLED_OUT)


def _fold_once(text: str) -> str:
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    seen = (
        letter
        for letter in decomposed
        if not unicodedata.combining(letter) and letter not in JOINERS
    )
    return "".join(seen).translate(PLAIN)
