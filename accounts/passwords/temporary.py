"""
Suggested passwords that can be read out over a telephone, and what may happen to one on its way.
"""

import functools
import secrets
import unicodedata
from dataclasses import dataclass
from importlib import resources

from accounts.kernel.crypto import hashers
from accounts.kernel.errors import Invalid
from accounts.models import User
from accounts.passwords import rules
from accounts.passwords.rules import PasswordFault

# Of 7,742: 51.7 bits; short-lived and behind the sign-in limits (the contract of ui.md asks for
# 50).
WORDS = 4
JOINT = "-"
# What somebody says who reads a password out: "capital a", "hyphen", "next word". It must not be a
# part of one.
SAID = frozenset(
    {
        "accent",
        "blank",
        "capital",
        "case",
        "comma",
        "dash",
        "dollar",
        "dotted",
        "equal",
        "hash",
        "hyphen",
        "large",
        "letter",
        "line",
        "next",
        "number",
        "numeral",
        "password",
        "percent",
        "plural",
        "plus",
        "pound",
        "quotation",
        "quote",
        "return",
        "semicolon",
        "slashed",
        "slashing",
        "small",
        "speller",
        "spelling",
        "twice",
        "underline",
        "upper",
        "word",
        "zero",
    }
)
# Spaces, control characters, what has no width, and hyphens and dashes of every kind.
BETWEEN = frozenset({"Zs", "Zl", "Zp", "Cc", "Cf", "Pd"})
MINUS = frozenset("\u2212\u2043")  # dashes to the eye, signs to Unicode


class TemporaryPasswordExpired(Invalid):
    """The temporary password was right but is past its end."""

    code = "temporary_password_expired"


@dataclass(frozen=True)
class Temporary:
    """
    A temporary password that is ready to be given: the slow part, hashing, is behind it.

    `letters_hash` is None where `password_hash` tells as much, or where there are none.
    """

    password: str
    password_hash: str
    letters_hash: str | None
    is_generated: bool

    def give(self, user: User, *, by: User | None) -> None:
        """Set it for `user`; `by` is a User, or None for the system."""
        user.set_temporary_password(
            self.password_hash,
            by=by,
            is_generated=self.is_generated,
            letters_hash=self.letters_hash,
        )


@functools.cache
def word_list() -> tuple[str, ...]:
    """
    Return the EFF's long list as a tuple, without what contains the hyphen we join with and what is
    SAID.
    """
    text = (resources.files("xkcdpass") / "static" / "eff-long").read_text(encoding="utf-8")
    return tuple(word for word in text.split() if JOINT not in word and word not in SAID)


def generate(user: User | None = None) -> str:
    """
    Return words from the operating system's random source, joined by hyphens, that pass the
    password rules.

    `user` is the person it is for. Where PASSWORD_MIN_LENGTH asks for more, there are more words.
    """
    count = WORDS
    while True:
        password = JOINT.join(secrets.choice(word_list()) for _ in range(count))
        faults = rules.faults(password, user)
        if not faults:
            return password
        count += any(fault.code == PasswordFault.TOO_SHORT for fault in faults)


def prepare(user: User, password: str = "") -> Temporary:
    """
    Do what is slow and changes nothing: return a Temporary for `user`, generated unless a password
    is given.
    """
    password = password or generate(user)
    if is_generated(password):
        return Temporary(password, hashers.make(normal(password)), None, is_generated=True)
    alone = letters(password)
    return Temporary(
        password, hashers.make(password), hashers.make(alone) if alone else None, is_generated=False
    )


def is_generated(password: str) -> bool:
    """
    Return whether a password is one that `generate` makes; the page that suggests one sends it back
    as typed.

    Somebody may type such words themselves; nothing is lost then either, since they are all small
    letters.
    """
    return bool(words(password))


def words(password: str) -> list[str]:
    """Return the words of a password that `generate` makes; none of any other."""
    found = password.split(JOINT)
    return found if len(found) >= WORDS and _words().issuperset(found) else []


def normal(password: str) -> str:
    """
    Return what a generated password is hashed and compared as: no capitals, no blanks, no dashes.

    It is made of small letters and hyphens, so that takes nothing from it, and forgives what
    telephones, chats and word processors do to it: blanks around it, a capital at its start, spaces
    or long dashes for the hyphens.
    """
    folded = hashers.normalized(password).casefold()
    return "".join(
        sign for sign in folded if unicodedata.category(sign) not in BETWEEN and sign not in MINUS
    )


def letters(password: str) -> str:
    """
    Return the letters and digits of a password, folded: whoever knows it recognizes it in any dress
    by them.
    """
    return "".join(filter(str.isalnum, hashers.normalized(password).casefold()))


def as_stored(password: str, user: User | None) -> str:
    """
    Return the form of a typed password that the hash of `user` (or None) was made of.

    All the work is done for everybody, so that no time tells whose password was generated.
    """
    forgiven = normal("" if hashers.is_too_long(password) else password)
    return forgiven if user is not None and user.has_generated_password else password


def is_given_to(user: User, password: str) -> bool:
    """
    Return whether `password` is the temporary one of `user`, or that one in another dress. Slow: it
    hashes.
    """
    alone = letters(password)
    if user.temporary_password_letters and hashers.matches(alone, user.temporary_password_letters):
        return True
    # The version before stored none of the letters; what it generated had hyphens.
    spoken = JOINT.join(
        "".join(sign if sign.isalnum() else " " for sign in password).split()
    ).casefold()
    return any(
        hashers.matches(form, user.password) for form in dict.fromkeys((password, alone, spoken))
    )


@functools.cache
def _words() -> frozenset[str]:
    return frozenset(word_list())
