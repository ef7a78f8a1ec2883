"""The way back in when no Admin can sign in."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

import accounts.passwords.actions
from accounts.kernel.actor import Actor
from accounts.management import one_time_password
from accounts.models import Organization, User
from accounts.models.audit_event import Via


class Command(BaseCommand):
    help = (
        "Give a user a generated one-time password, end their sessions, and print the password "
        "once."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("email", help="the address of the user")

    def handle(self, *, email: str, **options: Any) -> None:
        user = User.objects.by_email(email)
        if user is None:
            raise CommandError("There is no user with that address.")
        if not Organization.current().accepts(user.email):
            raise CommandError(
                "Nothing was changed: the organization does not accept this address, so no "
                "password would sign in. "
                "An Admin adds its domain under “Organization settings”, or changes the address."
            )
        user, password, ended = accounts.passwords.actions.reset_by_admin(
            user, actor=Actor.system(via=Via.COMMAND)
        )
        one_time_password.print_once(self.stdout, user, password)
        self.stdout.write(f"Devices signed out: {ended}")
        if not user.is_active:
            self.stdout.write(
                "The account stays deactivated: an Admin must activate it before anybody can sign "
                "in."
            )
