"""Tables written as files: CSV (RFC 4180) and XLSX (ECMA-376), row by row."""

import csv
import io
import re
import zipfile
from itertools import chain
from xml.sax.saxutils import escape

import openpyxl
from openpyxl.utils import get_column_letter

from accounts.tabular.escaping import harmless

PART = 64 * 1024  # bytes that are sent at once
SHEET = "xl/worksheets/sheet1.xml"
SHEET_START = b"""<?xml version="1.0" encoding="UTF-8"?>
<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>"""
SHEET_END = b"</sheetData></worksheet>"
NOT_IN_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")


def csv_lines(header, rows):
    """Yield the lines of a CSV file (RFC 4180, with a byte order mark for Excel); cells are texts."""
    writer = csv.writer(_Echo())
    yield "\ufeff" + writer.writerow(header)
    for row in rows:
        yield writer.writerow(map(harmless, row))


def xlsx_parts(header, rows):
    """
    Yield the bytes of an XLSX file (ECMA-376), the first before any of the rows is asked for: memory stays flat.

    openpyxl closes a sheet before it writes the first byte of the archive; so what is around the rows is by openpyxl,
    and the rows, which are texts only, are written here.
    """
    sent = _Sent()
    with zipfile.ZipFile(sent, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in _around_the_sheet():
            archive.writestr(name, content)
        yield sent.take()
        with archive.open(SHEET, "w") as sheet:
            sheet.write(SHEET_START)
            for line, cells in enumerate(chain([header], rows), start=1):
                sheet.write(_xlsx_row(line, cells))
                if sent.size > PART:
                    yield sent.take()
            sheet.write(SHEET_END)
    yield sent.take()


class _Echo:
    """A file that gives back what is written to it."""

    def write(self, text):
        return text


class _Sent:
    """A file that only goes forward, and that what was written is taken from."""

    def __init__(self):
        self.written, self.size = [], 0

    def write(self, data):
        self.written.append(bytes(data))
        self.size += len(data)
        return len(data)

    def flush(self):
        """Do nothing: whoever takes it sends it."""

    def take(self):
        data = b"".join(self.written)
        self.written, self.size = [], 0
        return data


def _around_the_sheet():
    """Return the names and contents of all that an XLSX file with one sheet holds beside it; what names them first."""
    file = io.BytesIO()
    openpyxl.Workbook().save(file)
    with zipfile.ZipFile(file) as archive:
        return [(name, archive.read(name)) for name in sorted(archive.namelist()) if name != SHEET]


def _xlsx_row(line, cells):
    texts = (escape(NOT_IN_XML.sub("", harmless(cell))) for cell in cells)
    written = (
        f'<c r="{get_column_letter(place)}{line}" t="inlineStr"><is><t xml:space="preserve">{text}</t></is></c>'
        for place, text in enumerate(texts, start=1)
    )
    return f'<row r="{line}">{"".join(written)}</row>'.encode()
