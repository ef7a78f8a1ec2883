"""
The parts of a workbook, which is a ZIP archive: what it says of itself is believed only where it is
bounded.
"""

import io
import logging
import posixpath
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from typing import BinaryIO

from accounts.tabular import kinds, limits
from accounts.tabular.limits import NotATable

logger = logging.getLogger(__name__)

COMPRESSED = (
    zipfile.ZIP_STORED,
    zipfile.ZIP_DEFLATED,
)  # all that a workbook may use (ECMA-376-2, 10.2.3)
IS_ENCRYPTED = 0x1


class Archive:
    """
    An archive whose parts can be read, a little at a time.

    No more of a part is unpacked than the directory says, which is within the limits.
    """

    def __init__(self, file: BinaryIO) -> None:
        file.seek(0)
        self._zip = zipfile.ZipFile(_Sparing(file))
        self._elements = 0
        parts = self._zip.infolist()
        self.unpacked = sum(part.file_size for part in parts)
        if len(parts) > limits.MOST_PARTS or self.unpacked > limits.MOST_UNPACKED:
            raise NotATable("unpacked")
        # Names differ by letter case in no archive, but in what refers to them.
        self._parts = {part.filename.lower().lstrip("/"): part for part in parts}
        if any(part.flag_bits & IS_ENCRYPTED for part in parts):
            raise NotATable("encrypted")
        if "[content_types].xml" not in self._parts:
            raise NotATable(kinds.kind_of_archive(self._parts))

    def __contains__(self, name: str) -> bool:
        return name.lower() in self._parts

    def count(self, elements: int) -> None:
        """
        Count elements of XML that were read. :raises NotATable: if all that were read are too many.
        """
        self._elements += elements
        if self._elements > limits.MOST_ELEMENTS:
            raise NotATable("unpacked")

    def chunks(self, name: str, most: int) -> Iterator[bytes]:
        """
        Yield the bytes of a part, `limits.AT_ONCE` at a time. :raises NotATable: if they are more
        than `most`.
        """
        part = self._parts[name.lower()]
        if part.file_size > most:
            raise NotATable("unpacked")
        if part.compress_type not in COMPRESSED:
            raise NotATable("kind")
        with self._zip.open(part) as opened:
            while chunk := opened.read(limits.AT_ONCE):
                yield chunk


class _Sparing:
    """
    A file of which nobody reads much at once: a directory of parts, which is read whole, must be
    short.
    """

    def __init__(self, file: BinaryIO) -> None:
        self._file = file

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        return self._file.seek(offset, whence)

    def tell(self) -> int:
        return self._file.tell()

    def seekable(self) -> bool:
        return True

    def read(self, size: int | None = -1) -> bytes:
        data = self._file.read(limits.LONGEST_DIRECTORY + 1 if size is None or size < 0 else size)
        if len(data) > limits.LONGEST_DIRECTORY:
            raise NotATable("unpacked")
        return data


@contextmanager
def faults_are_the_files() -> Iterator[None]:
    """
    Have whatever goes wrong while a workbook is read be a fault of the file.

    The libraries below raise dozens of errors for broken files, and new ones with each version.
    """
    try:
        yield
    except NotATable:
        raise
    except Exception as error:
        # What the error says may be what stands in the file.
        logger.info("A workbook could not be read (%s).", type(error).__name__)
        raise NotATable("kind") from error


def resolved(part: str, target: str) -> str:
    """
    Return the name of the part that `target` means in the part with that name (ECMA-376-2, 9.3).
    """
    return posixpath.normpath(posixpath.join("/", posixpath.dirname(part), target)).lstrip("/")


def relations_of(part: str) -> str:
    """
    Return the name of the part that says what another part refers to; "" is the archive as a whole.
    """
    folder, name = posixpath.split(part)
    return posixpath.join(folder, "_rels", f"{name}.rels")
