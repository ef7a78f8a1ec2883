"""
Why an Admin did something, where they say so.

It is cleaned as names are, so that no mark of direction turns a line of the trail around.
"""

from typing import TypedDict

from accounts.kernel.text import names

LONGEST = 500


class Why(TypedDict, total=False):
    """The `reason` for the audit trail, and whether to `tell_reason` in the mail to the person."""

    reason: str
    tell_reason: bool


def for_audit(reason: str) -> str | None:
    """Return the reason as an audit entry has it; None where none was given."""
    return names.clean(reason)[:LONGEST] or None


def for_mail(reason: str, tell: bool) -> str:
    """Return the reason as the mail to the person has it: "" unless the Admin wanted it there."""
    return (for_audit(reason) or "") if tell else ""
