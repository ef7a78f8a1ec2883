"""
What leaves as a file for a spreadsheet: users, the people of a job, the audit trail. Who took one
is recorded.

Each returns the file as an iterator of bytes; `kind` is "csv" or "xlsx", see `tabular.writing`. A
file holds what the screen shows, in the reader's words, and beside them the stable names that
programs rely on. Whether somebody may have it is asked again where it is recorded, when all that
takes long is done and before anything leaves.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Protocol

import accounts.audit_trail.queries
import accounts.bulk.queries
import accounts.imports.queries
import accounts.tabular.escaping
import accounts.tabular.writing
import accounts.users.queries
from accounts.exports.events import AuditExported, Exported, UsersExported
from accounts.kernel import policy
from accounts.kernel.actor import Actor
from accounts.kernel.change import act
from accounts.kernel.events import Event
from accounts.kernel.policy import Permission
from accounts.models import AuditEvent, BulkJob, BulkRow, ImportJob, ImportRow, User
from accounts.users.filters import Filters

USERS = (
    "name",
    "email",
    "role",
    "active",
    "must_change_password",
    "last_sign_in_at",
    "created_at",
    "invited_by",
    "temporary_password_expires_at",
    "email_unverified_since",
)
PEOPLE_OF_BULK = ("name", "email", "outcome", "remark", "result")
ROWS_OF_IMPORT = ("line", "name", "email", "role", "active", "outcome", "remark", "result")
PASSWORDS = ("name", "email", "temporary_password")
AUDIT_TRAIL = (
    "at",
    "action",
    "outcome",
    "actor",
    "actor_email",
    "target",
    "target_email",
    "address",
    "browser",
    "details",
    "actor_kind",
    "what",
    "result",
    "reason",
    "in_words",
    "from_where",
    "via",
    "request_id",
    "session",
    "subject_type",
    "subject_id",
)


class EntryInWords(Protocol):
    """An AuditEvent as its reader is told it, see `web/words/trail.py`."""

    @property
    def event(self) -> AuditEvent: ...

    @property
    def label(self) -> str: ...

    @property
    def outcome(self) -> str: ...

    @property
    def actor_kind(self) -> str: ...

    @property
    def browser(self) -> str: ...

    @property
    def details(self) -> Mapping[str, object]: ...

    @property
    def facts(self) -> Sequence[tuple[str, object]]: ...


def export(filters: Filters, *, actor: Actor, kind: str) -> Iterator[bytes]:
    """
    Return the users that the Filters show.

    :raises NotPermitted: if `actor` may not.
    """
    count, people = accounts.users.queries.iterate(filters, actor=actor)
    narrowing = filters.narrowing
    # What was searched for is mostly a name or an address.
    q = narrowing.pop("q") if filters.q else None
    _record(UsersExported(format=kind, filters=narrowing, q=q), Permission.EXPORT_USERS, actor)
    return accounts.tabular.writing.table(kind, USERS, map(_user, people), count)


def people_of_bulk(
    job: BulkJob, *, actor: Actor, kind: str, in_words: Callable[[BulkRow], tuple[str, str]]
) -> Iterator[bytes]:
    """
    Return the people of a BulkJob, and what became of each: `in_words(row)` is the remark and the
    result.

    :raises NotPermitted: if `actor` may not.
    """
    policy.require(actor, Permission.EXPORT_USERS)
    count, rows = accounts.bulk.queries.iterate(job)
    _record_job(job, Exported.BULK_CHANGE, actor=actor, kind=kind, rows=count)
    return accounts.tabular.writing.table(
        kind, PEOPLE_OF_BULK, (_person_of_bulk(row, in_words) for row in rows), count
    )


def rows_of_import(
    job: ImportJob, *, actor: Actor, kind: str, in_words: Callable[[ImportRow], tuple[str, str]]
) -> Iterator[bytes]:
    """
    Return the rows of an ImportJob, and what became of each: `in_words(row)` is the remark and the
    result.

    :raises NotPermitted: if `actor` may not.
    """
    policy.require(actor, Permission.EXPORT_USERS)
    count, rows = accounts.imports.queries.iterate(job)
    _record_job(job, Exported.IMPORT, actor=actor, kind=kind, rows=count)
    return accounts.tabular.writing.table(
        kind, ROWS_OF_IMPORT, (_row_of_import(row, in_words) for row in rows), count
    )


def passwords(taken: Sequence[Sequence[str]], *, kind: str) -> Iterator[bytes]:
    """Return temporary passwords that `take_passwords` of a job gave out, which recorded that."""
    return accounts.tabular.writing.table(kind, PASSWORDS, taken, len(taken))


def audit_trail(
    filters: accounts.audit_trail.queries.Filters,
    *,
    actor: Actor,
    kind: str = "csv",
    in_words: Callable[[AuditEvent], EntryInWords],
) -> Iterator[bytes]:
    """
    Return every entry until now that the audit.Filters show, the newest first; `in_words(event)` is
    its Entry, see `web/words/trail.py`.

    :raises NotPermitted: if `actor` may not read them.
    """
    count, found = accounts.audit_trail.queries.iterate(filters, actor=actor)
    event = AuditExported(format=kind, rows=count, filters=filters.narrowing, **filters.people)
    _record(event, Permission.READ_AUDIT_TRAIL, actor)
    return accounts.tabular.writing.table(
        kind, AUDIT_TRAIL, (_entry(in_words(event)) for event in found), count
    )


def _record_job(
    job: BulkJob | ImportJob, what: Exported, *, actor: Actor, kind: str, rows: int
) -> None:
    event = UsersExported(exported=what, job=job.public_id, format=kind, rows=rows, **job.what)
    _record(event, Permission.EXPORT_USERS, actor)


def _record(event: Event, permission: Permission, actor: Actor) -> None:
    with act(actor=actor, permission=permission) as current:
        current.record(event)


def _user(user: User) -> tuple[str, ...]:
    return (
        *(
            user.full_name,
            user.email,
            user.role,
            _yes_or_no(user.is_active),
            _yes_or_no(user.must_change_password),
        ),
        *(_moment(user.last_sign_in_at), _moment(user.created_at)),
        user.invited_by.full_name if user.invited_by else "",
        _moment(user.temporary_password_expires_at),
        _moment(user.email_unverified_since),
    )


def _person_of_bulk(
    row: BulkRow, in_words: Callable[[BulkRow], tuple[str, str]]
) -> tuple[str, ...]:
    return (row.user.full_name, row.user.email, row.outcome, *in_words(row))


def _row_of_import(
    row: ImportRow, in_words: Callable[[ImportRow], tuple[str, str]]
) -> tuple[str, ...]:
    person = (str(row.line), row.full_name, row.email, row.role, _yes_or_no(row.is_active))
    return (*person, row.outcome, *in_words(row))


def _entry(entry: EntryInWords) -> tuple[str, ...]:
    event = entry.event
    return (
        *(_moment(event.at), event.action, event.outcome),
        *_person(event.actor, entry.actor_kind),
        *_person(event.target, ""),
        *(
            event.address or "",
            event.user_agent,
            accounts.tabular.escaping.json_text(entry.details),
            event.actor_kind,
        ),
        *(entry.label, entry.outcome, str(entry.details.get("reason", ""))),
        "; ".join(f"{label}: {value}" for label, value in entry.facts),
        entry.browser,
        *(_plain(event.via), _plain(event.request_id), _plain(event.session)),
        *(_plain(event.subject_type), _plain(event.subject_id)),
    )


def _person(user: User | None, otherwise: str) -> tuple[str, str]:
    return (user.full_name, user.email) if user else (otherwise, "")


def _yes_or_no(value: bool) -> str:
    return "yes" if value else "no"


def _plain(value: object) -> str:
    return "" if value is None else str(value)


def _moment(moment: datetime | None) -> str:
    return moment.isoformat(timespec="seconds") if moment else ""
