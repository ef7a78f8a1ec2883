"""Figures that the worker counts every few minutes, so that no page ever counts a million rows."""

from django.db import models
from django.utils import timezone


class CachedCount(models.Model):
    """A figure, under a name like "people:admin:active" or "sign_ins:2026-11-25"."""

    name = models.CharField(max_length=60, primary_key=True)
    value = models.BigIntegerField()
    counted_at = models.DateTimeField(default=timezone.now)

    class Meta:
        db_table = "accounts_keptfigure"  # which the version before reads and writes

    def __str__(self) -> str:
        return f"{self.name}={self.value}"
