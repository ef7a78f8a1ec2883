"""
What the product keeps is for its own user: others on the machine read neither its folder nor its
files.
"""

import contextlib
import os
import stat
import threading
from pathlib import Path

BESIDE = (
    "",
    "-wal",
    "-shm",
    "-journal",
)  # SQLite makes these itself, with the mode that its file has by then
_making = threading.Lock()


def folder(path):
    """
    Make the folder if it is not there, for its owner alone; take it from all others if they can
    look into it.
    """
    with contextlib.suppress(OSError):  # whoever then writes there says what is wrong
        Path(path).mkdir(mode=0o700, parents=True, exist_ok=True)
    _close(path, 0o700)


def sqlite_file(path):
    """
    Make the file of a database if it is not there, for its owner alone, and close one that others
    can read.

    One that is there is never opened: closing it again would drop all locks that this process holds
    on it, other threads' too, and who closes the database elsewhere would take the -wal from under
    them (https://www.sqlite.org/howtocorrupt.html, section 2.2). For the same reason nobody opens
    one that is being made.
    """
    with _making, contextlib.suppress(OSError):  # SQLite itself says what is wrong
        os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600))
    for end in BESIDE:
        _close(f"{path}{end}", 0o600)


def _close(path, mode):
    """
    Where everybody has a right it was given to nobody on purpose; what a group alone was given
    stays.
    """
    with contextlib.suppress(
        OSError
    ):  # not ours, not there, or on a disk that is read only: doctor looks at it
        if stat.S_IMODE(Path(path).stat().st_mode) & stat.S_IRWXO:
            Path(path).chmod(mode)
