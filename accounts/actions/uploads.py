"""The file of an import: its beginning is checked at once, the rest by the worker, and then it is erased."""

import io
import logging
import time
import traceback
from contextlib import contextmanager
from itertools import islice
from tempfile import TemporaryFile

from django.db import OperationalError, transaction
from django_tasks import task

from accounts import email_address, policy, sealed
from accounts.actions import jobs
from accounts.change import StaleJob, locked_job
from accounts.models import ImportJob, ImportPart, ImportRow, ImportState, Invitation, Role, User
from accounts.policy import NotPermitted, Permission
from accounts.queries import paging
from accounts.tabular import reading

logger = logging.getLogger(__name__)

ROWS_AT_A_TIME = 1_000  # so many are checked while the Admin waits; the worker goes on in steps of as many
PART = 1024 * 1024  # bytes
COLUMNS = {
    "name": ("name", "full name", "full_name", "nom"),
    "email": ("email", "e-mail", "mail", "email address", "adresse e-mail"),
    "role": ("role", "rôle"),
    "active": ("active", "is_active", "actif"),
}
YES, NO = {"", "1", "true", "yes", "oui", "on", "x"}, {"0", "false", "no", "non", "off"}
OF_THEIR_OWN = ("address", "no_address", "role", "active")  # faults of a row, whatever the others are


def take(file, file_name, *, actor):
    """
    Check as much of an open binary file as takes no time, and leave the rest to the worker. Return the ImportJob.

    Nothing happens to anybody. One step while the Admin waits, by the same rule as the others, is enough for most
    files, and enough to tell at once what is wrong with a file as a whole.

    :raises NotPermitted: if `actor` may not import.
    :raises NotATable: if the file cannot be read, or has no column "email".
    """
    policy.require(actor, Permission.IMPORT_USERS)
    reading.require_readable(file)
    with transaction.atomic():
        job = ImportJob.objects.create(started_by=actor.user, file_name=file_name[:200])
        if not (reading.begins_at_once(file) and next(_steps(job, file))):
            _keep(job, file)
            check.enqueue(job.pk)
    job.refresh_from_db()
    return job


@task()
def check(job_id, *_told):
    """
    Go on checking for a while. A killed worker leaves no row out and has none twice; of two, one gives way.

    What is wrong with the file as a whole is noted with the job, and so is a fault of ours. The version before told
    its tasks who uploaded, too, which is known from the job.
    """
    job = ImportJob.objects.filter(pk=job_id, state=ImportState.CHECKING).first()
    if job is None:
        return
    try:
        if not _check_for_a_while(job):
            check.enqueue(job_id)
    except StaleJob:
        return
    except OperationalError:
        raise  # the database is busy or away: the whole task comes again
    except reading.NotATable as fault:
        refuse(job, fault.code)
    except NotPermitted:
        refuse(job, "not_permitted")
    except Exception as error:  # noqa: BLE001 - whatever it is, the file must not stay, nor be tried for ever
        # Where it happened, but not what the error says: that may be what stands in the file.
        where = traceback.extract_tb(error.__traceback__)[-1]
        logger.error("The file of an import could not be checked (%s, %s).", type(error).__name__, where)
        refuse(job, "error")


def refuse(job, fault):
    """End a check that goes on, for the reason with the code `fault`, and erase the file and its rows."""
    with transaction.atomic():
        if jobs.refuse(job, ImportState.CHECKING, fault, ignored_columns=[]):
            job.parts.all().delete()


def _check_for_a_while(job):
    """Check what the job's rows do not hold yet, and return whether that was all; see `jobs.SECONDS_AT_A_TIME`."""
    until = None
    with _kept(job) as file:
        for is_over in _steps(job, file):
            # From the first step on: coming to where the last turn ended takes time too, and each turn must get on.
            until = until or time.monotonic() + jobs.SECONDS_AT_A_TIME
            if is_over or time.monotonic() > until:
                return is_over


def _steps(job, file):
    """
    Check the rows that come after those of the job and store them, a step at a time; yield whether that was the last.

    :raises NotPermitted: if whoever started it may not import any more.
    :raises NotATable: if the file cannot be read.
    :raises StaleJob: if it was stopped, or another worker was faster.
    """
    after, is_over = _last_line(job), False
    seen = set(job.rows.exclude(fault__in=OF_THEIR_OWN).values_list("email", flat=True))
    size = file.seek(0, io.SEEK_END)
    rows = _rows(job, file, after)
    while not is_over:
        found = list(islice(rows, ROWS_AT_A_TIME))
        job.read_percent = file.tell() * 100 // size  # also of an archive, whose parts are read from front to end
        actor = jobs.actor_of(ImportJob, job.pk)
        policy.require(actor, Permission.IMPORT_USERS)
        _find_faults(found, seen, actor)
        is_over = len(found) < ROWS_AT_A_TIME
        _store(job, found, after, is_over)
        after = found[-1].line if found else after
        yield is_over


def _store(job, found, after, is_over):
    with transaction.atomic():
        current = locked_job(ImportJob, job.public_id, ImportState.CHECKING)
        if _last_line(current) != after:
            raise StaleJob(job.public_id)
        ImportRow.objects.bulk_create(found)
        current.ignored_columns, current.read_percent = job.ignored_columns, job.read_percent
        if is_over:
            current.state = ImportState.CHECKED
            current.parts.all().delete()
        current.save()


def _last_line(job):
    return job.rows.order_by("-line").values_list("line", flat=True).first() or 0


def _keep(job, file):
    """Store the file where every worker finds it."""
    file.seek(0)
    number = 0
    while data := file.read(PART):
        ImportPart.objects.create(job=job, number=number, sealed=sealed.seal_bytes(data))
        number += 1


@contextmanager
def _kept(job):
    """Yield the stored file; it is put together on the disk, so that memory stays flat."""
    with TemporaryFile() as file:
        for part in paging.every(job.parts.all(), "number", at_once=1):
            file.write(sealed.unseal_bytes(bytes(part.sealed)))
        yield file


def _rows(job, file, after):
    """Yield the rows of the file after that line, unsaved, and note with the job which columns are left out."""
    lines = reading.read(file)
    header = [cell.strip().lower() for cell in next(lines, (0, []))[1]]
    places = {name: header.index(word) for name, words in COLUMNS.items() for word in words if word in header}
    if "email" not in places:
        raise reading.NotATable("header")
    job.ignored_columns = [cell for place, cell in enumerate(header) if cell and place not in places.values()]
    for line, cells in lines:
        if line > after:
            yield _row(job, line, cells, places)


def _row(job, line, cells, places):
    def cell(name):
        place = places.get(name)
        return cells[place].replace("\x00", "") if place is not None and place < len(cells) else ""

    role, active = cell("role").lower(), cell("active").lower()
    row = ImportRow(job=job, line=line, full_name=" ".join(cell("name").split())[:150], role=role[:10] or Role.MEMBER)
    row.email = email_address.find(cell("email").removeprefix("mailto:")) or cell("email")[:254]
    row.is_active = active in YES
    if not email_address.find(row.email):
        row.fault = "address" if row.email else "no_address"
    elif row.role not in Role.values:
        row.fault = "role"
    elif active not in YES | NO:
        row.fault = "active"
    return row


def _find_faults(rows, seen, actor):
    """Note what is wrong with rows beside others: in the file before (`seen`, added to), known, outside the domains."""
    emails = {row.email for row in rows if not row.fault}
    known, invited = _known(User.objects.present(), emails), _known(Invitation.objects.alive(), emails)
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


def _known(queryset, emails):
    found, ordered = set(), sorted(emails)
    for start_at in range(0, len(ordered), 500):
        part = ordered[start_at : start_at + 500]
        found.update(queryset.filter(email__in=part).values_list("email", flat=True))
    return found
