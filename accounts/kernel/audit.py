"""
The audit trail's only writer. Reading is `audit_trail/queries.py`; the database refuses changes and
deletions.
"""

import unicodedata
from collections.abc import Iterable
from functools import reduce
from operator import or_

from django.db import transaction
from django.db.models import Q
from django.utils.crypto import salted_hmac

from accounts.kernel import metrics
from accounts.kernel.actor import Actor
from accounts.kernel.events import Event
from accounts.kernel.text import email_address
from accounts.models import AuditEvent, PersonalDetail, User
from accounts.models.audit_event import Outcome


def record(
    event: Event,
    *,
    actor: Actor,
    target: User | None = None,
    subject: tuple[str, str] | None = None,
    outcome: Outcome = Outcome.DONE,
) -> AuditEvent:
    """
    Write an Event as one entry, in the transaction of what it is about, and return that.

    No event holds a password, a token, a hash or a whole link. `subject` is what it is about, as a
    type and an id, where that is not the user `target`.
    """
    of_target = ("user", str(target.public_id)) if target else (None, None)
    subject_type, subject_id = subject or of_target
    # What is personal can be written only together with its entry. Where a change is under way,
    # both are one with it, without a savepoint: nobody goes on with what could not be recorded.
    with transaction.atomic(savepoint=False):
        entry = AuditEvent.objects.create(
            action=event.name,
            outcome=outcome,
            actor_kind=actor.kind,
            actor=actor.user,
            target=target,
            address=actor.address,
            user_agent=actor.user_agent,
            via=actor.via,
            request_id=actor.request_id or None,
            session=actor.session,
            subject_type=subject_type,
            subject_id=subject_id,
            details=event.details,
        )
        if personal := event.personal:
            # PostgreSQL keeps no NUL; somebody may have searched for one.
            data = {name: text.replace("\x00", "") for name, text in personal.items()}
            PersonalDetail.objects.create(event=entry, user=target, data=data)
    metrics.note(entry)
    return entry


def forget(user: User, addresses: Iterable[str]) -> None:
    """
    Erase what the trail's entries say about `user` and their `addresses` beyond the reference; the
    entries stay.
    """
    named = [
        Q(**{f"data__{name}__in": list(addresses)}) for name in ("email", "old_email", "new_email")
    ]
    PersonalDetail.objects.filter(reduce(or_, named, Q(user=user))).delete()


def pseudonym(typed_address: str) -> str:
    """
    Return a short keyed digest of an address that belongs to nobody.

    Tries on the same unknown address can be told to be the same; what was typed, which is sometimes
    a password, cannot be read back.
    """
    text = (
        email_address.find(typed_address)
        or unicodedata.normalize("NFKC", typed_address).casefold().strip()
    )
    return salted_hmac("accounts.audit.pseudonym", text, algorithm="sha256").hexdigest()[:12]
