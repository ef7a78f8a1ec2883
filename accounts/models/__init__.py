from accounts.models.audit_event import AuditEvent
from accounts.models.counter import Counter
from accounts.models.dispute import Dispute
from accounts.models.import_job import ImportJob, ImportMode, ImportRow, ImportState, RowOutcome
from accounts.models.invitation import Invitation
from accounts.models.organization import Organization
from accounts.models.personal_detail import PersonalDetail
from accounts.models.session import Session
from accounts.models.user import Role, Theme, User

__all__ = [
    "AuditEvent",
    "Counter",
    "Dispute",
    "ImportJob",
    "ImportMode",
    "ImportRow",
    "ImportState",
    "Invitation",
    "Organization",
    "PersonalDetail",
    "Role",
    "RowOutcome",
    "Session",
    "Theme",
    "User",
]
