"""XML read as it comes: nothing of it is kept but what the reader of a part asks for, and its depth is bounded."""

from xml.sax.handler import ContentHandler

from defusedxml import expatreader

from accounts.tabular import limits
from accounts.tabular.limits import NotATable


class Reader(ContentHandler):
    """Takes the elements of a part: override `start`, `text` and `end`, which are told names without a prefix."""

    def __init__(self):
        super().__init__()
        self.events, self._open, self._names, self._attributes = 0, [], {}, set()

    def start(self, name, attributes):
        """An element begins; `attributes` is a mapping."""

    def text(self, text):
        """Some letters of an element come, not always all at once."""

    def end(self, name):
        """An element ends."""

    def startElement(self, name, attrs):  # noqa: N802 - sax's name
        self.events += 1
        local = self._names.get(name)
        if local is None:
            local = self._names[name] = name.rpartition(":")[2]
        self._open.append(local)
        self._attributes.update(attrs.getNames())
        # The parser keeps every name for ever.
        if max(len(self._names), len(self._attributes)) > limits.MOST_NAMES or len(self._open) > limits.DEEPEST:
            raise NotATable("kind")
        self.start(local, attrs)

    def characters(self, content):
        self.events += 1
        self.text(content)

    def endElement(self, name):  # noqa: N802 - sax's name
        self.events += 1
        self.end(self._open.pop())


def parse(chunks, reader):
    """
    Have a Reader take the XML in the chunks of bytes, and yield after each of them.

    :raises NotATable: if it declares a document type (whose entities would unpack once more), or is out of bounds.
    """
    parser = expatreader.create_parser(forbid_dtd=True)
    parser.setContentHandler(reader)
    unheard = 0
    for chunk in chunks:
        before = reader.events
        parser.feed(chunk)
        # The parser keeps a tag or a remark until it ends.
        unheard = unheard + len(chunk) if reader.events == before else 0
        if unheard > limits.LONGEST_TAG:
            raise NotATable("kind")
        yield
    parser.close()
    yield


def read(chunks, reader):
    """Have a Reader take all of the XML in the chunks, and return it."""
    for _chunk in parse(chunks, reader):
        pass
    return reader
