"""
Django's way to set a password, closed: it would leave sessions, links and the audit trail as they
were.
"""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser


class Command(BaseCommand):
    help = "Not used here: see resetpassword."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("anything", nargs="*")

    def handle(self, **options: Any) -> None:
        raise CommandError("To give somebody a temporary password: resetpassword EMAIL")
