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


class Via(models.TextChoices):
    """The door by which somebody came in."""

    PAGE = "page"
    API = "api"
    SCIM = "scim"
    COMMAND = "command"
    WORKER = "worker"


class AuditEvent(models.Model):
    """
    One entry. Written by `audit.record()` only; the database refuses every change and deletion
    (migrations 0002, 0013).

    People are named by reference, so that the trail holds no copy of anybody's name or address.
    `subject_type` and `subject_id` name what it is about, a person or anything else; `session` and
    `token` are public ids of what the actor came with. All from `subject_type` on are None in
    entries of a version that did not know them.
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

    # NULL, since SQLite would make the table anew for anything else, and lose the triggers.
    subject_type = models.CharField(max_length=20, null=True)  # noqa: DJ001
    subject_id = models.CharField(max_length=40, null=True)  # noqa: DJ001
    via = models.CharField(max_length=10, choices=Via, null=True)  # noqa: DJ001
    request_id = models.CharField(max_length=64, null=True)  # noqa: DJ001
    session = models.UUIDField(null=True)
    token = models.UUIDField(null=True)

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
