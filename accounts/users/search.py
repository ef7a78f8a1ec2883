"""
Finding people by what somebody types: every word of it stands in the name or the address.

A word may be any fragment. Case and accents make no difference (`names.normalize` says how), and no
character is a wildcard. Both databases give the same answers; only the index that finds them
differs.
"""

import re
from collections.abc import Callable

from django.db import connection
from django.db.models import BooleanField, Func, Q, Value
from django.db.models.expressions import RawSQL
from django.db.models.functions import StrIndex
from django.db.models.lookups import GreaterThan

from accounts.kernel.text import names

NOBODY = Q(pk__in=())  # no name and no address holds a NUL, and PostgreSQL takes none
TRIGRAM = 3
MOST_WORDS = 20
# What pg_trgm makes trigrams of whatever the database's locale; for all else there is the index of
# pairs.
SEEN_BY_TRIGRAMS = re.compile(r"[a-z0-9]{3}")


def words(text: str) -> list[tuple[str, ...]]:
    """Return the words to look for, each as a tuple of its spellings."""
    return names.search_words(text)[:MOST_WORDS]


def matches(text: str) -> Q:
    """
    Return the condition under which a person is found by `text`, to be asked of one row after the
    other.
    """
    if "\x00" in text:
        return NOBODY
    return _every(words(text), _stands_in_key)


def is_indexed(text: str) -> Q:
    """
    Return the same condition, so that the database takes those who meet it from its search index.
    """
    if "\x00" in text:
        return NOBODY
    found = words(text)
    return _every(found, _found_by_index) & _every(found, _stands_in_key) if found else Q()


def is_telling(text: str) -> bool:
    """Return whether a word is long enough for the index to leave most people out."""
    return any(len(word) >= TRIGRAM for spellings in words(text) for word in spellings)


def index_finds(text: str, most: int) -> int:
    """
    Return how many people SQLite's index finds for the word that it finds the fewest for, `most` at
    most.
    """
    return (
        0
        if "\x00" in text
        else min((sum(_count(word, most) for word in one) for one in words(text)), default=most)
    )


def _count(word: str, most: int) -> int:
    with connection.cursor() as cursor:
        statement, values = _sqlite_query(word)
        cursor.execute(f"SELECT COUNT(*) FROM ({statement} LIMIT {int(most)})", values)  # noqa: S608
        [count] = cursor.fetchone()
        return int(count)


def _every(found: list[tuple[str, ...]], condition: Callable[[str], Q]) -> Q:
    whole = Q()
    for spellings in found:
        either = Q()
        for word in spellings:
            either |= condition(word)
        whole &= either
    return whole


def _stands_in_key(word: str) -> Q:
    return Q(GreaterThan(StrIndex("search_key", Value(word)), 0))


def _found_by_index(word: str) -> Q:
    if connection.vendor == "sqlite":
        return Q(pk__in=RawSQL(*_sqlite_query(word)))  # noqa: S611
    if SEEN_BY_TRIGRAMS.search(word):
        return Q(search_key__contains=word)
    return Q(_HasPairs("search_key", Value(_pairs(word))))


class _HasPairs(Func):
    template = "search_pairs(%(expressions)s::text[]"
    arg_joiner = ") @> "
    output_field = BooleanField()


def _sqlite_query(word: str) -> tuple[str, list[str]]:
    if len(word) >= TRIGRAM:
        table, pieces = "people_trigrams", _trigrams(word)
    else:
        table, pieces = "people_pairs", [" ".join(word) if len(word) > 1 else f" {word} "]
    quoted = ('"' + piece.replace('"', '""') + '"' for piece in pieces)
    return f"SELECT rowid FROM {table} WHERE {table} MATCH %s", [" AND ".join(quoted)]  # noqa: S608


def _trigrams(word: str) -> list[str]:
    """
    Return enough trigrams of a word to narrow the search down: each letter in one, and none of a
    mail domain.
    """
    telling = word[: max(TRIGRAM, word.find("@") + 1)] if "@" in word else word
    starts = {*range(0, len(telling) - TRIGRAM + 1, TRIGRAM), len(telling) - TRIGRAM}
    return [telling[start : start + TRIGRAM] for start in sorted(starts)]


def _pairs(word: str) -> list[str]:
    return [word[place : place + 2] for place in range(max(1, len(word) - 1))]
