"""The mails that told somebody that their account will be deactivated because nobody uses it."""

from django.db import models
from django.db.models.functions import Now
from django.utils import timezone


class DormancyWarning(models.Model):
    """
    One mail: `days` before the day `due_on`, UTC. A sign-in moves that day, and the warnings begin
    anew.

    `queued_at` is when it was put into the queue the last time, `sent_at` when the mail server took
    it: until then nobody is warned.
    """

    user = models.ForeignKey("accounts.User", models.CASCADE, related_name="+")
    due_on = models.DateField()
    days = models.PositiveSmallIntegerField()
    queued_at = models.DateTimeField(default=timezone.now, db_default=Now())
    sent_at = models.DateTimeField(null=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("user", "due_on", "days"), name="each_warning_once"),
        )

    def __str__(self) -> str:
        return f"{self.user_id}:{self.due_on}:{self.days}"
