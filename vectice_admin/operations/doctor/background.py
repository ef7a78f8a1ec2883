"""The workers and the mail."""

from contextlib import suppress
from datetime import timedelta

from django.conf import settings
from django.core.mail import EmailMessage, get_connection
from django.core.mail.backends.smtp import EmailBackend
from django.utils import timezone

from accounts.kernel.queue.tasks import EVERY
from accounts.kernel.queue.worker import CLOCK_TOLERANCE
from vectice_admin.operations import queue
from vectice_admin.operations.doctor.finding import OK, WARNING, WRONG, Finding
from vectice_admin.operations.refused import first_line

WORKER_SILENT = 3 * EVERY
QUEUE_SLOW = 300  # seconds that a task may be due
MAIL_SLOW = (
    600  # seconds that a mail may wait, its tries in vain included; deploy/alerts.yaml has the same
)
FILES = "vectice_admin.mail_files.MailFiles"


def findings():
    """Yield what the queue in the database tells of workers and mails."""
    found = queue.now()
    state = found.state
    yield _worker(state)
    level = OK if state.seconds < QUEUE_SLOW else WRONG
    yield Finding(
        level,
        "Queue",
        f"{state.waiting} tasks wait; {state.due} are due, for {state.seconds:.0f} s at most.",
    )
    yield from map(_faulty, state.faulty)
    if found.failed:
        text = (
            f"{found.failed} could not be sent and were given up. Admins see them, and try them "
            "again, under Mail."
        )
        yield Finding(WARNING, "Mails", text)
    if found.mail_seconds > MAIL_SLOW:
        text = (
            f"the oldest has waited for {found.mail_seconds / 60:.0f} minutes. Does the mail "
            "server take any?"
        )
        yield Finding(WRONG, "Mails", text)
    yield mail_server()


def mail_server():
    """
    Ask the mail server as the product would before it sends, and send nothing; return the Finding.
    """
    if settings.EMAIL_BACKEND == FILES:
        return Finding(
            WARNING,
            "Mail",
            "EMAIL_URL is not set: mails are only written as files and reach nobody.",
        )
    asked = get_connection()
    try:
        # Greeted, with TLS and the password where those are set.
        if asked.open() and isinstance(asked, EmailBackend) and asked.connection:
            asked.connection.noop()
    except OSError as error:
        where = f"{settings.EMAIL_HOST}:{settings.EMAIL_PORT}"
        return Finding(
            WRONG,
            "Mail server",
            f"{where} does not answer: {type(error).__name__}, {first_line(error)}",
        )
    finally:
        with suppress(OSError):
            asked.close()
    return Finding(OK, "Mail server", "answers. No mail was sent: --mail-to ADDRESS sends one.")


def delivered(address):
    """
    Send a mail to `address` as the product sends its mails, and return the Finding whether it was
    taken.
    """
    subject, text = (
        f"{settings.PRODUCT}: the doctor's mail",
        f"Mails of {settings.PRODUCT} at {settings.PUBLIC_URL} reach this address.",
    )
    headers = {"Auto-Submitted": "auto-generated"}
    try:
        EmailMessage(subject, text, to=[address], headers=headers).send()
    except (
        OSError
    ) as error:  # smtplib's errors are of this kind, and so are those of the network and of TLS
        return Finding(
            WRONG,
            "Mail",
            f"could not be sent to {address}: {type(error).__name__}, {first_line(error)}",
        )
    if settings.EMAIL_BACKEND == FILES:
        return Finding(
            WARNING,
            "Mail",
            f"the one to {address} was written to a file in {settings.EMAIL_FILE_PATH}.",
        )
    return Finding(OK, "Mail", f"the mail server took one for {address}. Look whether it arrives.")


def _faulty(entry):
    text = (
        f"{entry.path} could not be done at {entry.failed_at:%Y-%m-%d %H:%M} UTC ({entry.fault})."
    )
    every = f"{EVERY / timedelta(minutes=1):.0f} minutes"
    return Finding(
        WRONG, "Regular task", f"{text} It is tried again every {every}; the log says more."
    )


def _worker(state):
    if state.worker_at is None:
        return Finding(WRONG, "Worker", "none has ever run. Start one: manage.py worker")
    silent = timezone.now() - state.worker_at
    if silent < -CLOCK_TOLERANCE:
        ahead = -silent / timedelta(minutes=1)
        text = (
            f"one was last seen {ahead:.0f} minutes from now: a clock was ahead. Any running "
            "worker mends it by itself"
        )
        return Finding(
            WRONG, "Worker", f"{text}, within {EVERY / timedelta(minutes=1):.0f} minutes."
        )
    text = f"one was last seen {silent / timedelta(minutes=1):.0f} minutes ago"
    if silent > WORKER_SILENT:
        return Finding(WRONG, "Worker", f"{text}. Is manage.py worker running?")
    return Finding(
        OK, "Worker", f"{text}; it shows itself every {EVERY / timedelta(minutes=1):.0f}."
    )
