"""Counters of the rate limits, where no Redis is set or Redis is out of reach."""

from django.db import models


class Counter(models.Model):
    """A number that dies by itself; written by `vectice_admin/caches.py` only."""

    key = models.CharField(max_length=255, primary_key=True)
    value = models.BigIntegerField()
    expires_at = models.DateTimeField(db_index=True)

    def __str__(self) -> str:
        return self.key
