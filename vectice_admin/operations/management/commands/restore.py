"""Restore a backup into an empty database."""

from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from vectice_admin.operations import backups
from vectice_admin.operations.refused import without_traceback

REVOKED = (
    "Everybody is signed out; temporary passwords, reset links and open invitations are dead, "
    "since they may have been ended after the backup. Send the invitations again that still hold, "
    "and reset who has a temporary password: the list filters by “Temporary password expired”."
)


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
        self.stdout.write(REVOKED)
        if found.missing:
            self.stdout.write(
                f"The backup is of an older version: run manage.py migrate ({found.missing} to "
                "apply)."
            )
