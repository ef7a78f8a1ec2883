"""Django's way to make an account, closed: it would leave no audit entry and ask no rule."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser


class Command(BaseCommand):
    help = "Not used here: see createadmin."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("anything", nargs="*")

    def handle(self, **options: Any) -> None:
        raise CommandError("There are no superusers here. To make an Admin: createadmin EMAIL")
