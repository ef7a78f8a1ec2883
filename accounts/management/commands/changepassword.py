"""
Django's way to set a password, closed: it would leave sessions, links and the audit trail as they
were.
"""

from django.core.management.base import BaseCommand, CommandError


class Command(BaseCommand):
    help = "Not used here: see resetpassword."

    def add_arguments(self, parser):
        parser.add_argument("anything", nargs="*")

    def handle(self, **options):
        raise CommandError("To give somebody a temporary password: resetpassword EMAIL")
