"""
Print the JSON schema of the events in the audit trail; `.ci/events` keeps it in `docs/events.json`.
"""

import json
from typing import Any

from django.core.management.base import BaseCommand

from accounts.kernel import event_schema


class Command(BaseCommand):
    help = "Print the JSON schema of what the audit trail says of each event."

    def handle(self, **options: Any) -> None:
        self.stdout.write(json.dumps(event_schema.schema(), ensure_ascii=False, indent=2))
