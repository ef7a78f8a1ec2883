"""
Tables written as files, row by row: CSV (RFC 4180) and XLSX (ECMA-376). Both hold the same cells,
which are texts.

A moment is written as ISO 8601 and a number in digits, in XLSX too: as a text no spreadsheet takes
it for another.
"""

import codecs
import csv
import io
import re
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import IO
from xml.sax.saxutils import escape

from django.utils import translation

from accounts.tabular.escaping import escape_cell

CSV, XLSX = "csv", "xlsx"
SEPARATORS = {
    "fr": ";"
}  # where a spreadsheet in that language splits a line of CSV; in the others at a comma
PART = 64 * 1024  # bytes that are sent at once
ROWS_OF_SHEET = 1_048_575  # that Excel takes, besides the header
ROWS_OF_2_GIB = (
    400_000  # so many may unpack to more than the zip format takes without its extension
)
LONGEST_CELL = 32_767  # letters that Excel takes
SHEET = "xl/worksheets/sheet"
SHEET_START = b"""<?xml version="1.0" encoding="UTF-8"?>
<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>"""
SHEET_END = b"</sheetData></worksheet>"
NOT_IN_A_FILE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


def table(
    kind: str, header: Sequence[str], rows: Iterable[Sequence[str]], count: int
) -> Iterator[bytes]:
    """
    Return a file as an iterator of bytes, the first of them before any of the `count` rows is asked
    for.

    `kind` is CSV or XLSX. The file is in the language that is active now, also where the rows are
    made later.
    """
    language = translation.get_language() or ""
    if kind == XLSX:
        parts = xlsx_parts(header, rows, count)
    else:
        parts = csv_parts(header, rows, SEPARATORS.get(language.partition("-")[0], ","))
    return _in_language(language, parts)


def csv_parts(
    header: Sequence[str], rows: Iterable[Sequence[str]], separator: str = ","
) -> Iterator[bytes]:
    """
    Yield the bytes of a CSV file: every cell in quotes, in UTF-8 with a byte order mark for Excel.
    """
    written = io.StringIO()
    writer = csv.writer(written, delimiter=separator, quoting=csv.QUOTE_ALL)
    writer.writerow(map(_text, header))
    yield codecs.BOM_UTF8 + _take(written)
    for cells in rows:
        writer.writerow(map(_text, cells))
        if written.tell() > PART:
            yield _take(written)
    yield _take(written)


def xlsx_parts(
    header: Sequence[str], rows: Iterable[Sequence[str]], count: int = 0
) -> Iterator[bytes]:
    """
    Yield the bytes of an XLSX file, the first before any of the rows is asked for: memory stays
    flat.

    openpyxl closes a sheet before it writes the first byte of the archive; so what is around the
    rows is by openpyxl, and the rows, which are texts only, are written here. There are as many
    sheets as `count` rows need.
    """
    sent, rows, sheets = _Sent(), iter(rows), max(1, -(-count // ROWS_OF_SHEET))
    with zipfile.ZipFile(sent, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in _around(sheets):
            archive.writestr(name, content)
        yield sent.take()
        for number in range(1, sheets + 1):
            own = rows if number == sheets else islice(rows, ROWS_OF_SHEET)
            with archive.open(
                f"{SHEET}{number}.xml", "w", force_zip64=count > ROWS_OF_2_GIB
            ) as sheet:
                yield from _sheet(sheet, sent, header, own)
    yield sent.take()


class _Sent:
    """A file that only goes forward, and that what was written is taken from."""

    def __init__(self) -> None:
        self.written: list[bytes] = []
        self.size = 0

    def write(self, data: bytes) -> int:
        self.written.append(bytes(data))
        self.size += len(data)
        return len(data)

    def flush(self) -> None:
        """Do nothing: whoever takes it sends it."""

    def close(self) -> None:
        """Do nothing; it can still be taken from."""

    def take(self) -> bytes:
        data = b"".join(self.written)
        self.written, self.size = [], 0
        return data


def _take(written: io.StringIO) -> bytes:
    data = written.getvalue().encode()
    written.seek(0)
    written.truncate()
    return data


def _in_language(language: str, parts: Iterator[bytes]) -> Iterator[bytes]:
    """Yield the parts, each made in that language, whatever is active around it."""
    while True:
        with translation.override(language):
            part = next(parts, None)
        if part is None:
            return
        yield part


def _around(sheets: int) -> list[tuple[str, bytes]]:
    """
    Return the names and contents of all that an XLSX file holds beside its sheets; what names them
    first.
    """
    import openpyxl  # noqa: PLC0415 - large; few processes ever write such a file

    file, book = io.BytesIO(), openpyxl.Workbook()
    for _further in range(1, sheets):
        book.create_sheet()
    book.save(file)
    with zipfile.ZipFile(file) as archive:
        return [
            (name, archive.read(name))
            for name in sorted(archive.namelist())
            if not name.startswith(SHEET)
        ]


def _sheet(
    sheet: IO[bytes], sent: _Sent, header: Sequence[str], rows: Iterable[Sequence[str]]
) -> Iterator[bytes]:
    """Write the rows to a sheet of the archive, and yield what can be sent meanwhile."""
    sheet.write(SHEET_START + _xlsx_row(1, header))
    for line, cells in enumerate(rows, start=2):
        sheet.write(_xlsx_row(line, cells))
        if sent.size > PART:
            yield sent.take()
    sheet.write(SHEET_END)


def _xlsx_row(line: int, cells: Sequence[str]) -> bytes:
    from openpyxl.utils import get_column_letter  # noqa: PLC0415 - see `_around`

    # A parser of XML takes a carriage return for a line feed, unless it is written by its number.
    texts = (escape(_text(cell)[:LONGEST_CELL], {"\r": "&#13;"}) for cell in cells)
    written = (
        f'<c r="{get_column_letter(place)}{line}" t="inlineStr">'
        f'<is><t xml:space="preserve">{text}</t></is></c>'
        for place, text in enumerate(texts, start=1)
    )
    return f'<row r="{line}">{"".join(written)}</row>'.encode()


def _text(cell: str) -> str:
    """Return what is written of a text: no letter that no such file can hold, and no formula."""
    return escape_cell(NOT_IN_A_FILE.sub("", cell))
