"""Restore a backup into an empty database."""

from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from vectice_admin.operations import backups, endings
from vectice_admin.operations.refused import without_traceback


class Command(BaseCommand):
    help = (
        "Put a backup into the database of DATABASE_URL, which must be empty, and look whether it "
        "is whole."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("path", metavar="PATH", help="the file that backup wrote")

    def handle(self, *, path: str, **options: Any) -> None:
        with without_traceback():
            found = backups.restore(path)
        self.stdout.write(
            f"Restored {found.users:,} users; {found.migrations} migrations are applied."
        )
        self.stdout.write(endings.SAID)
        if found.missing:
            self.stdout.write(
                f"The backup is of an older version: run manage.py migrate ({found.missing} to "
                "apply)."
            )
