"""
How much of a file is read, whatever it says of itself. What is beyond is refused before any work is
done on it.

With these, reading holds less than MEMORY at a time, of any file: a part of it, one row, and the
texts that a workbook keeps apart from its cells.
"""

from typing import Any

from accounts.kernel.errors import Code, Invalid

MIB = 1024 * 1024
MOST_BYTES = 50 * MIB
MOST_ROWS = 100_000  # blank ones count; the header does not
MOST_COLUMNS = 200
LONGEST_CELL = 2_000  # letters
LONGEST_ROW = MOST_COLUMNS * LONGEST_CELL  # letters, of a row of CSV with its quotes
HEAD = 64 * 1024  # bytes that are looked at to tell what a file is
AT_ONCE = 64 * 1024  # bytes that are read at a time

# Of a workbook, which is an archive of parts.
MOST_UNPACKED = 200 * MIB  # all parts together
MOST_PARTS = 1_000
LONGEST_DIRECTORY = 256 * 1024  # bytes that name the parts
LONGEST_PART = 2 * MIB  # what says which sheets there are
LONGEST_STYLES = 20 * MIB
LONGEST_TEXTS = 50 * MIB
MOST_STYLES = 100_000  # Excel has 65,490
MOST_SHEETS = 255
MOST_ELEMENTS = 5_000_000  # of XML, of all parts that are read: half a minute on a slow machine
DEEPEST = 50  # elements of XML in each other
MOST_NAMES = 1_000  # of elements, and of attributes
LONGEST_TAG = 1 * MIB

# What is read while somebody waits; longer files are left to the worker.
SHORT_FILE = 1 * MIB
SHORT_UNPACKED = 1 * MIB

MEMORY = 128 * MIB


class TableFault(Code):
    """Why a file cannot be read as a table of people."""

    SIZE = "size"
    UNPACKED = "unpacked"
    KIND = "kind"
    ENCRYPTED = "encrypted"
    XLS = "xls"
    XLSB = "xlsb"
    ODS = "ods"
    NUMBERS = "numbers"
    DOCUMENT = "document"
    PDF = "pdf"
    IMAGE = "image"
    HTML = "html"
    ARCHIVE = "archive"
    HIDDEN = "hidden"
    TEXT = "text"
    MIXED = "mixed"
    QUOTE = "quote"
    ROWS = "rows"
    CELLS = "cells"
    HEADER = "header"
    HEADER_TWICE = "header_twice"


class NotATable(Invalid):
    """
    The file cannot be read as a table. `facts` are what the sentence names: `line`, `sheet`,
    `column`.
    """

    def __init__(self, code: str, **facts: Any) -> None:
        super().__init__(TableFault(code), "file", **facts)
