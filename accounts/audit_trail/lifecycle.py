"""
The audit trail: entries stay, what they say of somebody by name is kept apart and can be erased.
"""

from accounts.audit_trail import refusals
from accounts.kernel import audit, lifecycle
from accounts.models import AuditEvent, PersonalDetail, RefusalCount
from accounts.users.erasure import Known

SEARCHES = (
    "q",
    "person",
    "actor",
    "target",
)  # what an export was narrowed to, of the list and of the trail


def erase(known: Known) -> None:
    audit.forget(known.user, known.addresses)
    # Searches are about nobody in particular, so these few are found by an index.
    for detail in PersonalDetail.objects.filter(user=None, data__has_any_keys=SEARCHES):
        if any(known.is_meant_by(detail.data.get(search, "")) for search in SEARCHES):
            detail.delete()


lifecycle.declare(
    AuditEvent,
    people=("actor", "target", "address", "user_agent", "details", "subject_id"),
    harmless=("action", "subject_type", "request_id"),
    tidy="Nothing leaves the trail.",
    erase="An entry refers to a pseudonym then; names and addresses stand in PersonalDetail.",
)
lifecycle.declare(
    PersonalDetail,
    people=("user", "data"),
    tidy="It stays as long as its entry.",
    erase=erase,
)
lifecycle.declare(
    RefusalCount,
    people=("key", "user", "target", "address", "user_agent", "details"),
    tidy=refusals.record_the_rest,
    erase="It refers to a pseudonym then, and lives for some minutes.",
)
