"""One thing the doctor has found out, in plain words."""

from dataclasses import dataclass
from urllib.parse import unquote, urlsplit

from django.conf import settings
from django.db import connection

OK, WARNING, WRONG = "ok", "warning", "wrong"


@dataclass(frozen=True)
class Finding:
    """
    `level` is OK, WARNING or WRONG; `subject` is what was looked at; `text` is one sentence or two
    about it.
    """

    level: str
    subject: str
    text: str

    def __str__(self):
        return without_secrets(f"{self.level:8} {self.subject}: {' '.join(self.text.split())}")


def without_secrets(text):
    """
    Return `text` with dots for every secret of this installation, wherever a message may have
    picked it up.
    """
    database, redis = connection.settings_dict, urlsplit(settings.REDIS_URL)
    secrets = {settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS}
    secrets |= {
        database.get("PASSWORD"),
        settings.EMAIL_HOST_PASSWORD,
        redis.password,
        unquote(redis.password or ""),
    }
    for secret in sorted(filter(None, secrets), key=len, reverse=True):
        text = text.replace(secret, "…")
    return text
