"""Tables as files: CSV in whatever encoding and with whatever separator, and XLSX."""

import codecs
import csv
import io
import re
import zipfile
import zlib
from itertools import chain, islice
from xml.sax.saxutils import escape

import charset_normalizer
import openpyxl
from openpyxl.utils import get_column_letter
from openpyxl.utils.exceptions import InvalidFileException

MOST_BYTES = 50 * 1024 * 1024
MOST_UNPACKED = 4 * MOST_BYTES  # so a small file cannot unpack to what fills the memory
UNPACKED_AT_ONCE = 2 * 1024 * 1024
MOST_ROWS = 100_000
MOST_COLUMNS = 200
LONGEST_CELL = 2_000
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
SAMPLE = 64 * 1024
SHEET = "xl/worksheets/sheet1.xml"
SHEET_START = b"""<?xml version="1.0" encoding="UTF-8"?>
<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>"""
SHEET_END = b"</sheetData></worksheet>"
NOT_IN_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
# What openpyxl, the zip module and the XML parser say to a file that is broken, encrypted or of another kind.
UNREADABLE = (InvalidFileException, zipfile.BadZipFile, zlib.error, EOFError, LookupError, ValueError, OSError)
UNREADABLE += (SyntaxError, AttributeError, TypeError, RuntimeError)


class NotATable(ValueError):
    """The file cannot be read as a table; `code` says why: size, unpacked, kind, text, rows, cells."""

    def __init__(self, code):
        super().__init__(code)
        self.code = code


def harmless(cell):
    """Return the text so that no spreadsheet takes it for a formula (OWASP: CSV injection)."""
    return f"'{cell}" if cell.startswith(FORMULA_STARTS) else cell


def as_meant(cell):
    """Return what `harmless` was given; other text comes back as it is."""
    return cell[1:] if cell.startswith("'") and cell[1:].startswith(FORMULA_STARTS) else cell


def require_readable(file):
    """
    Look at an open binary file from outside, which takes no time however long it is.

    :raises NotATable: if it is too large, or says of itself that it is XLSX and is not.
    """
    if file.seek(0, io.SEEK_END) > MOST_BYTES:
        raise NotATable("size")
    if _unpacked(file) > MOST_UNPACKED:
        raise NotATable("unpacked")


def begins_at_once(file):
    """Return whether the first rows come at once: before those of an XLSX come all its texts, however many."""
    return _unpacked(file) < UNPACKED_AT_ONCE


def read(file):
    """
    Yield (line, cells) for each row of an open binary file that is not empty, the header included.

    It is read as the rows are taken: of a long CSV file a line is in memory, of XLSX also the texts it keeps apart.

    :raises NotATable: while reading, if it is too large or no table.
    """
    require_readable(file)
    rows = _xlsx_rows(file) if _is_zip(file) else _csv_rows(file)
    count = 0
    for line, raw in rows:
        cells = [as_meant(cell.strip()) for cell in raw]
        if not any(cells):
            continue
        count += 1
        if count > MOST_ROWS + 1:
            raise NotATable("rows")
        if len(cells) > MOST_COLUMNS or any(len(cell) > LONGEST_CELL for cell in cells):
            raise NotATable("cells")
        yield line, cells


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
                if sent.size > SAMPLE:
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


class _Text(io.TextIOWrapper):
    """The text of a file that is somebody else's, so that it is not closed with it."""

    def close(self):
        """Do nothing; it is called when nobody reads the text any more."""


def _is_zip(file):
    file.seek(0)
    return file.read(2) == b"PK"


def _unpacked(file):
    """Return how many bytes an XLSX file unpacks to, and 0 for any other; no more than it says can be read from it."""
    if not _is_zip(file):
        return 0
    try:
        with zipfile.ZipFile(file) as archive:
            return sum(part.file_size for part in archive.infolist())
    except (zipfile.BadZipFile, ValueError, OSError) as error:
        raise NotATable("kind") from error


def _csv_rows(file):
    encoding = _encoding(file)
    file.seek(0)
    text = _Text(file, encoding, newline="")
    try:
        first, before = text.readline(), 0
        if match := re.fullmatch(r"sep=(.)\r?\n", first, flags=re.IGNORECASE):  # Excel writes it, and means itself
            first, before = text.readline(), 1
        separator = match[1] if match else _separator(first[:SAMPLE])
        reader = csv.reader(chain([first], text), csv.excel, delimiter=separator)
        for cells in reader:
            yield reader.line_num + before, cells
    except csv.Error as error:
        raise NotATable("text") from error


def _encoding(file):
    """Return how the bytes are to be read: by their byte order mark, as UTF-8, or as what they look like."""
    file.seek(0)
    sample = file.read(SAMPLE)
    marks = ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))
    encoding = next((encoding for mark, encoding in marks if sample.startswith(mark)), "")
    if not encoding:
        if _is_in(file, "utf-8"):
            return "utf-8"
        best = charset_normalizer.from_bytes(sample, cp_isolation=["cp1252", "latin_1", "utf_16"]).best()
        encoding = best.encoding if best else "cp1252"
    if not _is_in(file, encoding):
        raise NotATable("text")
    return encoding


def _is_in(file, encoding):
    """Return whether all the bytes are text in that encoding; a text with zero bytes is none."""
    file.seek(0)
    decoder = codecs.getincrementaldecoder(encoding)()
    try:
        while part := file.read(SAMPLE):
            if "\x00" in decoder.decode(part):
                raise NotATable("text")
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True


def _separator(line):
    """Return the likeliest separator in the first line. All else that could be guessed at is as Excel writes it."""
    try:
        return csv.Sniffer().sniff(line.rstrip("\r\n"), delimiters=",;\t").delimiter
    except csv.Error:
        return csv.excel.delimiter


def _xlsx_rows(file):
    file.seek(0)
    try:
        book = openpyxl.load_workbook(file, read_only=True, data_only=True)
        for line, row in enumerate(islice(book.active.iter_rows(values_only=True), MOST_ROWS + 2), start=1):
            yield line, ["" if value is None else str(value) for value in row]
    except UNREADABLE as error:
        raise NotATable("kind") from error
