"""The settings, looked at with an operator's eyes."""

import ipaddress
import math
import os
from pathlib import Path
from urllib.parse import urlsplit

from django.conf import settings
from django.core import checks
from django.db import connection

import accounts.invitations.actions
from accounts.kernel.crypto import tokens
from vectice_admin.env.names import meant
from vectice_admin.operations.doctor.finding import OK, WARNING, WRONG, Finding

LOCAL = ("127.0.0.1", "localhost", "::1")
READ_BY_OTHERS, ENTERED_BY_OTHERS = 0o004, 0o001
# What Django says of missing TLS in four ways, the line about PUBLIC_URL has said.
ABOUT_TLS = {"security.W004", "security.W008", "security.W011", "security.W012", "security.W016"}


def findings():
    """Yield what the settings say, without asking anything outside this process."""
    yield _debug()
    yield _secret_key()
    yield _public_url()
    yield _trusted_proxies()
    yield from _misspelt()
    yield from _readable_files()
    yield from _django()


def _debug():
    if settings.DEVELOPMENT:
        return Finding(
            WRONG,
            "DEBUG",
            "is on, which is for a machine of your own. Take it out of the environment.",
        )
    return Finding(OK, "DEBUG", "is off.")


def _secret_key():
    if settings.DEVELOPMENT:
        return Finding(
            WARNING,
            "SECRET_KEY",
            "may be the one that development keeps under var/. Set one of your own.",
        )
    former = len(settings.SECRET_KEY_FALLBACKS)
    text = (
        f" {former} former keys still count; each may go {fallback_days()} days after it was "
        "SECRET_KEY last."
    )
    return Finding(OK, "SECRET_KEY", f"is set.{text if former else ''}")


def fallback_days():
    """
    Return how long a former key is needed: as long as anything lives that was made with it.

    The longest is the link in a mail about a change, unless sessions or temporary passwords live
    longer here.
    """
    hours = max(
        settings.SESSION_HOURS, settings.TEMPORARY_PASSWORD_HOURS, settings.RESET_LINK_MINUTES / 60
    )
    return max(tokens.DISPUTE_DAYS, accounts.invitations.actions.DAYS, math.ceil(hours / 24))


def _public_url():
    if settings.TLS:
        return Finding(
            OK, "PUBLIC_URL", f"{settings.PUBLIC_URL}, so cookies are sent over TLS only."
        )
    if urlsplit(settings.PUBLIC_URL).hostname in LOCAL:
        return Finding(
            WARNING, "PUBLIC_URL", f"{settings.PUBLIC_URL} can be reached from this machine only."
        )
    return Finding(
        WARNING,
        "PUBLIC_URL",
        f"{settings.PUBLIC_URL} has no TLS: passwords can be read on their way.",
    )


def _trusted_proxies():
    named = [word for word in settings.TRUSTED_PROXIES if word != "unix"]
    everybody = [word for word in named if ipaddress.ip_network(word, strict=False).prefixlen == 0]
    if everybody:
        return Finding(
            WRONG,
            "TRUSTED_PROXIES",
            f"{everybody[0]} is everybody: anyone can forge where they come from.",
        )
    if settings.TLS and not settings.TRUSTED_PROXIES:
        return Finding(
            WRONG,
            "TRUSTED_PROXIES",
            "is empty, but PUBLIC_URL is https, so a proxy must end TLS in front.",
        )
    return Finding(
        OK, "TRUSTED_PROXIES", ", ".join(settings.TRUSTED_PROXIES) or "none, and none is needed."
    )


def _misspelt():
    """
    In .env such a name stops the start; the environment may have been made for other programs, too.
    """
    for name in sorted(os.environ):
        if setting := meant(name):
            yield Finding(
                WARNING, "Settings", f"{name} in the environment is none. Is {setting} meant?"
            )


def _readable_files():
    """Others on the machine should read neither the database nor the secrets."""
    files = [settings.BASE_DIR / ".env"]
    if connection.vendor == "sqlite":
        files.append(Path(connection.settings_dict["NAME"]))
    for path in map(Path.resolve, files):  # a release's .env is a link
        open_folder = path.parent.stat().st_mode & ENTERED_BY_OTHERS if path.is_file() else False
        if open_folder and path.stat().st_mode & READ_BY_OTHERS:
            yield Finding(
                WARNING, "Files", f"{path} can be read by everybody on this machine: chmod o-rwx."
            )


def _django():
    for found in checks.run_checks(include_deployment_checks=True):
        if found.is_silenced():  # decided otherwise, see README.md on HSTS
            continue
        if settings.TLS or found.id not in ABOUT_TLS:
            level = WRONG if found.level >= checks.ERROR else WARNING
            yield Finding(level, f"Django's check {found.id}", found.msg)
