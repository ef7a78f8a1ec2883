"""Make an Admin, at the first start and whenever there is nobody left to make one."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

import accounts.users.actions
from accounts.kernel.actor import Actor
from accounts.kernel.errors import Invalid
from accounts.management import one_time_password
from accounts.models import Role, User
from accounts.models.audit_event import Via
from accounts.web.words import sentences


class Command(BaseCommand):
    help = "Make an Admin and print the one-time password once."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("email", help="the address to sign in with")
        parser.add_argument(
            "--name", default="", help="the person's name (default: made of the address)"
        )
        parser.add_argument(
            "--if-none", action="store_true", help="do nothing where there is an Admin already"
        )

    def handle(self, *, email: str, name: str, if_none: bool, **options: Any) -> None:
        if if_none and User.objects.filter(role=Role.ADMIN).exists():
            return
        name = name or email.partition("@")[0].replace(".", " ").title()
        try:
            user, password = accounts.users.actions.create(
                email, actor=Actor.system(via=Via.COMMAND), full_name=name, role=Role.ADMIN
            )
        except accounts.users.actions.AddressTaken as fault:
            raise CommandError(
                "There is a user with that address. To get back in: resetpassword EMAIL"
            ) from fault
        except Invalid as invalid:
            raise CommandError(
                " ".join(str(sentences.of(fault)) for fault in invalid.faults)
            ) from invalid
        one_time_password.print_once(self.stdout, user, password)
