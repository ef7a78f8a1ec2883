"""DATABASE_URL, as Django's settings."""

from vectice_admin.env.reading import BASE_DIR, is_number, secret, wrong
from vectice_admin.env.urls import decoded, only_known, split

NAME = "DATABASE_URL"
PLACE = ("host", "port", "user", "password", "dbname")
WORDS = {
    "sslmode": ("disable", "allow", "prefer", "require", "verify-ca", "verify-full"),
    "target_session_attrs": ("any", "read-write", "primary", "prefer-standby"),
    "channel_binding": ("disable", "prefer", "require"),
    "gssencmode": ("disable", "prefer", "require"),
}
NUMBERS = (
    "connect_timeout",
    "keepalives",
    "keepalives_idle",
    "keepalives_interval",
    "keepalives_count",
    "tcp_user_timeout",
)
PORT = "5432"


def database(default):
    """
    Return Django's settings for DATABASE_URL, without those that depend on the kind of database.

    `default` is the path of the SQLite file where nothing is said.
    """
    given = secret(NAME)
    if not given:
        return _file(default)
    url = split(NAME, given, ("sqlite", "postgres", "postgresql"))
    return _sqlite(url) if url.scheme == "sqlite" else _postgresql(url)


def _file(path):
    return {"ENGINE": "django.db.backends.sqlite3", "NAME": str(path)}


def _sqlite(url):
    only_known(NAME, url.options, ())
    path = decoded(NAME, url.path)[1:]
    if (
        url.servers
        or url.user
        or url.password
        or not path
        or path.endswith("/")
        or path == ":memory:"
    ):
        wrong(
            NAME,
            "must be sqlite:///folder/file, from the project's folder, or sqlite:////folder/file.",
        )
    return _file(BASE_DIR / path)


def _postgresql(url):
    options = _libpq_options(url.options)
    found = {
        "host": "",
        "port": "",
        "user": url.user,
        "password": url.password,
        "dbname": url.path.removeprefix("/"),
    }
    if (
        found["dbname"].startswith("/") and not url.servers
    ):  # postgres:////folder/of/the/socket/name
        found["host"], _slash, found["dbname"] = found["dbname"].rpartition("/")
    if "/" in found["dbname"]:
        wrong(NAME, "must end with the name of one database; a / in it is written %2F.")
    found["dbname"] = decoded(NAME, found["dbname"])
    if url.servers:
        found["host"] = ",".join(host for host, _port in url.servers)
        if any(port for _host, port in url.servers):
            found["port"] = ",".join(port or PORT for _host, port in url.servers)
    for place in PLACE:
        if place in options and found[place]:
            wrong(NAME, f"says twice what the {place} is.")
        found[place] = options.pop(place, found[place])
    _check_place(found, options)
    if "," in found["host"]:  # of several, one may be a standby, where nothing can be changed
        options.setdefault("target_session_attrs", "read-write")
    names = {
        "NAME": "dbname",
        "USER": "user",
        "PASSWORD": "password",
        "HOST": "host",
        "PORT": "port",
    }
    settings = {name: found[place] for name, place in names.items()}
    return {"ENGINE": "django.db.backends.postgresql", **settings, "OPTIONS": options}


def _check_place(found, options):
    if not found["dbname"] and "service" not in options:
        wrong(NAME, "must end with the name of a database.")
    ports = found["port"].split(",") if found["port"] else []
    if not all(is_number(port, 1, 65_535) for port in ports) or len(ports) > max(
        1, found["host"].count(",") + 1
    ):
        wrong(NAME, "must have ports from 1 to 65535, as many as hosts.")


def _libpq_options(options):
    """
    Return what libpq is to be told, https://www.postgresql.org/docs/current/libpq-connect.html.
    """
    from psycopg import pq  # noqa: PLC0415 - large, and not needed with SQLite

    known = [option.keyword.decode() for option in pq.Conninfo.get_defaults()]
    only_known(NAME, options, known, source="PostgreSQL's documentation lists them under libpq.")
    for option, value in options.items():
        if option in NUMBERS and not is_number(value, 0, 86_400_000):
            wrong(NAME, f"{option} must be a whole number.")
        if option in WORDS and value not in WORDS[option]:
            wrong(NAME, f"{option} must be {' or '.join(WORDS[option])}.")
    return {option: int(value) if option in NUMBERS else value for option, value in options.items()}
