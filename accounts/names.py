"""People's names as text to sort and search by."""

import unicodedata


def fold(text):
    """
    Return `text` without accents and letter case, for sorting and searching; never for deciding who somebody is.

    >>> fold("Élodie NYSTRÖM")
    'elodie nystrom'
    """
    decomposed = unicodedata.normalize("NFKD", text)
    return "".join(letter for letter in decomposed if not unicodedata.combining(letter)).casefold()
