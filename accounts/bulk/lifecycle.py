"""Bulk changes: whom they were about, and the temporary passwords that wait to be taken."""

from urllib.parse import parse_qsl, urlencode

import accounts.bulk.actions  # noqa: F401 - the handler
from accounts.kernel import job_handlers, jobs, lifecycle
from accounts.models import BulkJob, BulkRow
from accounts.users.erasure import Known


def erase(known: Known) -> None:
    """A search finds nobody any more then, and never more people than before."""
    for job in BulkJob.objects.exclude(filters="", reason="").order_by("pk"):
        if _without(known, job) != (job.filters, job.reason):
            locked = BulkJob.objects.select_for_update().get(pk=job.pk)
            locked.filters, locked.reason = _without(known, locked)
            locked.save(update_fields=("filters", "reason"))


def _without(known: Known, job: BulkJob) -> tuple[str, str]:
    """Return the filters and the reason of a job without what they say of whom is `known`."""
    filters = dict(parse_qsl(job.filters))
    if known.is_meant_by(filters.get("q", "")):
        filters["q"] = known.pseudonym
    return urlencode(filters), known.taken_out_of(job.reason)


lifecycle.declare(
    BulkJob,
    people=("started_by", "address", "user_agent", "filters", "reason"),
    harmless=("fault",),
    tidy=jobs.tidy,
    erase=erase,
    is_of_jobs=True,
)
lifecycle.declare(
    BulkRow,
    people=("user",),
    secrets=("sealed_password",),
    harmless=("fault",),
    tidy=jobs.tidy,
    erase="It refers to a pseudonym then.",
    revoke_after_restore=job_handlers.HANDLERS[BulkJob.KIND].forget_passwords,
)
