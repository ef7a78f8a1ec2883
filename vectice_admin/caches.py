"""
The cache that all processes share and that counts without losing any, in the database.

Django's database cache reads, then writes: tries that run at once slip through a limit. Here each
count is one statement, and the database settles who comes first.
"""

from datetime import timedelta

from django.core.cache.backends.base import DEFAULT_TIMEOUT, BaseCache
from django.db import connection
from django.utils import timezone

FAR = timedelta(days=3650)

_UPSERT = """
    INSERT INTO accounts_counter (key, value, expires_at) VALUES (%s, %s, %s)
    ON CONFLICT (key) DO UPDATE SET value = excluded.value, expires_at = excluded.expires_at"""
INSERT_UNLESS_ALIVE = f"{_UPSERT} WHERE accounts_counter.expires_at <= %s RETURNING value"
INSERT = f"{_UPSERT} RETURNING value"


class CounterCache(BaseCache):
    """
    Whole numbers with an end, in the table of `accounts.models.Counter`; nothing else needs to be
    kept here.
    """

    def __init__(self, location, params):
        super().__init__(params)

    @property
    def _rows(self):
        from accounts.models import Counter  # noqa: PLC0415 - caches are set up before models

        return Counter.objects

    def add(self, key, value, timeout=DEFAULT_TIMEOUT, version=None):
        """Store the number unless a living one is there, and return whether it was stored."""
        return bool(
            self._write(
                INSERT_UNLESS_ALIVE, key, value, timeout, version, self._moment(timezone.now())
            )
        )

    def set(self, key, value, timeout=DEFAULT_TIMEOUT, version=None):
        self._write(INSERT, key, value, timeout, version)

    def get(self, key, default=None, version=None):
        row = self._rows.filter(key=self._name(key, version), expires_at__gt=timezone.now()).first()
        return row.value if row else default

    def incr(self, key, delta=1, version=None):
        """
        Add to a living number and return what it is then.

        :raises ValueError: if there is none.
        """
        with connection.cursor() as cursor:
            cursor.execute(
                "UPDATE accounts_counter SET value = value + %s WHERE key = %s AND expires_at > "
                "%s RETURNING value",
                [delta, self._name(key, version), self._moment(timezone.now())],
            )
            row = cursor.fetchone()
        if row is None:
            raise ValueError(key)
        return row[0]

    def touch(self, key, timeout=DEFAULT_TIMEOUT, version=None):
        living = self._rows.filter(key=self._name(key, version), expires_at__gt=timezone.now())
        return bool(living.update(expires_at=self._end(timeout)))

    def delete(self, key, version=None):
        return bool(self._rows.filter(key=self._name(key, version)).delete()[0])

    def clear(self):
        self._rows.all().delete()

    def _write(self, statement, key, value, timeout, version, *more):
        parameters = [self._name(key, version), value, self._moment(self._end(timeout)), *more]
        with connection.cursor() as cursor:
            cursor.execute(statement, parameters)
            return cursor.fetchone()

    def _name(self, key, version):
        return self.make_and_validate_key(key, version=version)[:255]

    def _end(self, timeout):
        seconds = self.default_timeout if timeout is DEFAULT_TIMEOUT else timeout
        return timezone.now() + (FAR if seconds is None else timedelta(seconds=seconds))

    def _moment(self, moment):
        return connection.ops.adapt_datetimefield_value(moment)
