"""Tables read from files: CSV in whatever encoding and with whatever separator, and XLSX."""

import codecs
import csv
import io
import re
import zipfile
import zlib
from itertools import chain, islice

import charset_normalizer
import openpyxl
from openpyxl.utils.exceptions import InvalidFileException

from accounts.tabular.escaping import as_meant

MOST_BYTES = 50 * 1024 * 1024
MOST_UNPACKED = 4 * MOST_BYTES  # so a small file cannot unpack to what fills the memory
UNPACKED_AT_ONCE = 2 * 1024 * 1024
MOST_ROWS = 100_000
MOST_COLUMNS = 200
LONGEST_CELL = 2_000
SAMPLE = 64 * 1024
# What openpyxl, the zip module and the XML parser say to a file that is broken, encrypted or of another kind.
UNREADABLE = (InvalidFileException, zipfile.BadZipFile, zlib.error, EOFError, LookupError, ValueError, OSError)
UNREADABLE += (SyntaxError, AttributeError, TypeError, RuntimeError)


class NotATable(ValueError):
    """The file cannot be read as a table; `code` says why: size, unpacked, kind, text, rows, cells."""

    def __init__(self, code):
        super().__init__(code)
        self.code = code


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
