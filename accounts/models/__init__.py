from accounts.models.audit_event import AuditEvent
from accounts.models.counter import Counter
from accounts.models.dispute import Dispute
from accounts.models.invitation import Invitation
from accounts.models.organization import Organization
from accounts.models.personal_detail import PersonalDetail
from accounts.models.session import Session
from accounts.models.user import Role, Theme, User

__all__ = [
    "AuditEvent",
    "Counter",
    "Dispute",
    "Invitation",
    "Organization",
    "PersonalDetail",
    "Role",
    "Session",
    "Theme",
    "User",
]
