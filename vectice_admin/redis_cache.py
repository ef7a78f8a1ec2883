"""
The cache that all processes share, in Redis; loaded only where there is one, since its library
takes much memory.
"""

import logging
import re
import time

from django.core.cache.backends.redis import RedisCache
from redis.exceptions import RedisError

from vectice_admin.caches import CounterCache

logger = logging.getLogger(__name__)
SECONDS_WITHOUT_REDIS = 30
NO_NUMBER = ("value is not an integer", "WRONGTYPE")  # how Redis refuses to add to what is none
WHOLE_NUMBER = re.compile(rb"-?[0-9]{1,19}")


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
