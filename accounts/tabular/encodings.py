"""
In which encoding a text file is written, which it mostly does not say: known, or guessed and then
said to be a guess.

UTF-8 can be told from its bytes. In the others any byte is some letter, so a file is taken for the
one in which its words look most like words, and the people who know the names are asked.
"""

import codecs
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO

from accounts.tabular import limits
from accounts.tabular.kinds import head_of
from accounts.tabular.limits import NotATable

UTF_8 = "utf-8"
MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),  # begins as UTF-16 does
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
WESTERN = "cp1252"
# What one can choose, the likeliest first; named as Python does.
CHOICES = (UTF_8, WESTERN, "cp850", "mac_roman", "cp1250", "cp1251")
MOST_WORDS = 5_000  # that are looked at
SHOWN = 3

WORDS = re.compile(rb"[A-Za-z'\x80-\xff]+")
MULTIBYTE = re.compile(
    rb"[\xc2-\xdf][\x80-\xbf]|[\xe0-\xef][\x80-\xbf]{2}|[\xf0-\xf4][\x80-\xbf]{3}|([\x80-\xff])",
)
# A letter of two bytes (é, ł, и …) that was read as if it were two letters.
READ_TWICE = re.compile(r"[ÃÂÄÅÐÑ][\x80-\xbf€‚ƒ„…†‡ˆ‰Š‹ŒŽ‘’“”•–—˜™š›œžŸ]|â€")
LETTER = r"[^\W\d_]"
# Signs that stand inside words in some languages, and those that stand at their end.
IN_WORDS, AFTER_WORDS = "'’ʼ·´`\xad", "™®©°ªº…”“»›!¡"
SIGN = rf"[^\w\s\x00-\x7f{IN_WORDS}]"
ODD = re.compile(
    rf"{LETTER}(?![–—]){SIGN}{LETTER}"  # Fran‡ois
    r"|[a-zà-ÿœ][–—][a-zà-ÿ]|[A-Za-z]{3}’[aeiou]\b"  # Mu–oz, Garc’a
    rf"|(?<!\w)[£¢¥¤§¦¬¯ªƒ†‡‰™]{LETTER}|Ÿ[a-zß-ÿ]"  # £ukasz
    rf"|{LETTER}(?![{AFTER_WORDS}–—]){SIGN}"  # Ren‚
    rf"|{LETTER}{{2}}[¹²³]|{LETTER}[¹²³]{LETTER}"  # Pawe³
    r"|[a-zß-öø-ÿ][À-ÖØ-ÞŠŽŸŒ]"  # LefŠvre, JŸrgen
    r"|[À-ÅÇ-ÏÑ-ÖØ-Ýßà-åç-ïñ-öø-ýÿ]{3}"  # Èâàí
    r"|[øåæ]\w*[áíýèìòùñ]|[áíý]\w*[øåæèìòùñ]|[èìòùñ]\w*[áíýøåæ]"  # Dvoøák, Nováèek
    r"|[A-Za-z][\u0400-\u04ff]|[\u0400-\u04ff][A-Za-z]"  # Franзois
    r"|[\x80-\x9f\u2500-\u259f\uf8ff]"
)


@dataclass(frozen=True)
class Encoding:
    """
    The name of an encoding; `odd_words` are some to tell by whether it is right, where it is a
    guess.
    """

    name: str
    odd_words: tuple[str, ...] = ()


def detect(file: BinaryIO) -> Encoding:
    """
    Return the Encoding of an open binary file.

    :raises NotATable: if it is no text, or is UTF-8 but for some of its lines.
    """
    head = head_of(file)
    if marked := next((name for mark, name in MARKS if head.startswith(mark)), ""):
        require(file, marked)
        return Encoding(marked)
    if _is_in(file, UTF_8):
        return Encoding(UTF_8, _read_twice(file))
    _require_one_encoding(file)
    words = _unusual_words(file)
    odd = {name: _odd(words, name) for name in CHOICES if name != UTF_8 and _is_in(file, name)}
    name = min(odd, key=lambda one: len(odd[one]), default="")
    if not name:
        raise NotATable("text")
    if name == WESTERN and not odd[WESTERN]:
        return Encoding(WESTERN)
    shown = (odd.get(WESTERN) or words)[:SHOWN]
    return Encoding(name, tuple(word.decode(name) for word in shown))


def require(file: BinaryIO, name: str) -> None:
    """:raises NotATable: if a file is no text in the encoding of that name."""
    if not _is_in(file, name):
        raise NotATable("text")


def of_head(head: bytes) -> str:
    """
    Return the encoding in which the first bytes of a file are read, before all of them are known.
    """
    return next((name for mark, name in MARKS if head.startswith(mark)), UTF_8)


def _is_in(file: BinaryIO, name: str) -> bool:
    """
    Return whether all the bytes are text in that encoding. :raises NotATable: if there are zero
    bytes in it.
    """
    file.seek(0)
    decoder = codecs.getincrementaldecoder(name)()
    try:
        while part := file.read(limits.AT_ONCE):
            if "\x00" in decoder.decode(part):
                raise NotATable("text")
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True


def _lines(file: BinaryIO) -> Iterator[bytes]:
    file.seek(0)
    return iter(lambda: file.readline(limits.AT_ONCE), b"")


def _require_one_encoding(file: BinaryIO) -> None:
    """
    :raises NotATable: where most letters are UTF-8 and some are not, with the first `line` that has
    one of these.
    """
    well, ill, first = 0, 0, 0
    line = 1
    for part in _lines(file):
        for match in MULTIBYTE.finditer(part):
            if match[1]:
                ill, first = ill + 1, first or line
            else:
                well += 1
        line += part.endswith(b"\n")
    if well >= ill:
        raise NotATable("mixed", line=first)


def _unusual_words(file: BinaryIO) -> list[bytes]:
    """
    Return words with letters that are not ASCII, as bytes, each once; no more than tell the
    encoding.
    """
    found = {}
    for part in _lines(file):
        for word in WORDS.findall(part):
            if not word.isascii():
                found[word] = True
        if len(found) >= MOST_WORDS:
            break
    return list(found)


def _odd(words: list[bytes], name: str) -> list[bytes]:
    """Return those of the words that no language writes like that, read in that encoding."""
    read = ((word, word.decode(name)) for word in words)
    return [word for word, text in read if READ_TWICE.search(text) or ODD.search(text)]


def _read_twice(file: BinaryIO) -> tuple[str, ...]:
    """
    Return some words of a file in UTF-8 that was made from one by a program that did not know it
    was.
    """
    found = {}
    for part in _lines(file):
        if not part.isascii():
            for word in part.decode(UTF_8, errors="ignore").split():
                if READ_TWICE.search(word):
                    found[word.strip(",;\"'")[:50]] = True
        if len(found) >= SHOWN:
            break
    return tuple(found)[:SHOWN]
