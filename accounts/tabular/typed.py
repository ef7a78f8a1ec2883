"""
What people write in the header and in the cells of a table of people, in English and in French.

Letter case, accents, blanks, _ - and what stands in brackets make no difference; nothing is taken
for what it may be.
"""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

from accounts.kernel.text import email_address, names
from accounts.models import Role
from accounts.tabular.limits import NotATable

# Of several columns of a kind the one whose word stands first is taken, and the others are named as
# left out.
EMAIL = (
    "email",
    "emailaddress",
    "mail",
    "mailaddress",
    "courriel",
    "adresseemail",
    "adressemail",
    "adressecourriel",
    "adressedecourriel",
    "adresseelectronique",
    "courrierelectronique",
    "emailadresse",
    "primaryemail",
    "emailprincipal",
    "workemail",
    "emailprofessionnel",
    "userprincipalname",
)
NAME = (
    "fullname",
    "name",
    "displayname",
    "nomcomplet",
    "prenometnom",
    "nometprenom",
    "nomaffiche",
    "nomdaffichage",
)
GIVEN = ("firstname", "givenname", "forename", "prenom")
FAMILY = ("lastname", "familyname", "surname", "nomdefamille")
NAME_OR_FAMILY = "nom"  # the whole name, but the family's beside a given one
ROLE = ("role", "userrole", "roles")
ACTIVE = (
    "active",
    "isactive",
    "actif",
    "active?",
    "estactif",
    "enabled",
    "accountenabled",
    "status",
    "statut",
    "etat",
)

ROLES = {
    Role.ADMIN: ("admin", "admins", "administrator", "administrateur", "administratrice"),
    Role.MEMBER: ("member", "members", "membre", "membres"),
    Role.VIEWER: ("viewer", "viewers", "lecteur", "lectrice"),
}
ROLE_OF = {word: role for role, words in ROLES.items() for word in words}
YES = {
    "yes",
    "y",
    "true",
    "on",
    "x",
    "oui",
    "o",
    "vrai",
    "active",
    "actif",
    "enabled",
    "activated",
    "activee",
}
YES |= {"actives", "actifs", "reactive", "✓", "✔", "☑"}
NO = {
    "no",
    "n",
    "false",
    "off",
    "non",
    "faux",
    "inactive",
    "inactif",
    "disabled",
    "deactivated",
    "desactive",
}
NO |= {"desactivee", "suspended", "suspendu", "suspendue", "☐", "✗", "✘"}
ONE_OR_ZERO = re.compile(r"([01])(?:[.,]0+)?")
# What a spreadsheet shows where it could not work a cell out.
ERROR = re.compile(
    r"#(N/?A|REF!|VALUE!|VALEUR!|NAME\?|NOM\s?\?|NULL!|NUL\s?!|NUM!|NOMBRE\s?!|DIV/0\s?!|SPILL!|PROPAGATION\s?!|CALC!"
    r"|FIELD!|CHAMP\s?!|BLOCKED!|CONNECT!|BUSY!|UNKNOWN!|GETTING_DATA|#+)",
    flags=re.IGNORECASE,
)
LONGEST_NAME = 150


@dataclass(frozen=True)
class Columns:
    """
    Where in a row stands what is known of a person; `width` is how many columns have a name or
    stand before one.
    """

    email: int
    names: tuple[int, ...]
    role: int | None
    active: int | None
    width: int
    unnamed: frozenset[int]

    @property
    def meant(self) -> set[int]:
        """The places of all of them."""
        found = (self.email, *self.names, self.role, self.active)
        return {at for at in found if at is not None}


@dataclass(frozen=True)
class Person:
    """
    What a row says of somebody; `fault` is a code for what is wrong with it, and `role` as it
    stands there then.
    """

    email: str
    full_name: str
    role: str
    is_active: bool
    fault: str = ""


def columns(header: Sequence[str]) -> Columns | None:
    """
    Return the Columns that a header names, or None where there is none for addresses.

    :raises NotATable: if two have the same name, so that nobody knows which one is meant.
    """
    keys = [_header_key(cell) for cell in header]

    def place(*words: str) -> int | None:
        found = next((word for word in words if word in keys), None)
        if found is not None and keys.count(found) > 1:
            raise NotATable("header_twice", column=header[keys.index(found)].strip()[:50])
        return keys.index(found) if found else None

    email = place(*EMAIL)
    if email is None:
        return None
    given, family = place(*GIVEN), place(*FAMILY)
    if given is not None and family is None:
        family = place(NAME_OR_FAMILY)
    whole = (
        place(*NAME) if given is not None and family is not None else place(*NAME, NAME_OR_FAMILY)
    )
    parts = (whole,) if whole is not None else (given, family)
    width = max((at + 1 for at, key in enumerate(header) if visible(key).strip()), default=0)
    unnamed = frozenset(at for at in range(width) if not visible(header[at]).strip())
    return Columns(
        email,
        tuple(at for at in parts if at is not None),
        place(*ROLE),
        place(*ACTIVE),
        width,
        unnamed,
    )


def person(cells: list[str], found: Columns) -> Person:
    """Return the Person in the cells of a row, with the Columns `found` of the header."""

    def cell(at: int | None) -> str:
        return cells[at] if at is not None and at < len(cells) else ""

    raw = [cell(at) for at in (found.email, found.role, found.active)]
    in_address, email = email_address.parse(visible(raw[0]))
    full_name = names.clean(" ".join(map(cell, found.names))) or names.clean(in_address)
    role, active = role_of(raw[1]), yes_or_no(raw[2])
    fault = _fault(cells, found, raw, full_name) or _fault_of_values(raw, email, role, active)
    shown = email or " ".join(visible(raw[0]).split())[:254]
    return Person(
        shown, full_name[:LONGEST_NAME], role or raw[1].strip()[:10], active is not False, fault
    )


def role_of(text: str) -> Role | None:
    """Return the Role that a text names, Member for an empty one, or None."""
    key = _key(text)
    return ROLE_OF.get(key) if key else Role.MEMBER


def yes_or_no(text: str) -> bool | None:
    """
    Return whether a text says yes (as an empty one does) or no, or None where it says neither.
    """
    word = names.normalize(visible(text)).strip()
    if match := ONE_OR_ZERO.fullmatch(word):
        return match[1] == "1"
    return True if not word or word in YES else False if word in NO else None


def visible(text: str) -> str:
    """
    Return a text without the letters that nobody sees: marks of direction and order, joiners, soft
    hyphens.
    """
    if text.isascii():
        return text
    return "".join(letter for letter in text if unicodedata.category(letter) != "Cf")


def is_blank(cells: list[str]) -> bool:
    """Return whether nobody sees anything in the cells."""
    return not any(visible(cell).strip() for cell in cells)


def _header_key(text: str) -> str:
    return _key(re.sub(r"\[[^\[\]]*\]|\([^()]*\)", "", text))


def _key(text: str) -> str:
    return re.sub(r"[\s_\-‐‑–—.:*’'/]", "", names.normalize(visible(text)))


def _fault(cells: list[str], found: Columns, raw: list[str], full_name: str) -> str:
    """Return what is wrong with a row as a whole, or ""."""
    if any(cells[at] for at in range(found.width, len(cells)) if visible(cells[at]).strip()):
        return "beyond"
    if any(ERROR.fullmatch(cells[at].strip()) for at in found.meant if at < len(cells)):
        return "error_cell"
    if any("\n" in cell.strip() or "\r" in cell.strip() for cell in raw):
        return "line_break"
    return "long_name" if len(full_name) > LONGEST_NAME else ""


def _fault_of_values(raw: list[str], email: str, role: Role | None, active: bool | None) -> str:
    if not email:
        return "address" if visible(raw[0]).strip() else "no_address"
    if role is None:
        return "role"
    return "active" if active is None else ""
