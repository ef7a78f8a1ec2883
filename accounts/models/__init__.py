from accounts.models.audit_event import AuditEvent
from accounts.models.counter import Counter
from accounts.models.session import Session
from accounts.models.user import Role, User

__all__ = ["AuditEvent", "Counter", "Role", "Session", "User"]
