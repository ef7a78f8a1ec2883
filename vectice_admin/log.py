"""What the log must not say, and how one event stays one line."""

import json
import logging
import os
import re
import traceback
from datetime import UTC, datetime
from http import HTTPStatus

from vectice_admin import request_id

FORMATS = ("line", "json")

LINK = re.compile(r"/(reset/[^/\s]+|join/[^/\s]+|unexpected)/[^/\s]+")
CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]")


class MaskLinks(logging.Filter):
    """Put dots in place of the secret in a link."""

    def filter(self, record):
        message = record.getMessage()
        if LINK.search(message):
            record.msg, record.args = LINK.sub("/…", message), ()
        return True


class NameRequest(logging.Filter):
    """Give the record the id of the request it belongs to, "-" where it belongs to none."""

    def filter(self, record):
        # What Django says of an answer, it says when the request is over; the record has the
        # request then.
        late = getattr(getattr(record, "request", None), "request_id", "")
        record.request_id = request_id.current() or late or "-"
        return True


class WithoutTraceback(logging.Filter):
    """
    Take the traceback from Django's line about a 503: errors.py has said why, and where it matters
    also where.

    While the database is away each request would write a hundred lines, all of them the same.
    """

    def filter(self, record):
        if getattr(record, "status_code", None) == HTTPStatus.SERVICE_UNAVAILABLE:
            record.exc_info = None
        return True


class OneLine(logging.Formatter):
    """
    Write control characters as escapes, so that no request can forge a line (OWASP ASVS 5.0,
    16.4.1).
    """

    def formatMessage(self, record):
        return CONTROL.sub(lambda match: ascii(match[0])[1:-1], super().formatMessage(record))

    def formatException(self, exc_info):
        return where_it_broke(exc_info[1])


class Json(logging.Formatter):
    """
    Write each record as one JSON object in one line of ASCII, which no reader can take for two.
    """

    def format(self, record):
        said = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "request_id": record.request_id,
            "message": record.getMessage(),
        }
        if record.exc_info:
            said["exception"] = where_it_broke(record.exc_info[1])
        return json.dumps(said)


def where_it_broke(error):
    """
    Return a traceback of the exception and of those before it, each with its name and without its
    words.

    What an exception says may quote what somebody typed: the row that is there already, the bytes
    that were no text.
    """
    parts, before = [], set()
    while error is not None and id(error) not in before:
        before.add(id(error))
        parts.append("".join(traceback.format_tb(error.__traceback__)) + name(error))
        error = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    return "\nWhile or because of this:\n".join(
        f"Traceback (most recent call last):\n{part}" for part in parts[::-1]
    )


def name(error):
    """
    Return the exception's class and, of what it says, that which is never typed: the system's or
    database's code.
    """
    said = f"{type(error).__module__}.{type(error).__qualname__}"
    if isinstance(error, OSError) and error.errno:
        return f"{said}: {os.strerror(error.errno)}"
    diagnosis = getattr(error, "diag", None)
    codes = [
        getattr(diagnosis, fact, None) for fact in ("sqlstate", "table_name", "constraint_name")
    ]
    known = ", ".join(code for code in [*codes, getattr(error, "sqlite_errorname", None)] if code)
    return f"{said}: {known}" if known else said


def configuration(form):
    """
    Return the dictionary for logging.config, one for Django and for gunicorn; `form` is one of
    FORMATS.
    """
    console = {"handlers": ["console"], "level": "WARNING", "propagate": False}
    line = "%(asctime)s %(levelname)s %(name)s %(request_id)s %(message)s"
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "filters": {
            "mask_links": {"()": MaskLinks},
            "name_request": {"()": NameRequest},
            "brief": {"()": WithoutTraceback},
        },
        "formatters": {"line": {"()": OneLine, "format": line}, "json": {"()": Json}},
        "handlers": {
            "console": {
                "class": "logging.StreamHandler",
                "formatter": form,
                "filters": ["mask_links", "name_request"],
            }
        },
        "root": {"handlers": ["console"], "level": "WARNING"},
        "loggers": {
            "django": console,
            "gunicorn.error": console,
            # A refused or unknown address is an answer, not a fault of ours; the audit trail has
            # what matters.
            "django.request": {"level": "ERROR", "filters": ["brief"]},
            # errors.py says it in one line.
            "django.security": {"level": "CRITICAL"},
        },
    }
