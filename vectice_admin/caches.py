"""
The caches that all processes share and that count without losing any.

Django's database cache reads, then writes: tries that run at once slip through a limit. Here each
count is one statement, and the database settles who comes first.
"""

import logging
import re
import time
from datetime import timedelta

from django.core.cache.backends.base import DEFAULT_TIMEOUT, BaseCache
from django.core.cache.backends.redis import RedisCache
from django.db import connection
from django.utils import timezone
from redis.exceptions import RedisError

logger = logging.getLogger(__name__)
FAR = timedelta(days=3650)
SECONDS_WITHOUT_REDIS = 30
NO_NUMBER = ("value is not an integer", "WRONGTYPE")  # how Redis refuses to add to what is none
WHOLE_NUMBER = re.compile(rb"-?[0-9]{1,19}")

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


class ForeignValue(RedisError):
    """
    Under one of our keys lies what the product never writes: somebody else writes to this Redis.
    """


class WholeNumbers:
    """
    What is written to Redis and read from it: whole numbers of 64 bits and nothing else.

    Django's own serializer reads whatever is no number with pickle, so that whoever can write to
    Redis could run code in every web process.
    """

    def dumps(self, value):
        if type(value) is not int:
            raise TypeError(
                f"Only whole numbers are kept in the cache, not {type(value).__name__}."
            )
        return value

    def loads(self, data):
        if not WHOLE_NUMBER.fullmatch(data):
            raise ForeignValue
        return int(data)


class RedisOrCounters(RedisCache):
    """
    Redis, and the counters in the database while Redis is out of reach: limits go on, and pages
    work.

    A Redis in which others write counts as out of reach: what they wrote is left alone.

    After a failure Redis is left alone for half a minute, so that no request waits for it again and
    again.
    """

    def __init__(self, server, params):
        options = params.setdefault("OPTIONS", {})
        options.setdefault("socket_timeout", 0.5)
        options.setdefault("socket_connect_timeout", 0.5)
        options["serializer"] = WholeNumbers
        super().__init__(server, params)
        self._counters = CounterCache(
            server, {name: v for name, v in params.items() if name != "OPTIONS"}
        )

    def _do(self, method, *args, **kwargs):
        if time.monotonic() >= outage["until"]:
            try:
                return getattr(super(), method)(*args, **kwargs)
            except (RedisError, OSError) as error:
                outage["until"] = time.monotonic() + SECONDS_WITHOUT_REDIS
                is_foreign = isinstance(error, ForeignValue) or str(error).startswith(NO_NUMBER)
                what = "holds what the product never writes" if is_foreign else "is out of reach"
                logger.error(
                    "Redis %s (%s); counting in the database meanwhile.", what, type(error).__name__
                )
        return getattr(self._counters, method)(*args, **kwargs)

    def add(self, *args, **kwargs):
        return self._do("add", *args, **kwargs)

    def get(self, *args, **kwargs):
        return self._do("get", *args, **kwargs)

    def set(self, *args, **kwargs):
        return self._do("set", *args, **kwargs)

    def incr(self, key, *args, **kwargs):
        """
        Add to a number. One that was lost with Redis a moment ago is begun anew: nobody is refused
        for that.
        """
        try:
            return self._do("incr", key, *args, **kwargs)
        except ValueError:
            if time.monotonic() >= outage["until"]:
                raise
            self._counters.add(key, 0)
            return self._counters.incr(key, *args, **kwargs)

    def touch(self, *args, **kwargs):
        return self._do("touch", *args, **kwargs)

    def delete(self, *args, **kwargs):
        return self._do("delete", *args, **kwargs)

    def clear(self, *args, **kwargs):
        return self._do("clear", *args, **kwargs)


# One note for the whole process: Django makes a cache object for every thread.
outage = {"until": 0.0}
