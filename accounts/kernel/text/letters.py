"""What a mail is written in: HTML, and the plain text that is made of it."""

import re
from html.parser import HTMLParser

BLANKS = re.compile(r"[ \t\r\n\f]+")  # HTML's; those that keep words together are none of them
FOOT = "-- \n"  # what mail programs know the foot of a mail by (RFC 3676, 4.3)


def in_plain_text(page: str) -> tuple[str, str]:
    """
    Return the title and the text of an HTML page of paragraphs, lines, links and a rule, behind
    which its foot is.

    A link stands alone on its line, below its words where it has some of its own.
    """
    reader = _Reader()
    reader.feed(page)
    reader.close()
    return reader.title, "\n\n".join(reader.paragraphs) + "\n"


def unlinked(name: str) -> str:
    """
    Return a person's name so that no mail program makes a link of it, even where it looks like an
    address.
    """
    return re.sub(r"(?<=[.:/])(?=\S)", "\u200b", name)


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.title, self.href, self.before = "", "", ""
        self.paragraphs: list[str] = []
        self.pieces: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        match tag:
            case "p" | "title":
                self.pieces = []
            case "br":
                self.pieces.append("\n")
            case "a":
                self.href = dict(attrs)["href"] or ""
            case "hr":
                self.before = FOOT

    def handle_data(self, data: str) -> None:
        self.pieces.append(BLANKS.sub(" ", data))

    def handle_endtag(self, tag: str) -> None:
        match tag:
            case "a" if self.pieces[-1] != self.href:
                self.pieces.append(f"\n{self.href}")
            case "title":
                self.title = self._said()
            case "p":
                self.paragraphs.append(self.before + self._said())
                self.before = ""

    def _said(self) -> str:
        """Return what was read since the beginning of the element, line by line."""
        return "\n".join(line.strip(" ") for line in "".join(self.pieces).split("\n"))
