"""Reading bulk changes."""

from urllib.parse import parse_qsl

from django.utils.translation import gettext as _

from accounts.kernel import job_progress, policy
from accounts.kernel.policy import Permission
from accounts.models import BulkJob
from accounts.users.filters import Filters


def latest(*, actor):
    policy.require(actor, Permission.SEE_USERS)
    return job_progress.latest(BulkJob)


def get(public_id, *, actor):
    """
    Return the BulkJob with that public id.

    :raises NoSuchJob: if there is none.
    """
    policy.require(actor, Permission.SEE_USERS)
    return job_progress.get(BulkJob, public_id)


def filters_of(job):
    """Return the Filters by which the people were chosen; none where they were selected one by one."""
    return Filters.read(dict(parse_qsl(job.filters)))


def page(job, cursor, *, only_faults=False):
    """Return a Slice of the people of a job, see `jobs.page`."""
    return job_progress.page(
        job.rows.select_related("user"), cursor, fault_in_words, only_faults=only_faults
    )


def every(job):
    """Return the people of a job, see `jobs.every`."""
    return job_progress.every(job.rows.select_related("user"))


def fault_in_words(code):
    """Return why nothing happens to a person, as a sentence; "" for nothing."""
    return {
        "": "",
        "oneself": _("Nobody does that to themselves."),
        "not_permitted": _("This is not allowed for this person."),
        "deactivated": _("The account is deactivated."),
        "active": _("The account is active already."),
        "role": _("The person has this role already."),
        "no_match": _("The person does not match any more."),
        "mail_is_off": _("Mails were turned off, so no link would arrive."),
        "error": _("A fault of ours; the log says more. Do it again."),
        "gone": _("The account was deleted."),
    }.get(code, code)


def result_in_words(row):
    """Return what became of a person, and why, as the page says it."""
    outcome, fault = row.get_outcome_display(), fault_in_words(row.fault)
    return f"{outcome}: {fault}" if fault else outcome


def refusal_in_words(code):
    """Return why the people of a job could not be collected, as a sentence that says what to do; "" for nothing."""
    return {
        "": "",
        "error": _("A fault of ours; the log says more. Do it again."),
        "killed": _(
            "It brought the worker down twice, so it is not tried again. The log says more."
        ),
        "unfinished": _("It did not come to its end within a day. Do it again."),
    }[code]
