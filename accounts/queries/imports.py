"""Reading imports."""

from django.utils.translation import gettext as _

from accounts import policy
from accounts.models import ImportJob, ImportState
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
    """Return the rows of a job in the order of the file, see `jobs.every`."""
    return jobs.every(job.rows.all())


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
        "mail_is_off": _("Mails were turned off, so no invitation would arrive."),
        "error": _("A fault of ours; the log says more. Do it again."),
        "invalid": _("Name or email were refused."),
    }.get(code, code)


def result_in_words(job, row):
    """Return what became of a row, or will become of it, as the page says it."""
    if row.fault:
        return fault_in_words(row.fault)
    is_new = job.state in (ImportState.CHECKING, ImportState.CHECKED)
    return _("New") if is_new else row.get_outcome_display()


def refusal_in_words(code):
    """Return why a whole file is refused, as a sentence that says how to mend it; "" for nothing."""
    return {
        "": "",
        "size": _("The file is larger than 50 MB."),
        "unpacked": _("The file is larger than 200 MB when it is unpacked. Keep only the four columns."),
        "kind": _("This is no XLSX file that can be read."),
        "text": _("The text of the file cannot be read. Save it as CSV in UTF-8."),
        "rows": _("The file has more than 100,000 rows. Split it."),
        "cells": _("A row has more than 200 columns, or a cell more than 2,000 characters."),
        "header": _("The first row must name the columns, with “email” among them."),
        "not_permitted": _("Whoever started the import may not do this any more."),
        "error": _("A fault of ours; the log says more. Do it again."),
        "unfinished": _("The check did not come to its end within a day. Do it again."),
    }[code]
