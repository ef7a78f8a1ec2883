"""What the log must not say, and how one event stays one line."""

import logging
import re

LINK = re.compile(r"/(reset/[^/\s]+|join/[^/\s]+|unexpected)/[^/\s]+")
CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]")


class MaskLinks(logging.Filter):
    """Put dots in place of the secret in a link."""

    def filter(self, record):
        message = record.getMessage()
        if LINK.search(message):
            record.msg, record.args = LINK.sub("/…", message), ()
        return True


class OneLine(logging.Formatter):
    """Write control characters as escapes, so that no request can forge a line (OWASP ASVS 5.0, 16.4.1)."""

    def formatMessage(self, record):
        return CONTROL.sub(lambda match: ascii(match[0])[1:-1], super().formatMessage(record))

    def formatException(self, exc_info):
        return LINK.sub("/…", super().formatException(exc_info))
