"""Say what is right and what is wrong with this installation."""

from collections.abc import Iterator
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from accounts.kernel.text import email_address
from vectice_admin import env
from vectice_admin.operations.doctor import (
    background,
    configuration,
    public_address,
    sealed_things,
    stores,
)
from vectice_admin.operations.doctor.finding import WRONG, Finding
from vectice_admin.operations.refused import without_traceback


class Command(BaseCommand):
    help = (
        "Look at this installation and say in plain words what is right and what is wrong; exits 1 "
        "if anything is."
    )
    requires_system_checks = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--mail-to", metavar="ADDRESS", default="", help="also send a mail there"
        )
        parser.add_argument("--url", default="", help="ask there instead of at PUBLIC_URL")

    def handle(self, *, mail_to: str, url: str, **options: Any) -> None:
        url = url.rstrip("/") or settings.PUBLIC_URL
        if not env.is_address(url):
            raise CommandError("--url must be like https://admin.example.com, without a path.")
        try:
            mail_to = mail_to and email_address.canonical(mail_to)
        except email_address.NotAnAddress as error:
            raise CommandError("--mail-to is no e-mail address.") from error
        wrong = 0
        with without_traceback():
            for finding in self._findings(mail_to, url):
                self.stdout.write(str(finding))
                wrong += finding.level == WRONG
        if wrong:
            raise CommandError("1 thing is wrong." if wrong == 1 else f"{wrong} things are wrong.")

    def _findings(self, mail_to: str, url: str) -> Iterator[Finding]:
        yield from configuration.findings()
        yield stores.redis_server()
        yield (database := stores.database())
        if database.level != WRONG:
            yield from stores.findings()
        if database.level != WRONG and not stores.missing_migrations():
            yield from background.findings()
            yield from sealed_things.findings()
        yield from public_address.findings(url)
        if mail_to:
            yield background.delivered(mail_to)
