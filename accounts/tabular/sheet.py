"""
The rows of a sheet as a person sees them: no hidden row or column, and whatever size the file
states.
"""

import re
from collections.abc import Iterator
from datetime import datetime
from typing import Any

from accounts.tabular import limits, workbook, xml_parts
from accounts.tabular.archive import Archive
from accounts.tabular.limits import NotATable
from accounts.tabular.workbook import Sheet, Texts, Workbook

REFERENCE = re.compile(r"([A-Z]{1,3})(\d{1,7})")
LAST_ROW = 1_048_576
WITHOUT_VALUE = (
    "#VALUE!"  # for a formula that no spreadsheet has worked out yet, and a date that there is not
)
IS_NOT_SEEN = ("0", "0.0")  # a height or a width
YES = ("1", "true")


def rows(
    archive: Archive, book: Workbook, sheet: Sheet, notes: dict[str, Any]
) -> Iterator[tuple[int, list[str]]]:
    """
    Yield (line, cells) for each row of a Sheet that is not hidden; cells are texts, "" in hidden
    columns.

    `notes` gets `hidden_rows` (how many with something in them) and `hidden_columns` (their
    letters).

    :raises NotATable: while reading, if it is too large or broken.
    """
    reader = _Rows(book, notes)
    for _chunk in xml_parts.parse(archive, sheet.part, reader, limits.MOST_UNPACKED):
        yield from reader.take()


class _Rows(xml_parts.Reader):
    """Puts rows together from the elements of a sheet (ECMA-376-1, 18.3)."""

    def __init__(self, book: Workbook, notes: dict[str, Any]) -> None:
        super().__init__()
        self._book, self._notes = book, notes
        self._done: list[tuple[int, list[str]]] = []
        self._count, self._line = 0, 0
        self._hidden_columns: set[int] = set()
        self._cells: dict[int, str] = {}
        self._is_in_rows, self._is_hidden, self._column = False, False, 0
        self._kind, self._style, self._has_formula, self._text = "", 0, False, workbook.Text()

    def take(self) -> list[tuple[int, list[str]]]:
        done, self._done = self._done, []
        return done

    def start(self, name: str, attributes: xml_parts.Attributes) -> None:
        if not self._is_in_rows:
            self._before_rows(name, attributes)
        elif name == "c":
            self._start_cell(attributes)
        elif name == "row":
            self._start_row(attributes)
        elif name == "f":
            self._has_formula = True
        else:
            self._text.start(name)

    def text(self, text: str) -> None:
        self._text.add(text)

    def end(self, name: str) -> None:
        if name == "c" and self._is_in_rows:
            self._end_cell()
        elif name == "row" and self._is_in_rows:
            self._end_row()
        elif name == "sheetData":
            self._is_in_rows = False
        else:
            self._text.end(name)

    def _before_rows(self, name: str, attributes: xml_parts.Attributes) -> None:
        if name == "sheetData":
            self._is_in_rows = True
        elif name == "col" and _is_hidden(attributes, "width"):
            first, last = int(attributes.get("min", "1")), int(attributes.get("max", "1"))
            self._hidden_columns.update(range(first, min(last, limits.MOST_COLUMNS) + 1))

    def _start_row(self, attributes: xml_parts.Attributes) -> None:
        line = int(attributes.get("r") or self._line + 1)
        if not self._line < line <= LAST_ROW:
            raise NotATable("kind")
        self._count += 1
        if self._count > limits.MOST_ROWS + 1:
            raise NotATable("rows")
        self._line, self._cells, self._column = line, {}, 0
        self._is_hidden = _is_hidden(attributes, "ht")

    def _end_row(self) -> None:
        is_blank = not any(self._cells.values())
        if not self._is_hidden:
            last = max(self._cells, default=0)
            self._done.append(
                (self._line, [self._cells.get(place, "") for place in range(1, last + 1)])
            )
        elif not is_blank:
            self._notes["hidden_rows"] = self._notes.get("hidden_rows", 0) + 1

    def _start_cell(self, attributes: xml_parts.Attributes) -> None:
        from openpyxl.utils import column_index_from_string  # noqa: PLC0415 - see writing.py

        column = self._column + 1
        if reference := attributes.get("r"):
            match = REFERENCE.fullmatch(reference)
            column = column_index_from_string(match[1]) if match else 0
        if column <= self._column:
            raise NotATable("kind")
        if column > limits.MOST_COLUMNS:
            raise NotATable("cells", line=self._line)
        self._column, self._kind, self._style = (
            column,
            attributes.get("t", "n"),
            int(attributes.get("s", "0")),
        )
        self._has_formula = False

    def _end_cell(self) -> None:
        from openpyxl.utils import get_column_letter  # noqa: PLC0415 - see writing.py

        text = self._as_seen(self._text.take()).strip()
        if text and self._column in self._hidden_columns:
            columns = self._notes.setdefault("hidden_columns", [])
            if (letters := get_column_letter(self._column)) not in columns:
                columns.append(letters)
        elif text:
            self._cells[self._column] = text

    def _as_seen(self, value: str) -> str:
        styles = self._book.styles
        style = styles[self._style] if 0 <= self._style < len(styles) else workbook.PLAIN
        if style == workbook.UNSEEN:
            return ""
        if not value:
            return WITHOUT_VALUE if self._has_formula and self._kind == "n" else ""
        if self._kind == "s":
            return _decoded(self._book.texts[_index(value, self._book.texts)])
        if self._kind == "b":
            return "TRUE" if value.strip() in YES else "FALSE"
        return (
            _number_as_seen(value, style, self._book.epoch)
            if self._kind == "n"
            else _decoded(value)
        )


def _is_hidden(attributes: xml_parts.Attributes, size: str) -> bool:
    return attributes.get("hidden") in YES or attributes.get(size) in IS_NOT_SEEN


def _index(value: str, texts: Texts) -> int:
    number = int(value)
    if not 0 <= number < len(texts):
        raise NotATable("kind")
    return number


def _number_as_seen(value: str, style: int, epoch: datetime) -> str:
    """
    Return a number as a spreadsheet shows it: no digits that it has not, and a date as a date (ISO
    8601).
    """
    from openpyxl.utils.datetime import from_excel  # noqa: PLC0415 - see writing.py

    number = float(value)
    if style == workbook.DATE:
        try:
            return str(from_excel(number, epoch).isoformat())
        except (OverflowError, ValueError):
            return WITHOUT_VALUE
    return f"{number:.15g}"


def _decoded(text: str) -> str:
    """
    Return a text with what XML cannot hold (ECMA-376-1, 22.9.2.19), but for halves of letters.
    """
    from openpyxl.utils.escape import unescape  # noqa: PLC0415 - see writing.py

    return unescape(text).encode(errors="ignore").decode()
