"""
A form whose answer is shown once, as it was sent: whoever sends it again gets that answer, for a
minute.
"""

from django.db import models
from django.utils import timezone


class SentForm(models.Model):
    """
    `key` is a keyed digest of all that the form said, its own random id included; `sealed` what the
    answer showed.

    `about` is the name of the page that took it, `subject` the id of what it was about.
    """

    user = models.ForeignKey("accounts.User", models.CASCADE, related_name="+")
    key = models.CharField(max_length=64)
    about = models.CharField(max_length=40)
    subject = models.CharField(max_length=64, blank=True)
    sealed = models.TextField(blank=True)
    sent_at = models.DateTimeField(default=timezone.now, db_index=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("user", "key"), name="one_row_for_a_sent_form"),
        )

    def __str__(self) -> str:
        return f"{self.about}:{self.pk}"
