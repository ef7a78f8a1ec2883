"""
The environment, read strictly: a value that is not understood stops the start with one line that names it.

django-environ does the reading; guessing at a typing mistake is what it is kept from.
"""

import contextlib
import ipaddress
import os
import re
import secrets
from pathlib import Path
from urllib.parse import urlsplit

import environ

BASE_DIR = Path(__file__).resolve().parent.parent
TRUE, FALSE = {"1", "true", "yes", "on"}, {"0", "false", "no", "off", ""}
SHORTEST_SECRET_KEY = 50

SHORTEST_TOKEN = 20

_env = environ.Env()
if (BASE_DIR / ".env").is_file():
    _env.read_env(BASE_DIR / ".env")


class WrongSetting(SystemExit):
    """Ends the process with status 1 and one line on stderr."""


def wrong(name, why):
    raise WrongSetting(f"{name}: {why}")


def text(name, default=""):
    return os.environ.get(name, "").strip() or default


def secret(name, default=""):
    """
    Return the value of `name`, or what stands in the file that `name`_FILE names.

    Containers hand secrets over as files, since the environment of a process is shown in many places.
    """
    path = text(f"{name}_FILE")
    if not path:
        return text(name, default)
    if text(name):
        wrong(f"{name}_FILE", f"is given, and so is {name}. Give one of them.")
    try:
        value = Path(path).read_text().strip()
    except (OSError, ValueError) as error:
        wrong(f"{name}_FILE", f"{path!r} cannot be read ({type(error).__name__}).")
    return value or wrong(f"{name}_FILE", f"{path!r} is empty.")


def boolean(name):
    value = text(name).lower()
    if value not in TRUE | FALSE:
        wrong(name, f"must be on or off, not {value!r}.")
    return value in TRUE


def number(name, default, *, least, most):
    value = text(name, str(default))
    if not (value.isascii() and value.isdigit() and least <= int(value) <= most):
        wrong(name, f"must be a whole number from {least} to {most}, not {value!r}.")
    return int(value)


def choice(name, *options):
    """Return one of the `options`, the first of them where nothing is said."""
    value = text(name, options[0])
    if value not in options:
        wrong(name, f"must be {' or '.join(options)}, not {value!r}.")
    return value


def words(name):
    return [word.strip() for word in text(name).split(",") if word.strip()]


def secret_key(*, development):
    """Return SECRET_KEY; in development one that is made once and kept under var/."""
    key = secret("SECRET_KEY")
    if not key and development:
        return _kept_secret_key(BASE_DIR / "var" / "secret_key")
    if not key:
        wrong("SECRET_KEY", f"is needed when DEBUG is off. Make one: {_HOW_TO_MAKE_A_KEY}")
    if len(key) < SHORTEST_SECRET_KEY or len(set(key)) < 5:
        wrong("SECRET_KEY", f"is too short to be safe. Make one: {_HOW_TO_MAKE_A_KEY}")
    return key


_HOW_TO_MAKE_A_KEY = "python3 -c 'import secrets; print(secrets.token_urlsafe(50))'"


def token(name):
    """Return a token that a program shows to be let in, "" where none is set."""
    found = secret(name)
    if found and (len(found) < SHORTEST_TOKEN or not found.isascii() or not found.isprintable() or " " in found):
        wrong(name, f"must be at least {SHORTEST_TOKEN} letters, digits and signs. Make one: {_HOW_TO_MAKE_A_KEY}")
    return found


def _kept_secret_key(path):
    path.parent.mkdir(exist_ok=True)
    with (
        contextlib.suppress(FileExistsError),
        open(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "w") as f,
    ):
        f.write(secrets.token_urlsafe(50))
    return path.read_text().strip()


def public_url(default):
    """Return PUBLIC_URL: scheme, host and perhaps a port, without a slash at the end."""
    value = text("PUBLIC_URL", default).rstrip("/")
    if not is_address(value):
        wrong("PUBLIC_URL", f"must be like https://admin.example.com, without a path, not {value!r}.")
    return value


def is_address(value):
    """Return whether `value` is a scheme, a host and perhaps a port, and nothing else."""
    try:
        parts = urlsplit(value)
        good = (
            parts.scheme in ("http", "https") and parts.hostname and not (parts.path or parts.query or parts.fragment)
        )
        return bool(good and parts.port != 0 and "@" not in parts.netloc and not re.search(r"\s", value))
    except ValueError:
        return False


def hosts(name, default):
    """Return the host names that requests may name."""
    named = words(name) or default
    for host in named:
        if "*" in host or "/" in host or not host:
            wrong(name, f"must name hosts like admin.example.com, separated by commas, not {host!r}.")
    return named


def database(default):
    """Return Django's settings for DATABASE_URL, without those that depend on the kind of database."""
    url = secret("DATABASE_URL", default)
    if urlsplit(url).scheme not in ("sqlite", "postgres", "postgresql"):
        wrong("DATABASE_URL", "must begin with sqlite:/// or postgres://.")
    return _parsed("DATABASE_URL", environ.Env.db_url_config, url)


def redis_url():
    url = secret("REDIS_URL")
    if url and urlsplit(url).scheme not in ("redis", "rediss", "unix"):
        wrong("REDIS_URL", "must begin with redis://, rediss:// or unix://.")
    return url


def email():
    """Return Django's EMAIL_… settings for EMAIL_URL, or {} where mails are kept as files."""
    url = secret("EMAIL_URL")
    if not url:
        return {}
    if urlsplit(url).scheme not in ("smtp", "smtps", "smtp+tls", "smtp+ssl", "consolemail"):
        wrong("EMAIL_URL", "must begin with smtp://, smtp+tls://, smtp+ssl:// or consolemail://.")
    found = _parsed("EMAIL_URL", environ.Env.email_url_config, url)
    return {name: value for name, value in found.items() if name.startswith("EMAIL_")}


def networks(name):
    """Return the trusted proxies as networks; the word "unix" among them stands for peers on a Unix socket."""
    found = words(name)
    for word in found:
        try:
            word == "unix" or ipaddress.ip_network(word, strict=False)
        except ValueError:
            wrong(name, f"must hold addresses, networks or the word unix, not {word!r}.")
    return found


def _parsed(name, parse, url):
    try:
        return parse(url)
    except Exception:  # noqa: BLE001 - whatever the parser raises, its text may hold the password of the URL
        wrong(name, "cannot be understood.")
