"""
How often somebody was refused the same thing since the last entry of the audit trail that says so.
"""

from django.db import models


class RefusalCount(models.Model):
    """Written by `accounts/refusals.py` only; a row lives for some minutes."""

    key = models.CharField(max_length=200, unique=True)
    user = models.ForeignKey("accounts.User", models.CASCADE, null=True, related_name="+")
    target = models.ForeignKey("accounts.User", models.CASCADE, null=True, related_name="+")
    address = models.GenericIPAddressField(null=True)
    user_agent = models.CharField(max_length=300, blank=True)
    details = models.JSONField()
    recorded_at = models.DateTimeField(db_index=True)
    repeated = models.PositiveBigIntegerField(default=0)

    def __str__(self) -> str:
        return f"{self.key} {self.repeated}"
