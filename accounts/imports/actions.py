"""
People from a checked spreadsheet: invited or added one by one, by the same actions as on the pages.
"""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.db import transaction

import accounts.invitations.actions
import accounts.tabular.reading
import accounts.users.actions
from accounts.imports import uploads
from accounts.imports.events import ImportCancelled, ImportStarted
from accounts.invitations.subject import AlreadyInvited
from accounts.kernel import job_handlers, jobs, outbox, throttle
from accounts.kernel.actor import Actor
from accounts.kernel.change import change, job_row
from accounts.kernel.crypto import encryption
from accounts.kernel.errors import Invalid, NotPermitted
from accounts.kernel.policy import Permission
from accounts.models import ImportJob, ImportMode, ImportRow, ImportState, RowOutcome
from accounts.passwords.events import PasswordsDownloaded
from accounts.users.actions import NewUser

SKIPPED = {
    "user",
    "invited",
    "inactive",
}  # nothing is wrong with these rows, and nothing is to be done


class NothingToDo(Invalid):
    """No row of the import is good."""

    code = "nothing_to_import"


def start(public_id: UUID, *, actor: Actor, mode: str) -> ImportJob:
    """
    Have the worker do what the check announced.

    :raises NoSuchJob: if it is running, done or cancelled.
    :raises NothingToDo: if no row is good.
    :raises MailIsOff: if people are to be invited by mail, and none goes out.
    """
    with change(
        ImportJob,
        public_id,
        actor=actor,
        permission=Permission.IMPORT_USERS,
        expected=(ImportState.CHECKED,),
    ) as current:
        job = current.subject
        if mode == ImportMode.INVITE:
            outbox.require_on()
        job.mode = ImportMode(mode)
        good = job.rows.filter(fault="").count()
        if not good:
            raise NothingToDo
        jobs.start(job, current.actor)
        current.record(ImportStarted(job=job.public_id, **job.what, rows=good))
    return job


def cancel(public_id: UUID, *, actor: Actor) -> None:
    """
    Stop an import or its check: rows that are done stay done, the rest stays undone, and the file
    is erased.
    """
    jobs.cancel(ImportJob.KIND, public_id, actor=actor)


def take_passwords(
    public_id: UUID,
    *,
    actor: Actor,
    keep: Callable[[list[tuple[str, str, str]]], None] | None = None,
) -> list[tuple[str, str, str]]:
    """Return the temporary passwords that the import made, see `jobs.take_passwords`."""
    return jobs.take_passwords(ImportJob.KIND, public_id, actor=actor, keep=keep)


def _do_row(row: ImportRow, actor: Actor) -> None:
    outcome = RowOutcome.SKIPPED if row.fault in SKIPPED else RowOutcome.FAILED
    fault, new = row.fault, None
    try:
        if not fault:
            new = _prepare(row, actor)
        with job_row(row) as locked:
            if locked is None:
                return
            if not fault:
                outcome, fault = _act(locked, new, actor)
            locked.outcome, locked.fault = outcome, fault
    except (Invalid, NotPermitted) as error:
        with job_row(row) as locked:
            if locked is not None:
                locked.outcome = RowOutcome.FAILED
                locked.fault = "not_permitted" if isinstance(error, NotPermitted) else "invalid"


def _prepare(row: ImportRow, actor: Actor) -> NewUser | None:
    """Do what is slow before the row is locked; on SQLite that lock is the whole database."""
    if row.job.mode == ImportMode.INVITE:
        return None
    full_name = row.full_name or row.email.partition("@")[0]
    return accounts.users.actions.prepare(
        row.email, actor=actor, full_name=full_name, role=row.role, is_active=row.is_active
    )


def _act(row: ImportRow, new: NewUser | None, actor: Actor) -> tuple[RowOutcome, str]:
    """Invite or add whom the row names, and return what becomes of the row: outcome and fault."""
    try:
        with transaction.atomic():
            if new is not None:
                _user, password = accounts.users.actions.add(new, actor=actor)
                row.sealed_password = encryption.seal(password)
            elif row.is_active:
                accounts.invitations.actions.invite(
                    row.email, actor=actor, role=row.role, full_name=row.full_name, is_job=True
                )
            else:
                return RowOutcome.SKIPPED, "inactive"
    except accounts.users.actions.AddressTaken:
        return RowOutcome.SKIPPED, "user"
    except AlreadyInvited:
        return RowOutcome.SKIPPED, "invited"
    except outbox.MailIsOff:
        return RowOutcome.FAILED, "mail_is_off"
    except throttle.TooManyMails:
        return RowOutcome.FAILED, "too_many_mails"
    return RowOutcome.DONE, ""


@job_handlers.handles
class ImportHandler(job_handlers.Handler):
    """A file is checked, and then each row of it invited or added."""

    model, row = ImportJob, ImportRow
    preparing, ready = ImportState.CHECKING, ImportState.CHECKED
    permission, cancelled = Permission.IMPORT_USERS, ImportCancelled
    passwords_taken = PasswordsDownloaded
    passwords_permission = Permission.IMPORT_USERS

    def prepare(self, job: ImportJob) -> bool:
        is_over: bool = uploads.check_for_a_while(job)
        return is_over

    def reason(self, error: BaseException) -> tuple[str, dict[str, Any]] | None:
        match error:
            case accounts.tabular.reading.NotATable():
                return error.code, error.facts
            case NotPermitted():
                return "not_permitted", {}
            case encryption.OtherKey():
                return "other_key", {}
        return None

    def noted(self, facts: dict[str, Any]) -> dict[str, Any]:
        return {"ignored_columns": [], "notes": facts}

    def discard(self, job: ImportJob) -> None:
        job.parts.all().delete()

    def do_row(self, row: ImportRow, actor: Actor) -> None:
        _do_row(row, actor)

    def makes_passwords(self, job: ImportJob) -> bool:
        return job.mode == ImportMode.CREATE

    def passwords(self, rows: list[ImportRow]) -> list[tuple[str, str, str]]:
        return [(row.full_name, row.email, row.password) for row in rows]
