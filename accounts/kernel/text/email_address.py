"""E-mail addresses as identities: one canonical form, so that one mailbox is one account."""

import re
import unicodedata

import idna
from django.core.exceptions import ValidationError
from django.core.validators import validate_email

from accounts.kernel.errors import Invalid

PUNYCODE = "xn--"  # RFC 5890, 2.3.2.1
SCRIPT = re.compile(r"[A-Z?]+")  # the first word of a letter's name
WRITTEN_TOGETHER = (
    {"CJK", "IDEOGRAPHIC", "HIRAGANA", "KATAKANA"},
    {"CJK", "HANGUL"},
    {"CJK", "BOPOMOFO"},
)
# Cyrillic, Greek and Armenian letters that look like Latin ones; a label of nothing else is a trap.
LIKE_LATIN = {*"асԁеһіјӏорԛѕԝхуъьҽпгѵѡкмтвн", *"αγεηικνορτυχωϳϲ", *"աոսսօցզհյո"}
NOT_QUITE_LATIN = {*"ıȷɑɡɩɪʟĸſ"}
MAX_LOCAL_LENGTH = 64  # RFC 5321, section 4.5.3.1.1
MAX_LENGTH = 254  # RFC 5321, section 4.5.3.1.3, less the angle brackets


# As mail programs and web pages write an address: with a name before it or not (RFC 5322, 3.4), or
# as a link.
MAILBOX = re.compile(r"(?P<name>[^<>]*)<(?P<address>[^<>]*)>")
LINK = re.compile(r"mailto:(?P<address>[^?]*)(?:\?.*)?", flags=re.IGNORECASE | re.DOTALL)
QUOTES = "\"'“”‘’«»"


class NotAnAddress(Invalid):
    """The text is no e-mail address that mail can be sent to."""

    code = "not_an_address"


def canonical(text: str) -> str:
    """
    Return the one form in which `text` is stored and looked up.

    Letter case, Unicode form (NFKC), letters that nobody sees (category Cf) and what a link or
    angle brackets put around it make no difference; an international domain becomes its ASCII form
    (RFC 5891). The part before the @ must be ASCII: other addresses need SMTPUTF8 (RFC 6531) along
    the whole way of a mail, and look-alike letters there have handed accounts to strangers
    (CVE-2019-19844).

    :raises NotAnAddress: if no mail can be sent to it.
    """
    text = _bare(text)
    if len(text) > MAX_LENGTH:
        raise NotAnAddress
    local, at, domain = unicodedata.normalize("NFKC", text).lower().rpartition("@")
    # Quoted, control characters are allowed there (RFC 5322), but break the header of a mail and
    # the XML of a workbook.
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


def in_unicode(email: str) -> str:
    """
    Return a canonical address with the letters of its domain: to be searched for, since it may look
    like another.
    """
    local, at, labels = email.rpartition("@")
    if not at or PUNYCODE not in labels:
        return email
    try:
        return f"{local}@{idna.decode(labels)}"
    except (idna.IDNAError, UnicodeError):
        return email


def shown(email: str) -> str:
    """
    Return a canonical address for people to read: with letters of the domain's own script, but
    where these could be taken for another's (Unicode TR 39): of two scripts, or all like Latin
    ones. Then it is the ASCII form.
    """
    spelled = in_unicode(email)
    domain = spelled.rpartition("@")[2]
    return spelled if all(map(_is_unmistakable, domain.split("."))) else email


def _is_unmistakable(label: str) -> bool:
    if label.isascii():
        return True
    letters = [letter for letter in label if letter.isalpha()]
    scripts = {_script(letter) for letter in letters}
    return any(scripts <= written for written in WRITTEN_TOGETHER) or (
        len(scripts) == 1 and not set(letters) <= LIKE_LATIN and not set(letters) & NOT_QUITE_LATIN
    )


def _script(letter: str) -> str:
    found = SCRIPT.match(unicodedata.name(letter, "?"))
    return found[0] if found else ""


def find(text: str) -> str:
    """
    Return the canonical form of `text`, or "" where it is no address: a look-up with it then finds
    nobody.
    """
    try:
        return canonical(text)
    except NotAnAddress:
        return ""


def parse(text: str) -> tuple[str, str]:
    """
    Return the name and the canonical address in what people write for a mailbox; "" for what is not
    there.

    >>> parse('"Planck, Max" <Max@Example.com>')
    ('Planck, Max', 'max@example.com')
    """
    match = MAILBOX.fullmatch(text.strip())
    if match is None:
        return "", find(text)
    return " ".join(match["name"].strip().strip(QUOTES).split()), find(match["address"])


def domain(text: str) -> str:
    """Return the stored form of a mail domain ("@" before it or not), or "" where it is none."""
    try:
        return idna.encode(text.strip().lower().removeprefix("@"), uts46=True).decode()
    except (idna.IDNAError, UnicodeError):
        return ""


def _bare(text: str) -> str:
    text = "".join(letter for letter in text if unicodedata.category(letter) != "Cf").strip()
    if text.startswith("<") and text.endswith(">"):
        text = text[1:-1].strip()
    match = LINK.fullmatch(text)
    return match["address"].strip() if match else text
