"""People from a spreadsheet: checked first, then invited or added one by one, by the same actions as on the pages."""

from django.core.exceptions import ValidationError
from django.db import transaction
from django_tasks import task

from accounts import email_address, policy, sealed, spreadsheets
from accounts.actions import invitations, jobs, users
from accounts.audit import Action
from accounts.change import job_change, job_row
from accounts.models import ImportJob, ImportMode, ImportRow, ImportState, Invitation, Role, RowOutcome, User
from accounts.policy import NotPermitted, Permission

COLUMNS = {
    "name": ("name", "full name", "full_name", "nom"),
    "email": ("email", "e-mail", "mail", "email address", "adresse e-mail"),
    "role": ("role", "rôle"),
    "active": ("active", "is_active", "actif"),
}
YES, NO = {"", "1", "true", "yes", "oui", "on", "x"}, {"0", "false", "no", "non", "off"}
SKIPPED = {"user", "invited", "inactive"}  # nothing is wrong with these rows, and nothing is to be done


def check(data, file_name, *, actor):
    """
    Read a file and keep its rows with their faults; nothing happens to anybody. Return the ImportJob.

    :raises NotPermitted: if `actor` may not import.
    :raises NotATable: if the file cannot be read, or has no column "email".
    """
    policy.require(actor, Permission.IMPORT_USERS)
    rows = spreadsheets.read(data)
    header = [cell.strip().lower() for cell in next(rows, (0, []))[1]]
    places = {name: header.index(word) for name, words in COLUMNS.items() for word in words if word in header}
    if "email" not in places:
        raise spreadsheets.NotATable("header")
    ignored = [cell for place, cell in enumerate(header) if cell and place not in places.values()]
    found = [_row(line, cells, places) for line, cells in rows]
    _find_faults(found, actor)
    with transaction.atomic():
        job = ImportJob.objects.create(started_by=actor.user, file_name=file_name[:200], ignored_columns=ignored)
        for row in found:
            row.job = job
        ImportRow.objects.bulk_create(found, batch_size=2000)
    return job


def start(public_id, *, actor, mode):
    """
    Have the worker do what the check announced.

    :raises NoSuchJob: if it is running, done or cancelled.
    """
    change = {"actor": actor, "permission": Permission.IMPORT_USERS, "action": Action.IMPORT_STARTED}
    with job_change(ImportJob, public_id, ImportState.CHECKED, **change) as (job, details):
        job.mode, job.state = ImportMode(mode), ImportState.RUNNING
        details["rows"] = job.rows.filter(fault="").count()
        run.enqueue(job.pk, actor.user_id, actor.address, actor.user_agent)
    return job


def cancel(public_id, *, actor):
    """Stop an import: rows that are done stay done, the rest stays undone."""
    change = {"actor": actor, "permission": Permission.IMPORT_USERS, "action": Action.IMPORT_CANCELLED}
    jobs.cancel(ImportJob, public_id, ImportState.CHECKED, ImportState.RUNNING, **change)


def take_passwords(public_id, *, actor):
    """
    Return the temporary passwords that the import made, as (name, email, password), and forget them: once only.

    :raises NoSuchJob: if they were taken before, or there are none.
    """
    change = {"actor": actor, "permission": Permission.IMPORT_USERS}
    rows = jobs.take_passwords(ImportJob, public_id, made={"mode": ImportMode.CREATE}, **change)
    return [(row.full_name, row.email, row.password) for row in rows]


@task()
def run(job_id, user_id, address, user_agent):
    """Work off the rows for a while; see `jobs.work_off`."""
    jobs.work_off(ImportJob, _do_row, run, job_id, (user_id, address, user_agent))


def _do_row(row, actor):
    outcome, fault, new = (RowOutcome.SKIPPED if row.fault in SKIPPED else RowOutcome.FAILED), row.fault, None
    try:
        if not fault:
            new = _prepare(row, actor)
        with job_row(row) as locked:
            if locked is None:
                return
            if not fault:
                outcome, fault = _act(locked, new, actor)
            locked.outcome, locked.fault = outcome, fault
    except (ValidationError, NotPermitted) as error:
        with job_row(row) as locked:
            if locked is not None:
                locked.outcome = RowOutcome.FAILED
                locked.fault = "not_permitted" if isinstance(error, NotPermitted) else "invalid"


def _prepare(row, actor):
    """Do what is slow before the row is locked; on SQLite that lock is the whole database."""
    if row.job.mode == ImportMode.INVITE:
        return None
    full_name = row.full_name or row.email.partition("@")[0]
    return users.prepare(row.email, actor=actor, full_name=full_name, role=row.role, is_active=row.is_active)


def _act(row, new, actor):
    """Invite or add whom the row names, and return what becomes of the row: outcome and fault."""
    try:
        with transaction.atomic():
            if new is not None:
                _user, password = users.add(new, actor=actor)
                row.sealed_password = sealed.seal(password)
            elif row.is_active:
                invitations.invite(row.email, actor=actor, role=row.role)
            else:
                return RowOutcome.SKIPPED, "inactive"
    except users.AddressTaken:
        return RowOutcome.SKIPPED, "user"
    except invitations.AlreadyInvited:
        return RowOutcome.SKIPPED, "invited"
    return RowOutcome.DONE, ""


def _row(line, cells, places):
    def cell(name):
        place = places.get(name)
        return cells[place].replace("\x00", "") if place is not None and place < len(cells) else ""

    role, active = cell("role").lower(), cell("active").lower()
    row = ImportRow(line=line, full_name=" ".join(cell("name").split())[:150], role=role[:10] or Role.MEMBER)
    row.email = email_address.find(cell("email").removeprefix("mailto:")) or cell("email")[:254]
    row.is_active = active in YES
    if not email_address.find(row.email):
        row.fault = "address" if row.email else "no_address"
    elif row.role not in Role.values:
        row.fault = "role"
    elif active not in YES | NO:
        row.fault = "active"
    return row


def _find_faults(rows, actor):
    """Note what is wrong with the rows as a whole: twice in the file, known already, outside the domains."""
    emails = {row.email for row in rows if not row.fault}
    known, invited = _known(User.objects.present(), emails), _known(Invitation.objects.alive(), emails)
    seen = set()
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
