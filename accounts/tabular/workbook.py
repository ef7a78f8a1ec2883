"""
An XLSX workbook (ECMA-376-1, 18): which of its sheets a person sees, and the rows they see there.
"""

from array import array
from dataclasses import dataclass

from accounts.tabular import limits, xml_parts
from accounts.tabular.archive import Archive, relations_of, resolved
from accounts.tabular.limits import NotATable

PLAIN, DATE, UNSEEN = range(3)  # how a cell shows its value
SHOWS_NOTHING = ";;;"
LONGEST_FORMAT = 255  # letters, as in Excel


@dataclass(frozen=True)
class Sheet:
    """A sheet of cells; `part` is the name of the part that holds them."""

    name: str
    part: str
    is_visible: bool


class Workbook:
    """
    The sheets of an Archive, and what their cells refer to.

    `active` is the sheet that opens, or None where the file names none that a person sees.
    """

    def __init__(self, archive: Archive) -> None:
        [part, *_others] = _related(archive, "", "officeDocument").values() or [None]
        if part is None or part not in archive:
            raise NotATable("kind")
        book = xml_parts.read(archive, part, _Book())
        parts = _related(archive, part, "worksheet")
        found = [
            parts.get(key) and Sheet(name[:50], parts[key], is_visible)
            for name, key, is_visible in book.sheets
        ]
        self.sheets = [sheet for sheet in found if sheet and sheet.part in archive]
        opens = found[book.active] if 0 <= book.active < len(found) else None
        self.active = opens if opens in self.sheets and opens.is_visible else None
        from openpyxl.utils.datetime import MAC_EPOCH, WINDOWS_EPOCH  # noqa: PLC0415 - see writing.py

        self.epoch = MAC_EPOCH if book.counts_from_1904 else WINDOWS_EPOCH
        self.styles = _read(archive, part, "styles", limits.LONGEST_STYLES, _Styles()).kinds
        self.texts = _read(archive, part, "sharedStrings", limits.LONGEST_TEXTS, Texts())


class Texts(xml_parts.Reader):
    """
    The texts that cells refer to by number, one behind the other: as objects they would take many
    times as much.
    """

    def __init__(self) -> None:
        super().__init__()
        self._letters, self._ends, self._text = bytearray(), array("I"), Text()

    def __getitem__(self, number: int) -> str:
        start = self._ends[number - 1] if number else 0
        return self._letters[start : self._ends[number]].decode()

    def __len__(self) -> int:
        return len(self._ends)

    def start(self, name: str, attributes: xml_parts.Attributes) -> None:
        self._text.start(name)

    def text(self, text: str) -> None:
        self._text.add(text)

    def end(self, name: str) -> None:
        self._text.end(name)
        if name == "si":
            self._letters += self._text.take().encode()
            self._ends.append(len(self._letters))


class Text:
    """
    The text of a cell as it is put together: its value, or all its runs, but not how it is
    pronounced.

    It gets just too long at most.
    """

    def __init__(self) -> None:
        self._parts: list[str] = []
        self._size, self._is_text, self._is_pronunciation = 0, False, False

    def start(self, name: str) -> None:
        if name in ("t", "v"):
            self._is_text = not self._is_pronunciation
        elif name == "rPh":
            self._is_pronunciation = True

    def add(self, text: str) -> None:
        if self._is_text and self._size <= limits.LONGEST_CELL:
            self._parts.append(text)
            self._size += len(text)

    def end(self, name: str) -> None:
        if name in ("t", "v"):
            self._is_text = False
        elif name == "rPh":
            self._is_pronunciation = False

    def take(self) -> str:
        text = "".join(self._parts)[: limits.LONGEST_CELL + 1]
        self._parts, self._size = [], 0
        return text


class _Relations(xml_parts.Reader):
    """The parts that a part refers to: pairs of kind and target, by their key."""

    def __init__(self) -> None:
        super().__init__()
        self.found: dict[str, tuple[str, str]] = {}

    def start(self, name: str, attributes: xml_parts.Attributes) -> None:
        if name == "Relationship" and attributes.get("TargetMode") != "External":
            kind = attributes.get("Type", "").rpartition("/")[2]
            self.found[attributes.get("Id", "")] = kind, attributes.get("Target", "")


class _Book(xml_parts.Reader):
    """The sheets in their order, and which of them opens."""

    def __init__(self) -> None:
        super().__init__()
        self.sheets: list[tuple[str, str, bool]] = []
        self.active, self.counts_from_1904, self._has_view = 0, False, False

    def start(self, name: str, attributes: xml_parts.Attributes) -> None:
        if name == "sheet":
            key = next((value for at, value in attributes.items() if at.endswith(":id")), "")
            self.sheets.append(
                (attributes.get("name", ""), key, attributes.get("state", "visible") == "visible")
            )
            if len(self.sheets) > limits.MOST_SHEETS:
                raise NotATable("unpacked")
        elif name == "workbookView" and not self._has_view:
            self._has_view, active = True, attributes.get("activeTab", "0")
            self.active = int(active) if active.isdecimal() and len(active) < 5 else -1
        elif name == "workbookPr":
            self.counts_from_1904 = attributes.get("date1904") in ("1", "true")


class _Styles(xml_parts.Reader):
    """How the cells of each style show a number; `kinds` by the number of the style."""

    def __init__(self) -> None:
        super().__init__()
        self.kinds = bytearray()
        self._formats: dict[str | None, int] = {}
        self._is_of_cells = False

    def start(self, name: str, attributes: xml_parts.Attributes) -> None:
        if name == "cellXfs":
            self._is_of_cells = True
        elif name == "numFmt":
            self._formats[attributes.get("numFmtId")] = _kind_of(attributes.get("formatCode", ""))
        elif name == "xf" and self._is_of_cells:
            from openpyxl.styles.numbers import BUILTIN_FORMATS  # noqa: PLC0415 - see writing.py

            number = attributes.get("numFmtId", "0")
            builtin = (
                BUILTIN_FORMATS.get(int(number)) if number.isdecimal() and len(number) < 5 else None
            )
            self.kinds.append(self._formats.get(number, _kind_of(builtin or "")))
        if max(len(self.kinds), len(self._formats)) > limits.MOST_STYLES:
            raise NotATable("unpacked")

    def end(self, name: str) -> None:
        if name == "cellXfs":
            self._is_of_cells = False


def _kind_of(code: str) -> int:
    if len(code) > LONGEST_FORMAT:
        return PLAIN
    if code == SHOWS_NOTHING:
        return UNSEEN
    from openpyxl.styles.numbers import is_date_format  # noqa: PLC0415 - see writing.py

    return DATE if is_date_format(code) else PLAIN


def _related(archive: Archive, part: str, kind: str) -> dict[str, str]:
    """Return the names of the parts of a kind that a part refers to, by their key."""
    relations = relations_of(part)
    if relations not in archive:
        return {}
    found = xml_parts.read(archive, relations, _Relations()).found
    return {
        key: resolved(part, target) for key, (is_kind, target) in found.items() if is_kind == kind
    }


def _read(archive: Archive, part: str, kind: str, most: int, reader: xml_parts.R) -> xml_parts.R:
    """Have a Reader take the part of that kind, where there is one."""
    for name in _related(archive, part, kind).values():
        if name in archive:
            return xml_parts.read(archive, name, reader, most)
    return reader
