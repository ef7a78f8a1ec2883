"""Files that only their owner may read, for what holds a whole database."""

import os
import secrets
from contextlib import contextmanager


@contextmanager
def private_file(beside):
    """Make an empty file of mode 0600 in the folder of the path `beside`, yield its path, and leave none behind."""
    path = beside.with_name(f".{beside.name}.{secrets.token_hex(4)}.part")
    os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
    try:
        yield path
    finally:
        path.unlink(missing_ok=True)


def move_in_place(part, path):
    """
    Give the file `part` the name `path` when all of it is on the disk, never writing over another file.

    :raises FileExistsError: if there is one.
    """
    with part.open("rb") as file:
        os.fsync(file.fileno())
    try:
        os.link(part, path)
    except FileExistsError:
        raise
    except OSError:  # a file system on which a file has one name only
        if path.exists():
            raise FileExistsError(path) from None
        part.rename(path)
