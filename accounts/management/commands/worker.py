"""The background worker: sends mails and tidies."""

import logging
import time
from datetime import timedelta

from django.db import InterfaceError, OperationalError, connection
from django_tasks_db.management.commands import db_worker

from accounts import housekeeping

logger = logging.getLogger(__name__)

RETRY_SECONDS = 2


class Command(db_worker.Command):
    help = "Do what waits in the task queue: mails, reset links, tidying. Run as many of them as you like."

    def handle(self, **options):
        """Work until told to stop; a database that is away, busy or restarted is waited for."""
        while True:
            try:
                housekeeping.requeue_interrupted()
                housekeeping.schedule(after=timedelta(0))
                return super().handle(**options)
            except (OperationalError, InterfaceError) as fault:
                logger.warning("The worker waits for the database: %s", _words(fault))
                connection.close()
                time.sleep(RETRY_SECONDS)


def _words(fault):
    """Return what the fault says of a connection; of a statement only the database's code, for it may quote values."""
    code = getattr(fault.__cause__, "sqlstate", None)
    return f"code {code}" if code else str(fault).strip().partition("\n")[0]
