"""
Tables read from files: CSV in whatever encoding and with whatever separator, and XLSX. `limits`
says how much.
"""

import io
from collections.abc import Iterator
from typing import Any, BinaryIO

from accounts.tabular import csv_reading, encodings, kinds, limits, sheet, typed
from accounts.tabular.archive import Archive, faults_are_the_files
from accounts.tabular.escaping import unescape_cell
from accounts.tabular.limits import NotATable
from accounts.tabular.workbook import Sheet, Workbook

__all__ = ("NotATable", "Table", "is_short", "require_readable")


def require_readable(file: BinaryIO) -> None:
    """
    Look at an open binary file from outside, and at its first row, which takes no time however long
    it is.

    :raises NotATable: if it is too large, no table, or no table of people.
    """
    if file.seek(0, io.SEEK_END) > limits.MOST_BYTES:
        raise NotATable("size")
    kinds.require_text_or_archive(file)
    if kinds.is_archive(file):
        with faults_are_the_files():
            Archive(file)
        return
    head = kinds.head_of(file)
    header = csv_reading.first_row(head, encodings.of_head(head))
    if header and not typed.columns(header):
        raise NotATable("header")


def is_short(file: BinaryIO) -> bool:
    """Return whether a readable file is read while somebody waits."""
    if not kinds.is_archive(file):
        return file.seek(0, io.SEEK_END) <= limits.SHORT_FILE
    with faults_are_the_files():
        return Archive(file).unpacked <= limits.SHORT_UNPACKED


class Table:
    """
    The rows of an open binary file, the header included: (line, cells) for each that is not empty.

    They are read as they are taken; `notes` is then what is to be said of the file beside them:
    `encoding`, `odd_words`, `sheet`, `other_sheets`, `hidden_rows`, `hidden_columns`, each only
    where there is something to say.
    """

    def __init__(self, file: BinaryIO, encoding: str = "") -> None:
        self._file, self._encoding = file, encoding
        self.notes: dict[str, Any] = {}

    def __iter__(self) -> Iterator[tuple[int, list[str]]]:
        """:raises NotATable: while reading, if the file is too large, broken or no table."""
        kinds.require_text_or_archive(self._file)
        rows = self._rows_of_workbook() if kinds.is_archive(self._file) else self._rows_of_text()
        for line, raw in rows:
            if len(raw) > limits.MOST_COLUMNS or any(
                len(cell) > limits.LONGEST_CELL for cell in raw
            ):
                raise NotATable("cells", line=line)
            cells = [unescape_cell(cell.strip()) if "'" in cell else cell.strip() for cell in raw]
            if any(cells):
                yield line, cells

    def _rows_of_text(self) -> Iterator[tuple[int, list[str]]]:
        if self._encoding:
            encodings.require(self._file, self._encoding)
        else:
            found = encodings.detect(self._file)
            self._encoding, self.notes["encoding"] = found.name, found.name
            if found.odd_words:
                self.notes["odd_words"] = list(found.odd_words)
        return csv_reading.rows(self._file, self._encoding)

    def _rows_of_workbook(self) -> Iterator[tuple[int, list[str]]]:
        with faults_are_the_files():
            archive = Archive(self._file)
            book = Workbook(archive)
            chosen = _chosen_sheet(archive, book)
            if len(book.sheets) > 1:
                self.notes["sheet"] = chosen.name
                self.notes["other_sheets"] = [one.name for one in book.sheets if one is not chosen]
            yield from sheet.rows(archive, book, chosen, self.notes)


def _chosen_sheet(archive: Archive, book: Workbook) -> Sheet:
    """
    Return the sheet that opens or, where it names no column of addresses, the first one seen that
    does.
    """
    visible = [one for one in book.sheets if one.is_visible]
    if not visible:
        raise NotATable("hidden")
    likeliest = sorted(visible, key=lambda one: one is not book.active)
    for one in likeliest:
        header = next(
            (cells for _line, cells in sheet.rows(archive, book, one, {}) if any(cells)), []
        )
        if typed.columns(header):
            return one
    return likeliest[0]
