"""The audit trail as a file for a spreadsheet."""

import csv
import json

FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
HEADER = ("at", "action", "outcome", "actor", "actor_email", "target", "target_email", "address", "browser", "details")


class Echo:
    """A file that gives back what is written to it: a row of CSV as text."""

    def write(self, text):
        return text


def rows(events):
    """Yield the lines of a CSV file (RFC 4180, UTF-8 with a byte order mark for Excel), one for each AuditEvent."""
    writer = csv.writer(Echo())
    yield "\ufeff" + writer.writerow(HEADER)
    for event in events:
        yield writer.writerow(map(harmless, _cells(event)))


def harmless(cell):
    """Return the text so that no spreadsheet takes it for a formula (OWASP: CSV injection)."""
    return f"'{cell}" if cell.startswith(FORMULA_STARTS) else cell


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
