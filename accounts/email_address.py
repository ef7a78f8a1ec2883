"""E-mail addresses as identities: one canonical form, so that one mailbox is one account."""

import unicodedata

import idna
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext_lazy as _

MAX_LOCAL_LENGTH = 64  # RFC 5321, section 4.5.3.1.1
MAX_LENGTH = 254  # RFC 5321, section 4.5.3.1.3, less the angle brackets


class NotAnAddress(ValueError):
    """The text is no e-mail address that mail can be sent to."""


def canonical(text):
    """
    Return the one form in which `text` is stored and looked up.

    Letter case and Unicode form (NFKC) make no difference; an international domain becomes its ASCII form
    (RFC 5891). The part before the @ must be ASCII: other addresses need SMTPUTF8 (RFC 6531) along the whole way
    of a mail, and look-alike letters there have handed accounts to strangers (CVE-2019-19844).

    :raises NotAnAddress: if no mail can be sent to it.
    """
    if len(text) > MAX_LENGTH:
        raise NotAnAddress
    local, at, domain = unicodedata.normalize("NFKC", text.strip()).lower().rpartition("@")
    # Quoted, control characters are allowed there (RFC 5322), but break the header of a mail and the XML of a workbook.
    if not (at and local.isascii() and local.isprintable()):
        raise NotAnAddress
    try:
        address = f"{local}@{idna.encode(domain, uts46=True).decode()}"
        validate_email(address)
    except (idna.IDNAError, UnicodeError, ValidationError) as error:
        raise NotAnAddress from error
    if len(local) > MAX_LOCAL_LENGTH or len(address) > MAX_LENGTH or address.endswith("]"):
        raise NotAnAddress
    return address


def find(text):
    """Return the canonical form of `text`, or "" where it is no address: a look-up with it then finds nobody."""
    try:
        return canonical(text)
    except NotAnAddress:
        return ""


def domain(text):
    """Return the stored form of a mail domain ("@" before it or not), or "" where it is none."""
    try:
        return idna.encode(text.strip().lower().removeprefix("@"), uts46=True).decode()
    except (idna.IDNAError, UnicodeError):
        return ""


def validate(text):
    """
    Check an address that is about to be stored.

    :raises ValidationError: with the words for the person who typed it.
    """
    try:
        canonical(text)
    except NotAnAddress as error:
        raise ValidationError(
            _("Enter an email address like name@example.com. Letters before the @ must be unaccented."), code="invalid"
        ) from error
