from accounts.models.audit_event import AuditEvent
from accounts.models.bulk_job import BulkAction, BulkJob, BulkRow, BulkState
from accounts.models.cached_count import CachedCount
from accounts.models.counter import Counter
from accounts.models.dispute import Dispute
from accounts.models.dormancy_warning import DormancyWarning
from accounts.models.import_job import ImportJob, ImportMode, ImportPart, ImportRow, ImportState
from accounts.models.invitation import Invitation
from accounts.models.job import RowOutcome
from accounts.models.known_network import KnownNetwork
from accounts.models.organization import Organization
from accounts.models.personal_detail import PersonalDetail
from accounts.models.refusal_count import RefusalCount
from accounts.models.saved_view import SavedView
from accounts.models.sent_form import SentForm
from accounts.models.session import Method, Session
from accounts.models.sign_in_attempt import SignInAttempt
from accounts.models.user import Role, Theme, User

__all__ = [
    "AuditEvent",
    "BulkAction",
    "BulkJob",
    "BulkRow",
    "BulkState",
    "CachedCount",
    "Counter",
    "Dispute",
    "DormancyWarning",
    "ImportJob",
    "ImportMode",
    "ImportPart",
    "ImportRow",
    "ImportState",
    "Invitation",
    "KnownNetwork",
    "Method",
    "Organization",
    "PersonalDetail",
    "RefusalCount",
    "Role",
    "RowOutcome",
    "SavedView",
    "SentForm",
    "Session",
    "SignInAttempt",
    "Theme",
    "User",
]
