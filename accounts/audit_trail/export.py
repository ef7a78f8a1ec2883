"""The audit trail as a file for a spreadsheet."""

import json

from accounts.tabular.writing import csv_lines

HEADER = ("at", "action", "outcome", "actor", "actor_email", "target", "target_email", "address", "browser", "details")


def rows(events):
    """Yield the lines of a CSV file, one for each AuditEvent."""
    return csv_lines(HEADER, map(_cells, events))


def _cells(event):
    return (
        event.at.isoformat(timespec="seconds"),
        event.action,
        event.outcome,
        *_person(event.actor, event.actor_kind),
        *_person(event.target, ""),
        event.address or "",
        event.user_agent,
        json.dumps(event.details, sort_keys=True, ensure_ascii=False),
    )


def _person(user, otherwise):
    return (user.full_name, user.email) if user else (otherwise, "")
