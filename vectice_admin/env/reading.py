"""
One setting at a time: text, on or off, a number, one of some words, a secret that may be a file.
"""

import re
from pathlib import Path

import environ

BASE_DIR = Path(__file__).resolve().parent.parent.parent
TRUE, FALSE = {"1", "true", "yes", "on"}, {"0", "false", "no", "off", ""}
MOST_DIGITS = 15
CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\ud800-\udfff\u2028\u2029]")


class _Environment(environ.Env):
    """
    django-environ takes $NAME for another variable and has no option not to; a password may begin
    so.
    """

    def get_value(self, var, *arguments, **named):
        value = self.ENVIRON.get(var, "")
        return value if value.startswith("$") else super().get_value(var, *arguments, **named)


_env = _Environment()


class WrongSetting(SystemExit):
    """Ends the process with status 1 and one line on stderr."""


def wrong(name, why):
    """
    End the start. `why` goes on where the name stops, and never holds the value.

    :raises WrongSetting: always.
    """
    raise WrongSetting(f"{name}: {why}")


def text(name, default=""):
    """Return what the setting says, without blanks around it; `default` where it says nothing."""
    return _one_line(name, _env.str(name, default="")) or default


def secret(name, default=""):
    """
    Return the value of `name`, or what stands in the file that `name`_FILE names.

    Containers hand secrets over as files, since the environment of a process is shown in many
    places.
    """
    path = text(f"{name}_FILE")
    if not path:
        return text(name, default)
    if text(name):
        wrong(f"{name}_FILE", f"is given, and so is {name}. Give one of them.")
    try:
        value = Path(path).read_text(encoding="utf-8-sig")
    except (OSError, ValueError) as error:
        wrong(f"{name}_FILE", f"the file that it names cannot be read ({type(error).__name__}).")
    return _one_line(f"{name}_FILE", value) or wrong(
        f"{name}_FILE", "the file that it names is empty."
    )


def _one_line(name, value):
    value = value.strip()
    if CONTROL.search(value):
        wrong(name, "must be one line of text in UTF-8, without control characters.")
    return value


def boolean(name):
    """Return whether the setting is on; off where it says nothing."""
    value = text(name).lower()
    if value not in TRUE | FALSE:
        wrong(name, "must be on or off.")
    return value in TRUE


def number(name, default, *, least, most):
    """Return a whole number from `least` to `most`."""
    value = text(name, str(default))
    if not is_number(value, least, most):
        wrong(name, f"must be a whole number from {least} to {most}.")
    return int(value)


def is_number(value, least, most):
    """Return whether the text is a whole number from `least` to `most`, in plain digits."""
    return (
        value.isascii()
        and value.isdigit()
        and len(value) <= MOST_DIGITS
        and least <= int(value) <= most
    )


def choice(name, *options):
    """Return one of the `options`, the first of them where nothing is said."""
    value = text(name, options[0])
    if value not in options:
        wrong(name, f"must be {' or '.join(options)}.")
    return value


def words(name):
    """Return what stands between the commas."""
    return [word.strip() for word in text(name).split(",") if word.strip()]
