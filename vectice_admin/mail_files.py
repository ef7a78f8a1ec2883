"""Where mails go as long as no mail server is set: files that a person can open."""

import itertools
import os
from datetime import UTC, datetime
from pathlib import Path

from django.conf import settings
from django.core.mail.backends.base import BaseEmailBackend

_numbers = itertools.count()


class MailFiles(BaseEmailBackend):
    """One .eml file for each mail, in EMAIL_FILE_PATH; the names sort by time."""

    def send_messages(self, messages):
        folder = Path(settings.EMAIL_FILE_PATH)
        folder.mkdir(parents=True, exist_ok=True)
        for message in messages:
            name = f"{datetime.now(UTC):%Y%m%d-%H%M%S-%f}-{os.getpid()}-{next(_numbers)}.eml"
            # A mail can hold a reset link: only its owner may read the file.
            with open(
                os.open(folder / name, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "wb"
            ) as file:
                file.write(message.message().as_bytes())
        return len(messages)
