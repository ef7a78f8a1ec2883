"""Users as a file for a spreadsheet; who took one is recorded."""

from accounts import audit, spreadsheets
from accounts.audit import Action
from accounts.queries import users

HEADER = ("name", "email", "role", "active", "must_change_password", "last_sign_in_at", "created_at")


def export(filters, *, actor, kind):
    """
    Return what the Filters show: an iterator, for `kind` "csv" of text lines, for "xlsx" of bytes.

    :raises NotPermitted: if `actor` may not.
    """
    rows = map(_cells, users.every(filters, actor=actor))
    audit.record(Action.USERS_EXPORTED, actor=actor, format=kind, filters=filters.narrowing)
    return spreadsheets.xlsx_parts(HEADER, rows) if kind == "xlsx" else spreadsheets.csv_lines(HEADER, rows)


def _cells(user):
    last = user.last_sign_in_at
    return (
        user.full_name,
        user.email,
        user.role,
        "yes" if user.is_active else "no",
        "yes" if user.must_change_password else "no",
        last.isoformat(timespec="seconds") if last else "",
        user.created_at.isoformat(timespec="seconds"),
    )
