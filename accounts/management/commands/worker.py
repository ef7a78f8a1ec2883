"""The background worker: sends mails and tidies."""

import logging
import time
from contextlib import suppress
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandParser
from django.db import Error, connection
from django.utils.crypto import get_random_string

from accounts.kernel.queue import tasks, worker
from vectice_admin import at_start
from vectice_admin.outage import is_of_the_database

logger = logging.getLogger(__name__)

RETRY_SECONDS = 2


class Worker(worker.Worker):
    """Shows after each task that it is alive."""

    def run_task(self, row: Any) -> None:
        super().run_task(row)
        show_alive()


class Command(BaseCommand):
    help = (
        "Do what waits in the task queue: mails, reset links, tidying. Run as many of them as you "
        "like."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--batch", action="store_true", help="do what waits now, then end")
        parser.add_argument(
            "--interval", type=float, default=1, help="seconds between two looks at the queue"
        )

    def handle(self, *, batch: int, interval: float, **options: Any) -> None:
        """Work until told to stop; a database that is away, busy or restarted is waited for."""
        at_start.load()
        mine = Worker(interval=interval, name=get_random_string(32))
        mine.configure_signals()
        looked_at = None
        while mine.running:
            show_alive()
            try:
                # By a clock that nobody sets: what stands in the queue may be planned by one that
                # was wrong.
                if looked_at is None or time.monotonic() - looked_at >= tasks.EVERY.total_seconds():
                    worker.give_back()
                    worker.plan()
                    looked_at = time.monotonic()
                mine.run()
            except Error as fault:
                if not is_of_the_database(fault):
                    raise
                logger.warning("The worker waits for the database: %s", _words(fault))
                connection.close()
                time.sleep(RETRY_SECONDS)
                continue
            if batch:
                return
            time.sleep(interval)


def show_alive() -> None:
    """
    Touch the file that whoever looks after this process looks at, where one is named; a full disk
    ends no work.
    """
    if not settings.WORKER_ALIVE_PATH:
        return
    with suppress(OSError):
        Path(settings.WORKER_ALIVE_PATH).touch()


def _words(fault: BaseException) -> str:
    """
    Return what the fault says of a connection; of a statement only the database's code, for it may
    quote values.
    """
    code = getattr(fault.__cause__, "sqlstate", None)
    return f"code {code}" if code else str(fault).strip().partition("\n")[0]
