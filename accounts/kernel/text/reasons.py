"""
Why an Admin did something, where they say so.

It is cleaned as names are, so that no mark of direction turns a line of the trail around.
"""

from accounts.kernel.text import names

LONGEST = 500


def for_audit(reason: str) -> dict[str, str]:
    """Return the reason as the personal part of an audit entry; {} where none was given."""
    text = names.clean(reason)[:LONGEST]
    return {"reason": text} if text else {}


def for_mail(reason: str, tell: bool) -> str:
    """Return the reason as the mail to the person has it: "" unless the Admin wanted it there."""
    return for_audit(reason).get("reason", "") if tell else ""
