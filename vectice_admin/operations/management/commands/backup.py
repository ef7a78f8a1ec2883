"""Make a backup while the product is served."""

from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from vectice_admin.operations import backups
from vectice_admin.operations.refused import without_traceback


class Command(BaseCommand):
    help = (
        "Write the whole database to a file that restore reads. It holds personal data: keep it as "
        "you keep those."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "path", metavar="PATH", help="a file that is not there yet; on SQLite .gz compresses it"
        )

    def handle(self, *, path: str, **options: Any) -> None:
        with without_traceback():
            size = backups.make(path)
        self.stdout.write(f"Backed up to {path} ({size:,} bytes).")
