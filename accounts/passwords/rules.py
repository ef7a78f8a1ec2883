"""
What a password must not be: short, common, or about its owner (NIST SP 800-63B-4, 3.1.1.2; OWASP ASVS 5.0, 6.2).

No rule asks for digits, signs or capitals, and none makes a password old. Everything is compared after the same
normalisation as the hash.
"""

import re

from django.contrib.auth import password_validation
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.kernel.crypto import hashers
from accounts.kernel.text import names
from accounts.models import Organization

TOO_SHORT = "password_too_short"
PRODUCT = "Vectice Admin"
LEAST_OF_ITS_OWN = (
    8  # characters that must be left when what is known about the person is taken out
)
SHORTEST_WORD = 4
LONGEST_COMPARED = 256  # characters; what follows can only make a password better
RUNS = ("abcdefghijklmnopqrstuvwxyz" * 2, "0123456789" * 30, "qwertyuiopasdfghjklzxcvbnm" * 2)


def check(password, user=None):
    """
    Raise the faults of a password that is about to be set for `user` (a User, saved or not, or None).

    :raises ValidationError: one sentence for each rule that it breaks.
    """
    if hashers.is_too_long(password):
        raise ValidationError(_("This is too long: 4096 bytes at most."), code="password_too_long")
    if "\x00" in password:
        raise ValidationError(
            _("A password cannot contain a NUL character."), code="password_has_nul"
        )
    password_validation.validate_password(password, user)


def in_words():
    """Return the rules as sentences, for the page where a password is chosen."""
    return password_validation.password_validators_help_texts()


def squeezed(text):
    """Return `text` without accents, case, spaces and signs: what somebody guessing would see in it."""
    return re.sub(r"[\W_]+", "", names.fold(hashers.normalized(text[:LONGEST_COMPARED])))


class Length:
    """
    At least `min_length` characters, counted as typed and after normalisation: the smaller number counts.

    NFKC makes eighteen letters of one (U+FDFA), and one of two or three that are typed apart.
    """

    def __init__(self, min_length):
        self.min_length = min_length

    def validate(self, password, user=None):
        if min(len(password), len(hashers.normalized(password))) < self.min_length:
            raise ValidationError(
                ngettext(
                    "It is too short: use at least %(min_length)d character.",
                    "It is too short: use at least %(min_length)d characters.",
                    self.min_length,
                ),
                code=TOO_SHORT,
                params={"min_length": self.min_length},
            )

    def get_help_text(self):
        return ngettext(
            "At least %(min_length)d character. A few unrelated words work well.",
            "At least %(min_length)d characters. A few unrelated words work well.",
            self.min_length,
        ) % {"min_length": self.min_length}


class NotCommon(password_validation.CommonPasswordValidator):
    """Not in Django's list of common passwords, nor one of them repeated or dressed up with digits, nor a mere run."""

    def validate(self, password, user=None):
        as_typed = hashers.normalized(password[:LONGEST_COMPARED]).lower().strip()
        in_letters = squeezed(password) or as_typed
        in_signs = password[
            :LONGEST_COMPARED
        ].casefold()  # one sign may be many letters, and is one all the same
        if not as_typed or any(
            is_common(text, self.passwords) for text in (in_letters, as_typed, in_signs)
        ):
            raise ValidationError(
                _("It is in lists of passwords that attackers try first."),
                code="password_too_common",
            )

    def get_help_text(self):
        return _("Not one of the common passwords, nor one of them repeated.")


def is_common(text, common):
    """Return whether `text`, in small letters, is in `common`, repeats or decorates one of it, or is a run of keys."""
    unit = shortest_repeated(text)
    core = unit.strip("0123456789")
    short = len(unit) < SHORTEST_WORD + 1
    run = any(unit in keys or unit[::-1] in keys for keys in RUNS)
    return short or run or unit in common or (core in common and len(core) >= SHORTEST_WORD)


def shortest_repeated(text):
    """
    Return the shortest beginning that gives `text` when repeated.

    >>> shortest_repeated("abcabcabca")
    'abc'
    """
    for length in range(1, len(text) // 2 + 1):
        if (text[:length] * (len(text) // length + 1)).startswith(text):
            return text[:length]
    return text


class WithoutKnownWords:
    """
    Leaves enough of its own when the words that everybody knows are taken out of it.

    A rule made of this says with `known_words(user)`, `code` and `message` which words, and what is wrong with them.
    """

    def validate(self, password, user=None):
        text = rest = squeezed(password)
        for word in sorted(self.known_words(user), key=len, reverse=True):
            rest = rest.replace(word, "").replace(word[::-1], "")
        own = rest.strip("0123456789")
        typed = sum(map(str.isalnum, password[:LONGEST_COMPARED])) - (len(text) - len(rest))
        if rest != text and (
            min(len(own), typed) < LEAST_OF_ITS_OWN or is_common(own, common_passwords())
        ):
            raise ValidationError(str(self.message), code=self.code)


class NotAboutThePerson(WithoutKnownWords):
    """Not made of the person's name or address."""

    code = "password_too_similar"

    @property
    def message(self):
        return _("It is made of the person's name or address, which others know.")

    def known_words(self, user):
        if user is None:
            return set()
        local, _at, domain = user.email.partition("@")
        parts = [
            *re.split(r"[\W_]+", f"{user.full_name} {local}"),
            *domain.split(".")[:-1],
            user.full_name,
            local,
        ]
        return long_words(parts)

    def get_help_text(self):
        return _("Nothing close to your own name or address.")


class NotAboutUs(WithoutKnownWords):
    """Not made of the product's or the organization's name (OWASP ASVS 5.0, 6.1.2 and 6.2.11)."""

    code = "password_about_us"

    @property
    def message(self):
        return _(
            "It is made of the name of the organization or of this product, which others know."
        )

    def known_words(self, user):
        ours = (PRODUCT, Organization.current().name)
        return long_words([*ours, *(word for name in ours for word in name.split())])

    def get_help_text(self):
        return _("Not the name of the organization or of this product.")


def long_words(texts):
    return {word for word in map(squeezed, texts) if len(word) >= SHORTEST_WORD}


def common_passwords():
    validators = password_validation.get_default_password_validators()
    return next((rule.passwords for rule in validators if isinstance(rule, NotCommon)), frozenset())
