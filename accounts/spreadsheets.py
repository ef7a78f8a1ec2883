"""Tables as files: CSV in whatever encoding and with whatever separator, and XLSX."""

import csv
import io
import re
import zipfile
from itertools import islice
from tempfile import TemporaryFile

import charset_normalizer
import openpyxl
from openpyxl.utils.exceptions import InvalidFileException

MOST_BYTES = 50 * 1024 * 1024
MOST_ROWS = 100_000
MOST_COLUMNS = 200
LONGEST_CELL = 2_000
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
SAMPLE = 64 * 1024


class NotATable(ValueError):
    """The file cannot be read as a table; `code` says why: size, kind, text, rows, cells."""

    def __init__(self, code):
        super().__init__(code)
        self.code = code


def harmless(cell):
    """Return the text so that no spreadsheet takes it for a formula (OWASP: CSV injection)."""
    return f"'{cell}" if cell.startswith(FORMULA_STARTS) else cell


def as_meant(cell):
    """Return what `harmless` was given; other text comes back as it is."""
    return cell[1:] if cell.startswith("'") and cell[1:].startswith(FORMULA_STARTS) else cell


def read(data):
    """
    Yield (line, cells) for each row of the file's bytes that is not empty, the header included.

    :raises NotATable: while reading, if it is too large or no table.
    """
    if len(data) > MOST_BYTES:
        raise NotATable("size")
    rows = _xlsx_rows(data) if data.startswith(b"PK") else _csv_rows(data)
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


def xlsx_file(header, rows):
    """Return an open file with the rows as XLSX, written row by row: memory stays flat."""
    book = openpyxl.Workbook(write_only=True)
    sheet = book.create_sheet()
    sheet.append(header)
    for row in rows:
        sheet.append([harmless(cell) for cell in row])
    file = TemporaryFile()  # noqa: SIM115 - the response closes it
    book.save(file)
    file.seek(0)
    return file


class _Echo:
    """A file that gives back what is written to it."""

    def write(self, text):
        return text


def _csv_rows(data):
    text, before = _text(data), 0
    if match := re.match(r"sep=(.)\r?\n", text, flags=re.IGNORECASE):  # Excel writes it, and means itself
        text, before = text[match.end() :], 1
    reader = csv.reader(io.StringIO(text, newline=""), _dialect(text[:SAMPLE], match))
    try:
        for cells in reader:
            yield reader.line_num + before, cells
    except csv.Error as error:
        raise NotATable("text") from error


def _text(data):
    """Return the bytes as text: by their byte order mark, as UTF-8, or as what they look like."""
    for mark, encoding in ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16")):
        if data.startswith(mark):
            return _decoded(data, encoding)
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError:
        best = charset_normalizer.from_bytes(data[:SAMPLE], cp_isolation=["cp1252", "latin_1", "utf_16"]).best()
        text = _decoded(data, best.encoding if best else "cp1252")
    if "\x00" in text:
        raise NotATable("text")
    return text


def _decoded(data, encoding):
    try:
        return data.decode(encoding)
    except UnicodeDecodeError as error:
        raise NotATable("text") from error


def _dialect(sample, named):
    """Return the csv module's idea of the separator: the one that the file names, or the likeliest."""
    if named:
        return type("Named", (csv.excel,), {"delimiter": named[1]})
    try:
        return csv.Sniffer().sniff(sample.splitlines()[0] if sample else "", delimiters=",;\t")
    except (csv.Error, IndexError):
        return csv.excel


def _xlsx_rows(data):
    try:
        book = openpyxl.load_workbook(io.BytesIO(data), read_only=True, data_only=True)
        for line, row in enumerate(islice(book.active.iter_rows(values_only=True), MOST_ROWS + 2), start=1):
            yield line, ["" if value is None else str(value) for value in row]
    except (InvalidFileException, zipfile.BadZipFile, KeyError, ValueError, OSError, SyntaxError) as error:
        if isinstance(error, NotATable):
            raise
        raise NotATable("kind") from error
