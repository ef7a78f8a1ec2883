"""
The file .env, read strictly: a line that cannot be understood stops the start, and only its number
is shown.

    # a comment, on a line of its own
    NAME=value
    export NAME = "value with blanks"    # quotes of either kind; in double ones \\ escapes what it
    does in a shell

django-environ reads such files, too, but skips what it does not understand and prints the line,
secrets and all.
"""

import os
import re

from vectice_admin.env.names import FILES, OTHERS, meant
from vectice_admin.env.reading import CONTROL, WrongSetting

LINE = re.compile(r"(?:export[ \t]+)?([^=\s]+)[ \t]*=[ \t]*(.*)")
NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
QUOTED = re.compile(r"""'([^']*)'|"((?:[^"\\]|\\.)*)\"""")
COMMENT = re.compile(r"(?:^|[ \t])#")
ESCAPED = re.compile(
    r"\\([\"\\$`])"
)  # before any other sign it stands for itself (POSIX 2.2.3, systemd.exec)


class Unreadable(Exception):
    """A line that cannot be understood; the message says why, without a word of the line."""


def read(path):
    """
    Put what the file says into the environment; what the environment says itself counts more.

    :raises WrongSetting: with the file and the line of what cannot be understood.
    """
    if not os.path.lexists(path):
        return
    for name, value in parse(path).items():
        os.environ.setdefault(name, value)


def parse(path):
    """Return what the file says, as a dictionary. See `read` for what it raises."""
    try:
        data = path.read_bytes()
    except OSError as error:
        raise WrongSetting(f"{path}: cannot be read ({type(error).__name__}).") from None
    found = {}
    for number, raw in enumerate(data.removeprefix(b"\xef\xbb\xbf").split(b"\n"), 1):
        try:
            pair = _line(raw)
            if pair and found.setdefault(*pair) != pair[1]:
                raise Unreadable("gives another value to a name that stands further up.")
        except Unreadable as why:
            raise WrongSetting(f"{path}:{number}: {why}") from None
    return found


def _line(raw):
    """Return the name and the value on the line, None where there is neither."""
    try:
        line = raw.decode().strip()
    except UnicodeDecodeError:
        raise Unreadable("is not in UTF-8. Save the file in UTF-8.") from None
    if not line or line.startswith("#"):
        return None
    found = LINE.fullmatch(line)
    if not found or CONTROL.search(line.replace("\t", " ")):
        raise Unreadable("is not understood. A line is NAME=value, or a comment behind a #.")
    return _known(found[1]), _value(found[2])


def _known(name):
    # Neither message repeats the name: where a sign is missing, what looks like one may be a part
    # of a secret.
    if setting := meant(name):
        raise Unreadable(f"names no setting. Is {setting} meant?")
    if name == "export" or not NAME.fullmatch(name):
        raise Unreadable("is not understood. A name is made of letters, digits and _.")
    if name.endswith("_FILE") and name not in FILES and not name.startswith(OTHERS):
        raise Unreadable("names a file for what is read from none. README.md lists what is.")
    return name


def _value(said):
    if said[:1] in ("'", '"'):
        quoted = QUOTED.fullmatch(said)
        if not quoted:
            raise Unreadable("has a quote that is not closed, or something behind the closing one.")
        return quoted[1] if quoted[1] is not None else ESCAPED.sub(r"\1", quoted[2])
    if COMMENT.search(said):
        raise Unreadable(
            "has a # behind a blank. Put comments on lines of their own, and such a value in "
            "quotes."
        )
    return said
