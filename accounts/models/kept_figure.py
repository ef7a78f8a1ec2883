"""Figures that the worker counts every few minutes, so that no page ever counts a million rows."""

from django.db import models
from django.utils import timezone


class KeptFigure(models.Model):
    """A figure, under a name like "people:admin:active" or "sign_ins:2026-11-25"."""

    name = models.CharField(max_length=60, primary_key=True)
    value = models.BigIntegerField()
    counted_at = models.DateTimeField(default=timezone.now)

    def __str__(self) -> str:
        return f"{self.name}={self.value}"
