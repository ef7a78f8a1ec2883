"""What leaves as a file for a spreadsheet: users, the people of a job, the audit trail. Who took one is recorded."""

from accounts import audit, policy
from accounts.audit import Action
from accounts.policy import Permission
from accounts.queries import audit as trail
from accounts.queries import bulk, imports, users
from accounts.tabular import writing

HEADER = ("name", "email", "role", "active", "must_change_password", "last_sign_in_at", "created_at")
HEADER_OF_BULK = ("name", "email", "outcome", "remark")
HEADER_OF_IMPORT = ("line", "name", "email", "role", "active", "outcome", "remark")


def export(filters, *, actor, kind):
    """
    Return what the Filters show: an iterator, for `kind` "csv" of text lines, for "xlsx" of bytes.

    :raises NotPermitted: if `actor` may not.
    """
    rows = map(_cells, users.every(filters, actor=actor))
    narrowing = filters.narrowing
    # What was searched for is mostly a name or an address.
    personal = {"q": narrowing.pop("q")} if filters.q else None
    audit.record(Action.USERS_EXPORTED, actor=actor, personal=personal, format=kind, filters=narrowing)
    return writing.xlsx_parts(HEADER, rows) if kind == "xlsx" else writing.csv_lines(HEADER, rows)


def people_of_bulk(job, *, actor):
    """
    Return the people of a BulkJob, and what became of each, as an iterator of lines of CSV.

    :raises NotPermitted: if `actor` may not.
    """
    _record_job(job, "bulk_change", actor=actor)
    rows = (
        (row.user.full_name, row.user.email, row.outcome, bulk.fault_in_words(row.fault)) for row in bulk.every(job)
    )
    return writing.csv_lines(HEADER_OF_BULK, rows)


def rows_of_import(job, *, actor):
    """
    Return the rows of an ImportJob, and what became of each, as an iterator of lines of CSV.

    :raises NotPermitted: if `actor` may not.
    """
    _record_job(job, "import", actor=actor)
    rows = (
        (
            *(str(row.line), row.full_name, row.email, row.role, "yes" if row.is_active else "no"),
            *(row.outcome, imports.fault_in_words(row.fault)),
        )
        for row in imports.every(job)
    )
    return writing.csv_lines(HEADER_OF_IMPORT, rows)


def audit_trail(filters, *, actor):
    """
    Return every AuditEvent until now that the audit.Filters show, the newest first, as an iterator.

    :raises NotPermitted: if `actor` may not read them.
    """
    events = trail.every(filters, actor=actor)
    personal = {"person": filters.person} if filters.person else {}
    facts = {"format": "csv", "rows": events.count(), "filters": filters.narrowing}
    audit.record(Action.AUDIT_EXPORTED, actor=actor, personal=personal, **facts)
    return events.iterator(chunk_size=500)


def _record_job(job, what, *, actor):
    policy.require(actor, Permission.EXPORT_USERS)
    facts = {"exported": what, "format": "csv", "rows": job.rows.count(), "job": str(job.public_id)}
    audit.record(Action.USERS_EXPORTED, actor=actor, **facts, **job.what)


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
