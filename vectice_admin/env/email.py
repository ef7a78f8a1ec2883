"""EMAIL_URL, as Django's settings."""

from vectice_admin.env.reading import secret, wrong
from vectice_admin.env.urls import one_server, only_known, split

NAME = "EMAIL_URL"
PORTS = {"smtp": 25, "smtp+tls": 587, "smtp+ssl": 465}
CONSOLE = "consolemail"


def email():
    """Return Django's EMAIL_… settings for EMAIL_URL, or {} where mails are kept as files."""
    given = secret(NAME)
    if not given:
        return {}
    if given.startswith("smtps:"):
        wrong(
            NAME,
            "must begin with smtp+ssl:// (TLS from the start) or smtp+tls:// (STARTTLS); smtps "
            "means either.",
        )
    url = split(NAME, given, (*PORTS, CONSOLE))
    only_known(NAME, url.options, ())
    if url.scheme == CONSOLE:
        return {"EMAIL_BACKEND": "django.core.mail.backends.console.EmailBackend"}
    host, port = one_server(NAME, url)
    if url.path not in ("", "/"):
        wrong(NAME, "must end behind the host and its port.")
    if bool(url.user) != bool(url.password):
        wrong(NAME, "must name a user and a password, or neither.")
    if not f"{url.user}{url.password}".isascii():
        wrong(NAME, "can sign in with letters, digits and signs of ASCII alone.")
    return {
        "EMAIL_BACKEND": "django.core.mail.backends.smtp.EmailBackend",
        "EMAIL_HOST": host,
        "EMAIL_PORT": int(port) if port else PORTS[url.scheme],
        "EMAIL_HOST_USER": url.user,
        "EMAIL_HOST_PASSWORD": url.password,
        "EMAIL_USE_TLS": url.scheme == "smtp+tls",
        "EMAIL_USE_SSL": url.scheme == "smtp+ssl",
    }
