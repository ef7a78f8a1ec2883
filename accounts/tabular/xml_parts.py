"""
XML read as it comes: nothing of it is kept but what the reader of a part asks for, and its depth is
bounded.
"""

from collections.abc import Iterator
from typing import TypeAlias, TypeVar
from xml.sax.handler import ContentHandler
from xml.sax.xmlreader import AttributesImpl

from defusedxml import expatreader

from accounts.tabular import limits
from accounts.tabular.archive import Archive
from accounts.tabular.limits import NotATable

Attributes: TypeAlias = "AttributesImpl[str]"  # a mapping of their names


class Reader(ContentHandler):
    """
    Takes the elements of a part: override `start`, `text` and `end`, which are told names without a
    prefix.
    """

    def __init__(self) -> None:
        super().__init__()
        self.events, self.elements = 0, 0
        self._open: list[str] = []
        self._names: dict[str, str] = {}
        self._attributes: set[str] = set()

    def start(self, name: str, attributes: Attributes) -> None:
        """An element begins; `attributes` is a mapping."""

    def text(self, text: str) -> None:
        """Some letters of an element come, not always all at once."""

    def end(self, name: str) -> None:
        """An element ends."""

    def startElement(self, name: str, attrs: Attributes) -> None:  # noqa: N802 - sax's name
        self.events += 1
        self.elements += 1
        local = self._names.get(name)
        if local is None:
            local = self._names[name] = name.rpartition(":")[2]
        self._open.append(local)
        self._attributes.update(attrs.getNames())
        # The parser keeps every name for ever.
        if (
            max(len(self._names), len(self._attributes)) > limits.MOST_NAMES
            or len(self._open) > limits.DEEPEST
        ):
            raise NotATable("kind")
        self.start(local, attrs)

    def characters(self, content: str) -> None:
        self.events += 1
        self.text(content)

    def endElement(self, name: str) -> None:  # noqa: N802 - sax's name
        self.events += 1
        self.end(self._open.pop())


R = TypeVar("R", bound=Reader)


def parse(
    archive: Archive, part: str, reader: R, most: int = limits.LONGEST_PART
) -> Iterator[None]:
    """
    Have a Reader take the XML of the part of an Archive, `most` bytes at most, and yield after
    every few of them.

    :raises NotATable: if it declares a document type (whose entities would unpack once more), or is
    out of bounds.
    """
    parser = expatreader.create_parser(forbid_dtd=True)
    parser.setContentHandler(reader)
    unheard = 0
    for chunk in archive.chunks(part, most):
        events, elements = reader.events, reader.elements
        parser.feed(chunk)
        archive.count(reader.elements - elements)
        # The parser keeps a tag or a remark until it ends.
        unheard = unheard + len(chunk) if reader.events == events else 0
        if unheard > limits.LONGEST_TAG:
            raise NotATable("kind")
        yield
    parser.close()
    yield


def read(archive: Archive, part: str, reader: R, most: int = limits.LONGEST_PART) -> R:
    """Have a Reader take all of the XML of the part, see `parse`, and return it."""
    for _chunk in parse(archive, part, reader, most):
        pass
    return reader
