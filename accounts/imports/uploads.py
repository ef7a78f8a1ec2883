"""
The file of an import: its beginning is checked at once, the rest by the worker, and then it is
erased.
"""

import io
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import islice
from tempfile import TemporaryFile
from typing import BinaryIO
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet

import accounts.tabular.reading
import accounts.tabular.typed
from accounts.kernel import jobs, paging, policy
from accounts.kernel.actor import Actor
from accounts.kernel.change import act, locked_job
from accounts.kernel.crypto import encryption
from accounts.kernel.errors import StaleJob
from accounts.kernel.policy import Permission
from accounts.models import ImportJob, ImportPart, ImportRow, ImportState, Invitation, User
from accounts.tabular.typed import Columns, Person

ROWS_AT_A_TIME = (
    1_000  # so many are checked while the Admin waits; the worker goes on in steps of as many
)
PART = 1024 * 1024  # bytes
Step = tuple[list[ImportRow], bool]  # rows that were checked, and whether they were the last
# Faults of a row, whatever the others are.
OF_THEIR_OWN = (
    "address",
    "no_address",
    "role",
    "active",
    "beyond",
    "error_cell",
    "line_break",
    "long_name",
)


def take(file: BinaryIO, file_name: str, *, actor: Actor) -> ImportJob:
    """
    Check as much of an open binary file as takes no time, and leave the rest to the worker. Return
    the ImportJob.

    Nothing happens to anybody. Of a short file one step, by the same rule as the others, is done
    while the Admin waits: that is all of most files. Nothing of it is read in a transaction.

    :raises NotPermitted: if `actor` may not import.
    :raises NotATable: if the file cannot be read, or has no column "email".
    """
    policy.require(actor, Permission.IMPORT_USERS)
    accounts.tabular.reading.require_readable(file)
    job = ImportJob(started_by=actor.user, file_name=file_name[:200])
    found, is_over = _first_step(job, file, actor)
    with act(actor=actor, permission=Permission.IMPORT_USERS):
        job.save(force_insert=True)
        if not is_over or job.may_be_read_again:
            _keep(job, file)
        _store(job, found, 0, is_over)
        if not is_over:
            jobs.go_on_preparing(job)
    job.refresh_from_db()
    return job


def read_again(public_id: UUID, *, actor: Actor, encoding: str) -> None:
    """
    Check a file anew whose encoding was only guessed at, in the encoding of that name; see `take`.

    :raises NotPermitted: if `actor` may not import.
    :raises NotATable: if the file is no text in that encoding, or no table of people then.
    :raises StaleJob: if it was started or stopped, or the file is erased by now.
    """
    policy.require(actor, Permission.IMPORT_USERS)
    job = ImportJob.objects.filter(
        public_id=public_id, state=ImportState.CHECKED, parts__isnull=False
    ).first()
    if job is None:
        raise StaleJob(public_id)
    job.encoding, job.notes = encoding, {"encoding": encoding, "is_chosen": True}
    with _kept(job) as file:
        found, is_over = _first_step(job, file, actor)
    with transaction.atomic():
        current = locked_job(ImportJob, public_id, ImportState.CHECKED)
        with act(actor=actor, permission=Permission.IMPORT_USERS):
            current.rows.all().delete()
            current.state = ImportState.CHECKING
            current.save()
            _store(job, found, 0, is_over)
            if not is_over:
                jobs.go_on_preparing(job)


def check_for_a_while(job: ImportJob) -> bool:
    """
    Check what the job's rows do not hold yet, and return whether that was all; see
    `jobs.SECONDS_AT_A_TIME`.
    """
    until, after, is_over = None, _last_line(job), False
    seen = set(job.rows.exclude(fault__in=OF_THEIR_OWN).values_list("email", flat=True))
    with _kept(job) as file:
        for found, is_over in _steps(
            job, file, lambda: jobs.actor_of(ImportJob, job.pk), after, seen
        ):
            _store(job, found, after, is_over)
            after = found[-1].line if found else after
            # From the first step on: coming to where the last turn ended takes time too, and each
            # turn must get on.
            until = until or time.monotonic() + jobs.SECONDS_AT_A_TIME
            if time.monotonic() > until:
                break
    return is_over


def _first_step(job: ImportJob, file: BinaryIO, actor: Actor) -> Step:
    """
    Return the first rows and whether they are all; of a file that is not short, none and False.
    """
    return (
        next(_steps(job, file, lambda: actor, 0, set()))
        if accounts.tabular.reading.is_short(file)
        else ([], False)
    )


def _steps(
    job: ImportJob, file: BinaryIO, actor_now: Callable[[], Actor], after: int, seen: set[str]
) -> Iterator[Step]:
    """
    Read the rows that come after that line, a step at a time; yield them, unsaved, and whether
    these were the last.

    `actor_now` returns in whose name, `seen` are the addresses before and is added to.

    :raises NotPermitted: if whoever started it may not import any more.
    :raises NotATable: if the file cannot be read.
    """
    size, is_over = file.seek(0, io.SEEK_END), False
    rows = _rows(job, file, after)
    while not is_over:
        found = list(islice(rows, ROWS_AT_A_TIME))
        job.read_percent = (
            file.tell() * 100 // size
        )  # also of an archive, whose parts are read from front to end
        actor = actor_now()
        policy.require(actor, Permission.IMPORT_USERS)
        _find_faults(found, seen, actor)
        is_over = len(found) < ROWS_AT_A_TIME
        yield found, is_over


def _store(job: ImportJob, found: list[ImportRow], after: int, is_over: bool) -> None:
    with transaction.atomic():
        current = locked_job(ImportJob, job.public_id, ImportState.CHECKING)
        if _last_line(current) != after:
            raise StaleJob(job.public_id)
        ImportRow.objects.bulk_create(found)
        for name in ("ignored_columns", "read_percent", "encoding", "notes"):
            setattr(current, name, getattr(job, name))
        if is_over:
            current.state = ImportState.CHECKED
        if is_over and not job.may_be_read_again:
            current.parts.all().delete()
        current.save()


def _last_line(job: ImportJob) -> int:
    return job.rows.order_by("-line").values_list("line", flat=True).first() or 0


def _keep(job: ImportJob, file: BinaryIO) -> None:
    """Store the file where every worker finds it."""
    file.seek(0)
    number = 0
    while data := file.read(PART):
        ImportPart.objects.create(job=job, number=number, sealed=encryption.seal_bytes(data))
        number += 1


@contextmanager
def _kept(job: ImportJob) -> Iterator[BinaryIO]:
    """Yield the stored file; it is put together on the disk, so that memory stays flat."""
    with TemporaryFile() as file:
        for part in paging.iterate(job.parts.all(), "number", at_once=1):
            file.write(encryption.unseal_bytes(bytes(part.sealed)))
        yield file


def _rows(job: ImportJob, file: BinaryIO, after: int) -> Iterator[ImportRow]:
    """
    Yield the rows of the file after that line, unsaved, and note with the job what is to be said of
    the file.
    """
    table = accounts.tabular.reading.Table(file, job.encoding)
    lines = iter(table)
    header = next(lines, (0, []))[1]
    columns = accounts.tabular.typed.columns(header)
    job.notes |= table.notes
    if columns is None:
        raise accounts.tabular.reading.NotATable(
            "header", **{name: job.notes[name] for name in ("sheet",) if name in job.notes}
        )
    job.encoding = job.encoding or job.notes.get("encoding", "")
    job.ignored_columns = [
        cell[:50] for at, cell in enumerate(header) if cell and at not in columns.meant
    ]
    for line, cells in lines:
        if accounts.tabular.typed.is_blank(cells):
            continue
        job.notes |= table.notes
        _note_unnamed(job, cells, columns)
        if line > after:
            yield _row(job, line, accounts.tabular.typed.person(cells, columns))
    job.notes |= table.notes


def _note_unnamed(job: ImportJob, cells: list[str], columns: Columns) -> None:
    """Note with the job which columns have no name, but something in them."""
    known = job.notes.get("unnamed_columns", [])
    new = [
        at + 1 for at in columns.unnamed if at < len(cells) and cells[at] and at + 1 not in known
    ]
    if new:
        job.notes["unnamed_columns"] = sorted(known + new)


def _row(job: ImportJob, line: int, person: Person) -> ImportRow:
    row = ImportRow(
        job=job, line=line, full_name=person.full_name, email=person.email, fault=person.fault
    )
    row.role, row.is_active = person.role, person.is_active
    return row


def _find_faults(rows: list[ImportRow], seen: set[str], actor: Actor) -> None:
    """
    Note what is wrong with rows beside others: in the file before (`seen`, added to), known,
    outside the domains.
    """
    emails = {row.email for row in rows if not row.fault}
    known, invited = (
        _known(User.objects.present(), emails),
        _known(Invitation.objects.alive(), emails),
    )
    for row in rows:
        if row.fault:
            continue
        if row.email in seen:
            row.fault = "twice"
        elif row.email in known:
            row.fault = "user"
        elif row.email in invited:
            row.fault = "invited"
        elif not actor.organization.accepts(row.email):
            row.fault = "domain"
        seen.add(row.email)


def _known(queryset: QuerySet[User] | QuerySet[Invitation], emails: set[str]) -> set[str]:
    found: set[str] = set()
    ordered = sorted(emails)
    for start_at in range(0, len(ordered), 500):
        part = ordered[start_at : start_at + 500]
        found.update(queryset.filter(email__in=part).values_list("email", flat=True))
    return found
