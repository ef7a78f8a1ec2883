"""What the database says of a person outside of their account: a deletion erases it."""

import re
from dataclasses import dataclass
from urllib.parse import parse_qsl, urlencode

from django.db.models import Q
from django.utils import timezone

import accounts.passwords.actions
import accounts.sign_in.attempt
import accounts.sign_in.known_networks
from accounts.kernel import audit, outbox
from accounts.kernel.queue import entries
from accounts.kernel.text import email_address, names
from accounts.models import (
    BulkJob,
    ImportJob,
    ImportRow,
    Invitation,
    PersonalDetail,
    RowOutcome,
    SavedView,
    User,
)
from accounts.models.job import CANCELLED, DONE

SEARCHES = ("q", "person")  # what an export was narrowed to, of the list and of the trail
SHORTEST_WORD = 3  # of a search that is told to be about somebody
TAKEN_OUT = "…"


@dataclass(frozen=True)
class Known:
    """The names and addresses of a person, those from before included."""

    names: set
    addresses: set

    @classmethod
    def of(cls, user):
        told = list(PersonalDetail.objects.filter(user=user).values_list("data", flat=True))

        def every(now, *keys):
            return {now, *(data[key] for data in told for key in keys if data.get(key))}

        addresses = every(user.email, "email", "old_email", "new_email")
        # An address that was given up may be somebody else's now, or is offered to them.
        given_up = addresses - {user.email}
        of_others = (
            User.objects.filter(email__in=given_up),
            Invitation.objects.open().filter(email__in=given_up),
        )
        addresses -= {
            email for others in of_others for email in others.values_list("email", flat=True)
        }
        return cls(every(user.full_name, "old_name", "new_name"), addresses)

    def is_meant_by(self, search):
        """Return whether a word of a search stands in a name, or in an address before the @."""
        key = names.APART.join(
            map(names.fold, (*self.names, *(email.partition("@")[0] for email in self.addresses)))
        )
        words = (word.partition("@")[0] for word in names.fold(search).split())
        return any(len(word) >= SHORTEST_WORD and word in key for word in words)

    def taken_out_of(self, text):
        """Return a text that an Admin typed, without the names, their words, and the addresses."""
        words = {word for name in self.names for word in name.split() if len(word) > 1}
        addresses = self.addresses | set(map(email_address.in_unicode, self.addresses))
        for part in sorted(self.names | addresses | words, key=len, reverse=True):
            text = re.sub(rf"(?<!\w){re.escape(part)}(?!\w)", TAKEN_OUT, text, flags=re.IGNORECASE)
        return text


def pseudonymous_email(user):
    return f"deleted-{user.public_id}@deleted.invalid"


def erase_in_jobs(user_id):
    """
    Erase what bulk changes and imports say of a user. To be called before the user is locked: jobs come first.

    A search by which people were chosen finds nobody any more then, and never more people than before. Rows that are
    still to be done are about somebody new.
    """
    user = User.objects.present().filter(pk=user_id).first()
    if user is None:
        return
    known = Known.of(user)
    for job in BulkJob.objects.exclude(filters="", reason="").order_by("pk"):
        if _without(known, user, job) != (job.filters, job.reason):
            locked = BulkJob.objects.select_for_update().get(pk=job.pk)
            locked.filters, locked.reason = _without(known, user, locked)
            locked.save(update_fields=("filters", "reason"))
    are_over = ~Q(outcome=RowOutcome.PENDING) | Q(
        job__in=ImportJob.objects.filter(state__in=(DONE, CANCELLED))
    )
    rows = ImportRow.objects.filter(are_over, email__in=known.addresses)
    rows.update(email=pseudonymous_email(user), full_name="", sealed_password="")


def erase(user):
    """Erase what else says something of a locked user, and return what is Known of them."""
    known, pseudonym = Known.of(user), pseudonymous_email(user)
    audit.forget(user, known.addresses)
    accounts.sign_in.known_networks.forget(user)
    accounts.sign_in.attempt.forget(user)
    # Searches are about nobody in particular, so these few are found by an index.
    for detail in PersonalDetail.objects.filter(user=None, data__has_any_keys=SEARCHES):
        if any(known.is_meant_by(detail.data.get(search, "")) for search in SEARCHES):
            detail.delete()
    invitations = Invitation.objects.filter(Q(accepted_as=user) | Q(email__in=known.addresses))
    invitations.open().update(cancelled_at=timezone.now())
    invitations.update(email=pseudonym, full_name="")
    SavedView.objects.filter(owner=user, is_shared=False).delete()
    _erase_in_queue(user, known)
    return known


def _erase_in_queue(user, known):
    """
    Erase what tasks say of the user: mails to them, requests of their address for a reset link, and mails to others in
    which they are named. Those wait on, or to be tried again, without the name; what is sent goes at once.
    """
    for mail in entries.latest(outbox.deliver, user_id=user.pk):
        if mail.is_running:  # its worker has read it
            mail.rewrite(facts={})
        else:
            mail.delete()
    for asked in entries.latest(
        accounts.passwords.actions.issue_reset_link, email__in=list(known.addresses)
    ):
        asked.delete()
    for fact in outbox.NAMING:
        for mail in entries.latest(outbox.deliver, **{f"facts__{fact}__in": list(known.names)}):
            if mail.is_done:
                mail.delete()
            else:
                mail.rewrite(facts=mail.arguments["facts"] | {fact: TAKEN_OUT})


def _without(known, user, job):
    """Return the filters and the reason of a BulkJob without what they say of the user."""
    filters = dict(parse_qsl(job.filters))
    if known.is_meant_by(filters.get("q", "")):
        filters["q"] = pseudonymous_email(user)
    return urlencode(filters), known.taken_out_of(job.reason)
