"""
What a password must not be: short, common, or about its owner (NIST SP 800-63B-4, 3.1.1.2; OWASP
ASVS 5.0, 6.2).

No rule asks for digits, signs or capitals, and none makes a password old. Everything is compared
after the same normalisation as the hash.
"""

import functools
import re
from collections.abc import Collection, Iterable

from django.conf import settings
from django.contrib.auth.password_validation import CommonPasswordValidator

from accounts.kernel.crypto import hashers
from accounts.kernel.errors import Code, Invalid
from accounts.kernel.text import names
from accounts.models import Organization, User

LEAST_OF_ITS_OWN = (
    8  # characters that must be left when what is known about the person is taken out
)
SHORTEST_WORD = 4
LONGEST_COMPARED = 256  # characters; what follows can only make a password better
RUNS = ("abcdefghijklmnopqrstuvwxyz" * 2, "0123456789" * 30, "qwertyuiopasdfghjklzxcvbnm" * 2)


class PasswordFault(Code):
    """What can be wrong with a password that is about to be set."""

    TOO_LONG = "password_too_long"
    HAS_NUL = "password_has_nul"
    TOO_SHORT = "password_too_short"
    TOO_COMMON = "password_too_common"
    ABOUT_THE_PERSON = "password_too_similar"
    ABOUT_US = "password_about_us"


def check(password: str, user: User | None = None) -> None:
    """
    Let a password pass that is about to be set for `user` (a User, saved or not, or None).

    :raises Invalid: with a fault for each rule that it breaks.
    """
    if hashers.is_too_long(password):
        raise Invalid(PasswordFault.TOO_LONG)
    if "\x00" in password:
        raise Invalid(PasswordFault.HAS_NUL)
    if found := faults(password, user):
        raise Invalid(faults=found)


def faults(password: str, user: User | None = None) -> list[Invalid]:
    """
    Return an Invalid for each rule that a password for `user`, which is none too long, breaks; see
    `check`.
    """
    found = []
    if _is_short(password):
        found.append(Invalid(PasswordFault.TOO_SHORT, least=settings.PASSWORD_MIN_LENGTH))
    if _is_common_in_any_dress(password):
        found.append(Invalid(PasswordFault.TOO_COMMON))
    if _is_made_of(_words_of_the_person(user), password):
        found.append(Invalid(PasswordFault.ABOUT_THE_PERSON))
    if _is_made_of(_words_of_ours(), password):
        found.append(Invalid(PasswordFault.ABOUT_US))
    return found


def squeezed(text: str) -> str:
    """
    Return `text` without accents, case, spaces and signs: what somebody guessing would see in it.
    """
    return re.sub(r"[\W_]+", "", names.normalize(hashers.normalized(text[:LONGEST_COMPARED])))


def is_common(text: str, common: Collection[str]) -> bool:
    """
    Return whether `text`, in small letters, is in `common`, repeats or decorates one of it, or is a
    run of keys.
    """
    unit = shortest_repeated(text)
    core = unit.strip("0123456789")
    short = len(unit) < SHORTEST_WORD + 1
    run = any(unit in keys or unit[::-1] in keys for keys in RUNS)
    return short or run or unit in common or (core in common and len(core) >= SHORTEST_WORD)


def shortest_repeated(text: str) -> str:
    """
    Return the shortest beginning that gives `text` when repeated.

    >>> shortest_repeated("abcabcabca")
    'abc'
    """
    for length in range(1, len(text) // 2 + 1):
        if (text[:length] * (len(text) // length + 1)).startswith(text):
            return text[:length]
    return text


def _is_short(password: str) -> bool:
    """
    Return whether it has too few characters, counted as typed and after normalisation: the smaller
    number counts.

    NFKC makes eighteen letters of one (U+FDFA), and one of two or three that are typed apart.
    """
    least: int = settings.PASSWORD_MIN_LENGTH
    return min(len(password), len(hashers.normalized(password))) < least


def _is_common_in_any_dress(password: str) -> bool:
    """
    Return whether it is a common password, one of them repeated or dressed up with digits, or a
    mere run.
    """
    as_typed = hashers.normalized(password[:LONGEST_COMPARED]).lower().strip()
    in_letters = squeezed(password) or as_typed
    in_signs = password[
        :LONGEST_COMPARED
    ].casefold()  # one sign may be many letters, and is one all the same
    common = _common_passwords()
    return not as_typed or any(is_common(text, common) for text in (in_letters, as_typed, in_signs))


def _is_made_of(words: Iterable[str], password: str) -> bool:
    """
    Return whether too little of its own is left of it when `words`, which everybody knows, are
    taken out.
    """
    text = rest = squeezed(password)
    for word in sorted(words, key=len, reverse=True):
        rest = rest.replace(word, "").replace(word[::-1], "")
    own = rest.strip("0123456789")
    typed = sum(map(str.isalnum, password[:LONGEST_COMPARED])) - (len(text) - len(rest))
    return rest != text and (
        min(len(own), typed) < LEAST_OF_ITS_OWN or is_common(own, _common_passwords())
    )


def _words_of_the_person(user: User | None) -> set[str]:
    """Return the parts of a person's name and address."""
    if user is None:
        return set()
    local, _at, domain = user.email.partition("@")
    parts = [
        *re.split(r"[\W_]+", f"{user.full_name} {local}"),
        *domain.split(".")[:-1],
        user.full_name,
        local,
    ]
    return _long_words(parts)


def _words_of_ours() -> set[str]:
    """
    Return the parts of the product's and the organization's name (OWASP ASVS 5.0, 6.1.2 and
    6.2.11).
    """
    ours = (settings.PRODUCT, Organization.current().name)
    return _long_words([*ours, *(word for name in ours for word in name.split())])


def _long_words(texts: Iterable[str]) -> set[str]:
    return {word for word in map(squeezed, texts) if len(word) >= SHORTEST_WORD}


@functools.cache
def _common_passwords() -> set[str]:
    """Return Django's list of common passwords, in small letters, as a set."""
    return CommonPasswordValidator().passwords
