"""
Tables read from CSV files: with whatever separator, and strictly, since a quote too many swallows
people.
"""

import csv
import io
import re
from collections.abc import Iterator
from itertools import islice
from typing import BinaryIO, Self, TextIO

from accounts.tabular import limits
from accounts.tabular.limits import NotATable

SEPARATORS = ",;\t|"
SAYS_SEPARATOR = re.compile(
    r'sep=([^\w"\s]|\t)[\r\n]*', flags=re.IGNORECASE
)  # Excel writes it, and means itself
LINES_OF_HEAD = 20


def rows(file: BinaryIO, encoding: str) -> Iterator[tuple[int, list[str]]]:
    """
    Yield (line, cells) for each row of an open binary file, blank ones too; `line` is where the row
    begins.

    A row is in memory at a time.

    :raises NotATable: while reading, if it is too large, or a quote is not closed.
    """
    file.seek(0)
    head = io.TextIOWrapper(
        io.BytesIO(file.read(limits.HEAD)), encoding, errors="ignore", newline=""
    ).read()
    file.seek(0)
    yield from _rows(_Text(file, encoding, newline=""), head)


def first_row(head: bytes, encoding: str) -> list[str]:
    """
    Return the first row in the first bytes of a file that is not blank, or [] where it does not end
    in them.
    """
    text = io.StringIO(head.decode(encoding, errors="ignore"), newline="")
    found = (cells for _line, cells in _rows(text, text.getvalue()) if any(map(str.strip, cells)))
    cells = next(found, [])
    return cells if text.read(1) else []


def _rows(text: TextIO, head: str) -> Iterator[tuple[int, list[str]]]:
    lines, before, width = _Lines(text), 0, 0
    separator = _said_separator(head)
    if separator:
        next(lines)
        before = lines.begin_row()
    separator = separator or _separator(head)
    reader = csv.reader(
        lines, csv.excel, delimiter=separator, strict=True, skipinitialspace=separator != "\t"
    )
    count = 0
    while True:
        line = before + 1
        try:
            cells = next(reader, None)
        except csv.Error as error:
            raise NotATable("quote", line=line) from error
        if cells is None:
            return
        count += 1
        if count > limits.MOST_ROWS + 1:
            raise NotATable("rows")
        width = width or len(cells)
        if lines.count > line:
            _require_no_row_within(cells, separator, width, line)
        before = lines.begin_row()
        yield line, cells


class _Text(io.TextIOWrapper):
    """The text of a file that is somebody else's, so that it is not closed with it."""

    def close(self) -> None:
        """Do nothing; it is called when nobody reads the text any more."""


class _Lines:
    """The lines of a text, which are counted; those of one row together must not be too long."""

    def __init__(self, text: TextIO) -> None:
        self._text, self._size, self.count, self._first = text, 0, 0, 1

    def __iter__(self) -> Self:
        return self

    def __next__(self) -> str:
        line = self._text.readline(limits.LONGEST_ROW + 1)
        if not line:
            raise StopIteration
        self.count += 1
        self._size += len(line)
        if self._size > limits.LONGEST_ROW:
            # A row of many lines has no end because a quote has none.
            raise NotATable("quote" if self.count > self._first else "cells", line=self._first)
        return line

    def begin_row(self) -> int:
        """Count the letters of the next row anew; return how many lines there were."""
        self._size, self._first = 0, self.count + 1
        return self.count


def _require_no_row_within(cells: list[str], separator: str, width: int, line: int) -> None:
    """
    :raises NotATable: if a row with an address stands inside a cell: between a quote too many and
    the next one.
    """
    for cell in cells:
        for inner in cell.splitlines()[1:]:
            if "@" in inner and inner.count(separator) >= max(width - 1, 1):
                raise NotATable("quote", line=line)


def _said_separator(head: str) -> str:
    match = SAYS_SEPARATOR.match(head)
    return match[1] if match else ""


def _separator(head: str) -> str:
    """
    Return the likeliest separator: the one that stands equally often in most lines, outside of
    quotes.
    """
    lines = list(islice(counts(head), LINES_OF_HEAD))
    if not lines:
        return SEPARATORS[0]
    first = lines[0]

    def likelihood(separator: str) -> tuple[bool, int, int]:
        often = first.get(separator, 0)
        return often > 0, sum(line.get(separator, 0) == often for line in lines), often

    return max(SEPARATORS, key=likelihood)


def counts(text: str) -> Iterator[dict[str, int]]:
    """
    Yield how often each separator stands outside of quotes in each row of the text that is not
    blank.
    """
    found: dict[str, int] = {}
    is_quoted, is_blank = False, True
    for letter in text:
        if letter == '"':
            is_quoted = not is_quoted
        elif is_quoted:
            continue
        elif letter in "\r\n":
            if not is_blank:
                yield found
            found, is_blank = {}, True
            continue
        elif letter in SEPARATORS:
            found[letter] = found.get(letter, 0) + 1
        is_blank = False
    if not is_blank:
        yield found
