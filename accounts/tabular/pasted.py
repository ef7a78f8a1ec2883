"""
Addresses as people paste them: of a mail (RFC 5322, 3.4), of a column, or of rows of a spreadsheet.
"""

import re

from accounts.kernel.errors import Invalid
from accounts.kernel.text import email_address

LONGEST_NAME = 150


class TooManyAddresses(Invalid):
    """Nobody looks so many over; `count` is how many there are, `most` how many may be."""

    code = "too_many_addresses"

    def __init__(self, count: int, most: int) -> None:
        super().__init__(field="addresses", count=count, most=most)


def people_in(text: str, most: int) -> list[tuple[str, str]]:
    """
    Return the (name, address) that stand in a text, in its order; what is neither comes as an
    address, to be refused.

    :raises TooManyAddresses: if there are more than `most`.

    >>> people_in('Bob <bob@example.com>; "Planck, Max" <max@example.com>; IT-Team', 9)
    [('Bob', 'bob@example.com'), ('Planck, Max', 'max@example.com'), ('', 'IT-Team')]
    """
    found: list[tuple[str, str]] = []
    for line in re.split(r"[\n\r;]+", _with_quotes_shut(text)):
        found += _people_of_row(line) if "\t" in line else _people_of_line(line)
    if len(found) > most:
        raise TooManyAddresses(len(found), most)
    return found


def _with_quotes_shut(text: str) -> str:
    """
    Return a text whose semicolons inside quotes are commas: only outside they separate people.
    """
    return re.sub(r'"[^"\r\n]*"', lambda match: match[0].replace(";", ","), text)


def _people_of_row(line: str) -> list[tuple[str, str]]:
    """A row of a spreadsheet: what stands before its only address is the name."""
    cells = [cell.strip().strip('"') for cell in line.split("\t") if cell.strip()]
    are_addresses = [bool(email_address.parse(cell)[1]) for cell in cells]
    if are_addresses.count(True) != 1:
        return [_person(cell) for cell in cells]
    at = are_addresses.index(True)
    name, address = _person(cells[at])
    return [
        (" ".join(cells[:at])[:LONGEST_NAME] or name, address),
        *(_person(cell) for cell in cells[at + 1 :]),
    ]


def _people_of_line(line: str) -> list[tuple[str, str]]:
    """
    People between commas; what stands before "Max <max@…>" and is no address is the first half of
    the name.
    """
    parts = [part.strip() for part in re.findall(r'(?:"[^"]*"|[^,"]|")+', line) if part.strip()]
    found: list[tuple[str, str]] = []
    for part in parts:
        name, address = _person(part)
        if found and "<" in part and not found[-1][0] and "@" not in found[-1][1]:
            name = f"{found.pop()[1]}, {name}".removesuffix(", ")[:LONGEST_NAME]
        found.append((name, address))
    return found


def _person(text: str) -> tuple[str, str]:
    match = email_address.MAILBOX.fullmatch(text.strip())
    if match is None:
        return "", text.strip()
    return email_address.parse(text)[0][:LONGEST_NAME], match["address"].strip()
