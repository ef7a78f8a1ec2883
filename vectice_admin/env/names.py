"""The names of all settings, so that a misspelt one does not count as none."""

import difflib
import os
from pathlib import PurePath

from vectice_admin.env.reading import wrong

SECRETS = (
    "SECRET_KEY",
    "SECRET_KEY_FALLBACKS",
    "DATABASE_URL",
    "REDIS_URL",
    "EMAIL_URL",
    "METRICS_TOKEN",
)
FILES = frozenset(f"{name}_FILE" for name in SECRETS)
NAMES = FILES.union(
    SECRETS,
    ("DEBUG", "ALLOWED_HOSTS", "PUBLIC_URL", "HSTS_SUBDOMAINS", "HSTS_PRELOAD", "TRUSTED_PROXIES"),
    ("DEFAULT_FROM_EMAIL", "MAIL_HOST", "ORGANIZATION_NAME", "LOG_FORMAT"),
    ("OTEL_EXPORTER_OTLP_ENDPOINT", "OTEL_SERVICE_NAME"),
    (
        "TEMPORARY_PASSWORD_HOURS",
        "RESET_LINK_MINUTES",
        "SESSION_HOURS",
        "SESSION_IDLE_MINUTES",
        "PASSWORD_MIN_LENGTH",
    ),
    ("HASHING_SLOTS", "PORT", "BIND", "SOCKET_GROUP", "WEB_CONCURRENCY", "WORKER_ALIVE_PATH"),
)
# What stands there was mounted for this process (Compose, the chart), as is what lies beside
# another secret of ours.
MOUNTED = "/run/secrets/"
# Other programs' variables, as .env may hold them too, begin so or are close to ours by chance.
OTHERS = ("OTEL_", "PG", "SSL_", "PYTHON", "AWS_", "GUNICORN_")
NEAR, NEARER, SHORT = 0.8, 0.88, 8  # of short names EXPORT would be near to PORT


def meant(name):
    """
    Return the setting whose misspelling `name` seems to be, "" where it is right or like none.
    """
    if (
        name in NAMES
        or name.startswith(OTHERS)
        or name.endswith(tuple(f"_{setting}" for setting in NAMES))
    ):
        return ""  # with a word before it, it is somebody else's: TEST_DATABASE_URL
    cutoff = NEARER if len(name) < SHORT else NEAR
    close = difflib.get_close_matches(
        name.upper().replace("-", "_"), sorted(NAMES), n=1, cutoff=cutoff
    )
    return close[0] if close else ""


def is_unknown_file(name):
    """
    Return whether `name` would have a setting's value read from a file, which is done for secrets
    alone.
    """
    stem = name.removesuffix("_FILE")
    return name not in FILES and stem != name and (stem in NAMES or bool(meant(name)))


def refuse_unknown_files():
    """
    End the start where the environment names a file for something that is read from none: a secret
    would be missing.

    Other programs have variables of this kind, too (SSL_CERT_FILE); those are let alone.
    """
    folders = {
        PurePath(os.environ[name]).parent
        for name in FILES & os.environ.keys()
        if os.environ[name].strip()
    }
    for name, path in sorted(os.environ.items()):
        ours = path.startswith(MOUNTED) or PurePath(path).parent in folders
        if is_unknown_file(name) or (ours and name.endswith("_FILE") and name not in FILES):
            wrong(name, f"is no setting. From a file are read: {', '.join(SECRETS)}.")
