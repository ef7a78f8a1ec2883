"""
What a restore must not bring to life again: secrets that were ended since the backup, of which it
knows nothing.

It cannot tell which they are, so it ends them all. None is lost for good: people sign in, ask for a
link, are sent an invitation or given a password once more.
"""

from django.db import transaction
from django.utils import timezone

import accounts.sign_in.attempt
from accounts.kernel import sessions
from accounts.models import (
    BulkJob,
    BulkRow,
    ImportJob,
    ImportRow,
    Invitation,
    SentForm,
    Session,
    SignInAttempt,
    User,
)

SAID = (
    "Everybody is signed out; temporary passwords, reset links and open invitations are dead, "
    "since they may have "
    "been ended after the backup. Send the invitations again that still hold, and reset who has a "
    "temporary password: "
    "the list filters by “Temporary password expired”."
)


def end_all(tables):
    """
    End sessions, reset links, open invitations and temporary passwords, all or nothing.

    `tables` are the names of those that are there: a backup of an older version has not all of
    them.
    """
    with transaction.atomic():
        for model, end in ENDINGS.items():
            if model._meta.db_table in tables:
                end()


def _end_credentials():
    now = timezone.now()
    User.objects.filter(reset_link_at__isnull=False).update(reset_link_at=None)
    User.objects.filter(temporary_password_expires_at__gt=now).update(
        temporary_password_expires_at=now
    )


def _end_invitations():
    """They stay in the list as run out, from where they can be sent again: with a new link."""
    Invitation.objects.alive().update(expires_at=timezone.now())


def _forget_passwords(job, row):
    waiting = row.objects.exclude(sealed_password="")
    # A job that still runs may make more of them, which are then to be had.
    finished = job.objects.filter(pk__in=waiting.values("job"), finished_at__isnull=False)
    finished.update(passwords_taken_at=timezone.now())
    waiting.update(sealed_password="")


ENDINGS = {
    Session: sessions.end_everybodys,
    SignInAttempt: accounts.sign_in.attempt.end_everybodys,
    SentForm: lambda: SentForm.objects.exclude(sealed="").update(sealed=""),
    User: _end_credentials,
    Invitation: _end_invitations,
    ImportRow: lambda: _forget_passwords(ImportJob, ImportRow),
    BulkRow: lambda: _forget_passwords(BulkJob, BulkRow),
}
