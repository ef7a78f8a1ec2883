"""Imports: the file, who stands in it, and the temporary passwords that wait to be taken."""

from django.db.models import Q
from django.utils import timezone

import accounts.imports.actions  # noqa: F401 - the handler
from accounts.kernel import job_handlers, jobs, lifecycle
from accounts.models import ImportJob, ImportPart, ImportRow, RowOutcome
from accounts.models.job import CANCELLED, DONE
from accounts.users.erasure import Known


def erase(known: Known) -> None:
    """Rows that are still to be done are about somebody new."""
    are_over = ~Q(outcome=RowOutcome.PENDING) | Q(
        job__in=ImportJob.objects.filter(state__in=(DONE, CANCELLED))
    )
    rows = ImportRow.objects.filter(are_over, email__in=known.addresses)
    rows.update(email=known.pseudonym, full_name="", sealed_password="")


def delete_old_files() -> None:
    """Erase files that might have been read again, and were not."""
    ImportPart.objects.filter(job__created_at__lt=timezone.now() - jobs.UNFINISHED_AFTER).delete()


lifecycle.declare(
    ImportJob,
    people=("started_by", "address", "user_agent", "file_name", "notes", "ignored_columns"),
    harmless=("fault", "encoding"),
    tidy=jobs.tidy,
    erase="It says what an Admin did, who is a pseudonym then; its people are its rows.",
)
lifecycle.declare(
    ImportPart,
    people=("sealed",),
    tidy=delete_old_files,
    erase="It is sealed, and erased once it is checked, or after a day.",
)
lifecycle.declare(
    ImportRow,
    people=("full_name", "email"),
    secrets=("sealed_password",),
    harmless=("fault", "role"),
    tidy=jobs.tidy,
    erase=erase,
    is_of_jobs=True,
    revoke_after_restore=job_handlers.HANDLERS[ImportJob.KIND].forget_passwords,
)
