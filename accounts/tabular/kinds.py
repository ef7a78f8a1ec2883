"""
What kind of file somebody sends, by how it begins: who sends another than was asked for is told
which it is.
"""

import re
from collections.abc import Iterable
from typing import BinaryIO

from accounts.tabular.limits import HEAD, NotATable

ZIP = (b"PK\x03\x04", b"PK\x05\x06")  # a part comes, or the end of an archive that has none
BEGINNINGS = (
    ("pdf", rb"\s*%PDF"),
    ("xls", rb"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"),  # also a workbook that a password protects
    (
        "image",
        rb"\x89PNG|\xff\xd8\xff|GIF8|BM.{4}\0\0\0\0|II\*\0|MM\0\*|RIFF.{4}WEBP|.{4}ftyp(?:heic|mif1|avif)",
    ),
    ("html", rb"(?:\xef\xbb\xbf)?\s*<(?:!doctype\s+html|html|head|meta|body|table|\?xml|!--)"),
    ("archive", rb"\x1f\x8b|7z\xbc\xaf|Rar!|BZh\d|\xfd7zXZ|\x28\xb5\x2f\xfd"),
    ("document", rb"\{\\rtf"),
)
# A part that only that kind of archive has, and what the kind is called.
PARTS = (
    ("xlsb", "xl/workbook.bin"),
    ("document", "word/document.xml"),
    ("document", "ppt/presentation.xml"),
    ("numbers", "index/document.iwa"),
    ("numbers", "index.zip"),
    ("ods", "meta-inf/manifest.xml"),
)


def head_of(file: BinaryIO) -> bytes:
    """Return the first bytes of an open binary file."""
    file.seek(0)
    return file.read(HEAD)


def is_archive(file: BinaryIO) -> bool:
    """Return whether it is a ZIP archive, as a workbook is."""
    return head_of(file).startswith(ZIP)


def require_text_or_archive(file: BinaryIO) -> None:
    """:raises NotATable: if the file is neither, with the kind that it is as the code."""
    head = head_of(file)
    for code, beginning in BEGINNINGS:
        if re.match(beginning, head, flags=re.IGNORECASE | re.DOTALL):
            raise NotATable(code)


def kind_of_archive(names: Iterable[str]) -> str:
    """
    Return the code for what an archive with these parts (in small letters) is, which is no XLSX.
    """
    return next((code for code, part in PARTS if part in names), "kind")
