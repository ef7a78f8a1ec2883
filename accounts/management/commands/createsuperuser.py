"""Django's way to make an account, closed: it would leave no audit entry and ask no rule."""

from django.core.management.base import BaseCommand, CommandError


class Command(BaseCommand):
    help = "Not used here: see createadmin."

    def add_arguments(self, parser):
        parser.add_argument("anything", nargs="*")

    def handle(self, **options):
        raise CommandError("There are no superusers here. To make an Admin: createadmin EMAIL")
