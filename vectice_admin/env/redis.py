"""REDIS_URL, as redis-py reads it."""

from urllib.parse import quote, urlencode

from vectice_admin.env.reading import is_number, secret, wrong
from vectice_admin.env.urls import decoded, one_server, only_known, split

NAME = "REDIS_URL"
PORT = "6379"
SECONDS = ("socket_timeout", "socket_connect_timeout")
YES_NO = ("socket_keepalive", "ssl_check_hostname")
NUMBERS = ("max_connections", "health_check_interval")
TLS = ("ssl_cert_reqs", "ssl_ca_certs", "ssl_certfile", "ssl_keyfile", "ssl_check_hostname")
PLAIN = ("db", "client_name", "protocol", *SECONDS, *NUMBERS, "socket_keepalive")
CERT_REQS = ("none", "optional", "required")


def redis_url():
    """Return REDIS_URL with all in it encoded as redis-py expects it, "" where none is set."""
    given = secret(NAME)
    if not given:
        return ""
    url = split(NAME, given, ("redis", "rediss", "unix"))
    only_known(NAME, url.options, (*PLAIN, *(TLS if url.scheme == "rediss" else ())))
    for option, value in url.options.items():
        _check(option, value)
    if url.user and not url.password:
        wrong(
            NAME,
            "names a user and no password. A password alone stands behind a colon, as in redis://:…@host.",
        )
    options = dict(url.options)
    if url.scheme == "unix":
        where = quote(decoded(NAME, url.path))
        if url.servers or not where.startswith("/") or where.endswith("/"):
            wrong(NAME, "must be unix:///folder/socket, with ?db=1 behind it for a database.")
    else:
        host, port = one_server(NAME, url)
        where = (
            f"{f'[{host}]' if ':' in host else host}:{port or PORT}/{_number(url.path, options)}"
        )
    signing_in = (
        f"{quote(url.user, safe='')}:{quote(url.password, safe='')}@"
        if url.user or url.password
        else ""
    )
    return f"{url.scheme}://{signing_in}{where}{'?' if options else ''}{urlencode(options)}"


def _number(path, options):
    """Return the number of the database, which stands in the path or as the option db."""
    in_path = path.removeprefix("/")
    if in_path and not is_number(in_path, 0, 65_535):
        wrong(NAME, "must have the number of a database behind the /, as in redis://host:6379/0.")
    if in_path and "db" in options:
        wrong(NAME, "names a database twice.")
    return options.pop("db", in_path or "0")


def _check(option, value):
    if option in SECONDS and not _is_seconds(value):
        wrong(NAME, f"{option} must be a number of seconds.")
    if option in YES_NO and value.lower() not in ("true", "false", "yes", "no", "1", "0"):
        wrong(NAME, f"{option} must be true or false.")
    if option in (*NUMBERS, "db") and not is_number(value, 0, 65_535):
        wrong(NAME, f"{option} must be a whole number.")
    if option == "protocol" and value not in ("2", "3"):
        wrong(NAME, "protocol must be 2 or 3.")
    if option == "ssl_cert_reqs" and value not in CERT_REQS:
        wrong(NAME, f"ssl_cert_reqs must be {' or '.join(CERT_REQS)}.")


def _is_seconds(value):
    whole, _dot, part = value.partition(".")
    return (
        is_number(whole, 0, 3600) and (not part or is_number(part, 0, 999_999)) and float(value) > 0
    )
