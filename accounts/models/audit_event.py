"""The audit trail: who did what to whom, when, from where."""

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models.plain_json import PlainJSONField


class ActorKind(models.TextChoices):
    USER = "user", _("user")
    SYSTEM = "system", _("system")
    VISITOR = "visitor", _("visitor")


class Outcome(models.TextChoices):
    DONE = "done", _("Done")
    REFUSED = "refused", _("Refused")
    FAILED = "failed", _("Failed")


class AuditEvent(models.Model):
    """
    One entry. Written by `audit.record()` only; the database refuses every change and deletion
    (migrations 0002, 0013).

    People are named by reference, so that the trail holds no copy of anybody's name or address.
    """

    at = models.DateTimeField(default=timezone.now, db_index=True)
    action = models.CharField(max_length=40)
    outcome = models.CharField(max_length=10, choices=Outcome, default=Outcome.DONE)
    actor_kind = models.CharField(max_length=10, choices=ActorKind)
    actor = models.ForeignKey("accounts.User", models.PROTECT, null=True, related_name="+")
    target = models.ForeignKey("accounts.User", models.PROTECT, null=True, related_name="+")
    address = models.GenericIPAddressField(null=True)
    user_agent = models.CharField(max_length=300, blank=True)
    details = PlainJSONField(default=dict)

    class Meta:
        indexes = (
            models.Index(fields=("target", "-id"), name="audit_by_target"),
            models.Index(fields=("actor", "-id"), name="audit_by_actor"),
            models.Index(fields=("action", "-id"), name="audit_by_action"),
        )
        constraints = (
            models.CheckConstraint(
                condition=models.Q(actor_kind=ActorKind.USER, actor__isnull=False)
                | ~models.Q(actor_kind=ActorKind.USER) & models.Q(actor__isnull=True),
                name="audit_actor_is_named",
            ),
        )

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M:%S} {self.action}"
