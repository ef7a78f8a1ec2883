"""Fill a development database."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from rich.progress import track

import accounts.statistics.actions
from accounts.management import demo_data, many_rows

MOST = 5_000_000
AT_ONCE = 5_000


class Command(BaseCommand):
    help = "Add N made-up users. They have no password until an Admin resets it."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("number", metavar="N", help="how many")
        parser.add_argument("--yes", action="store_true", help="do it even where DEBUG is off")
        parser.add_argument(
            "--if-fewer", action="store_true", help="add only what is missing to N users"
        )

    def handle(self, *, number: str, yes: bool, if_fewer: bool, **options: Any) -> None:
        if not number.isascii() or not number.isdigit() or not 0 < int(number) <= MOST:
            raise CommandError(f"N must be a whole number from 1 to {MOST}.")
        if not (settings.DEVELOPMENT or yes):
            raise CommandError(
                "DEBUG is off, so this may be a real database. To do it all the same: --yes"
            )
        wanted = int(number) - (demo_data.how_many() if if_fewer else 0)
        first = demo_data.next_number()
        chunks = range(first, first + wanted, AT_ONCE)
        with many_rows.in_quantity():
            for start in track(chunks, description="Adding users", disable=wanted < AT_ONCE):
                demo_data.add(range(start, min(start + AT_ONCE, first + wanted)))
        accounts.statistics.actions.recount()
        self.stdout.write(f"Added {max(wanted, 0)} users.")
