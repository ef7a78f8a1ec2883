"""Files that only their owner may read, for what holds a whole database."""

import fcntl
import os
import re
import secrets
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path

# What SQLite lays beside a file while it writes included.
PART = re.compile(r"\..+\.[0-9a-f]{8}\.part(-journal|-wal|-shm)?", re.DOTALL)


@contextmanager
def private_file(beside):
    """
    Make an empty file of mode 0600 in the folder of the path `beside`, yield its path, and leave
    none behind.

    What processes that were killed left there is removed on the way.
    """
    remove_left_overs(beside.parent)
    path = beside.with_name(f".{beside.name}.{secrets.token_hex(4)}.part")
    with ExitStack() as held:
        with suppress(
            OSError
        ):  # where a folder cannot be locked, nobody removes what lies in it either
            held.enter_context(_lock(beside.parent, fcntl.LOCK_SH))
        os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
        try:
            yield path
        finally:
            for name in (path.name, *(f"{path.name}-{more}" for more in ("journal", "wal", "shm"))):
                path.with_name(name).unlink(missing_ok=True)


def remove_left_overs(folder):
    """
    Remove the files of `private_file` that nobody writes any more.

    None is removed while anybody writes one in the folder, nor where folders cannot be locked
    (NFS).
    """
    with suppress(OSError), _lock(folder, fcntl.LOCK_EX | fcntl.LOCK_NB):
        for path in Path(folder).iterdir():
            if PART.fullmatch(path.name):
                path.unlink(missing_ok=True)


@contextmanager
def _lock(folder, kind):
    """
    Hold a lock on the folder itself: the files are locked by SQLite in a way of its own.

    :raises OSError: if others hold one and `kind` says not to wait, or the file system has no such
    locks.
    """
    lock = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        fcntl.flock(lock, kind)
        yield
    finally:
        os.close(lock)


def move_in_place(part, path):
    """
    Give the file `part` the name `path` when all of it is on the disk, never writing over another
    file.

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
