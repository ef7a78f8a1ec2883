"""Suggested passwords that can be read out over a telephone."""

import functools
import secrets
from importlib import resources

from django.contrib.auth import password_validation
from django.core.exceptions import ValidationError

from accounts import password_rules

WORDS = 4  # of 7,772: 51.7 bits; short-lived and behind the sign-in limits (the contract of ui.md asks for 50)


@functools.cache
def word_list():
    """Return the EFF's long list as a tuple, without the few words that contain the hyphen we join with."""
    text = (resources.files("xkcdpass") / "static" / "eff-long").read_text(encoding="utf-8")
    return tuple(word for word in text.split() if "-" not in word)


def generate(user=None):
    """
    Return words from the operating system's random source, joined by hyphens, that pass the password rules.

    `user` is the person it is for. Where PASSWORD_MIN_LENGTH asks for more, there are more words.
    """
    words = WORDS
    while True:
        password = "-".join(secrets.choice(word_list()) for _ in range(words))
        try:
            password_validation.validate_password(password, user)
        except ValidationError as error:
            if any(fault.code == password_rules.TOO_SHORT for fault in error.error_list):
                words += 1
        else:
            return password
