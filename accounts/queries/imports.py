"""Reading imports."""

from dataclasses import dataclass

from django.db.models import Count, Q
from django.utils.translation import gettext as _

from accounts import policy
from accounts.change import NoSuchImport
from accounts.models import ImportJob, RowOutcome
from accounts.policy import Permission
from accounts.queries import paging

PAGE_SIZE = 50
LATEST = 20


@dataclass(frozen=True)
class Progress:
    """How far an import is; `percent` is a whole number."""

    total: int
    good: int
    faulty: int
    done: int
    skipped: int
    failed: int

    @property
    def worked_off(self):
        return self.done + self.skipped + self.failed

    @property
    def percent(self):
        return self.worked_off * 100 // self.total if self.total else 100


def latest(*, actor):
    policy.require(actor, Permission.IMPORT_USERS)
    return list(ImportJob.objects.select_related("started_by").order_by("-pk")[:LATEST])


def get(public_id, *, actor):
    """
    Return the ImportJob with that public id.

    :raises NoSuchImport: if there is none.
    """
    policy.require(actor, Permission.IMPORT_USERS)
    job = ImportJob.objects.filter(public_id=public_id).first()
    if job is None:
        raise NoSuchImport(public_id)
    return job


def progress(job):
    counts = job.rows.aggregate(
        total=Count("pk"),
        good=Count("pk", filter=Q(fault="")),
        faulty=Count("pk", filter=~Q(fault="")),
        **{
            name: Count("pk", filter=Q(outcome=name))
            for name in (RowOutcome.DONE, RowOutcome.SKIPPED, RowOutcome.FAILED)
        },
    )
    return Progress(**counts)


def page(job, cursor, *, only_faults=False):
    """Return a Slice of the rows of a job, in the order of the file."""
    rows = job.rows.exclude(fault="") if only_faults else job.rows.all()
    return paging.take(rows, (paging.integer_key("line"),), cursor, PAGE_SIZE)


def every(job):
    """Yield the rows of a job in the order of the file, a few at a time."""
    return job.rows.order_by("line").iterator(chunk_size=2000)


def fault_in_words(code):
    """Return what is wrong with a row, or what is known of it, as a sentence; "" for nothing."""
    return {
        "": "",
        "no_address": _("The email is missing."),
        "address": _("This is no email address."),
        "role": _("The role must be admin, member or viewer."),
        "active": _("“Active” must be yes or no."),
        "twice": _("The email stands in the file twice."),
        "user": _("There is a user with this email already."),
        "invited": _("This person is invited already."),
        "domain": _("The email is outside the authorized domains."),
        "inactive": _("Nobody is invited who is not to be active."),
        "not_permitted": _("Whoever started the import may not do this any more."),
        "invalid": _("Name or email were refused."),
    }.get(code, code)
