from django.apps import AppConfig


class AuditTrail(AppConfig):
    name = "accounts.audit_trail"
    label = "audit_trail"
