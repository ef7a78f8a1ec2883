"""Reading imports."""

from django.utils.translation import gettext as _

from accounts import policy
from accounts.models import ImportJob, ImportRow
from accounts.policy import Permission
from accounts.queries import jobs


def latest(*, actor):
    policy.require(actor, Permission.IMPORT_USERS)
    return jobs.latest(ImportJob)


def get(public_id, *, actor):
    """
    Return the ImportJob with that public id.

    :raises NoSuchJob: if there is none.
    """
    policy.require(actor, Permission.IMPORT_USERS)
    return jobs.get(ImportJob, public_id)


def page(job, cursor, *, only_faults=False):
    """Return a Slice of the rows of a job, in the order of the file, see `jobs.page`."""
    return jobs.page(job.rows.all(), cursor, fault_in_words, only_faults=only_faults)


def every(job):
    """Yield the rows of a job in the order of the file, a few at a time."""
    return job.rows.order_by(*ImportRow.ORDER).iterator(chunk_size=2000)


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
        "error": _("A fault of ours; the log says more. Do it again."),
        "invalid": _("Name or email were refused."),
    }.get(code, code)
