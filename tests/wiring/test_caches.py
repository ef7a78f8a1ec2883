import contextlib
import logging
import os
import pickle
from datetime import timedelta

import pytest
import redis
from django.conf import settings
from django.core.cache import caches
from django.utils import timezone

from accounts.models import Counter
from tests.conftest import maintain
from vectice_admin import redis_cache as ours
from vectice_admin.caches import CounterCache

pytestmark = pytest.mark.django_db


@pytest.fixture
def counters():
    return CounterCache("", {})


class TestCounterCache:
    def test_adds_only_what_is_not_there(self, counters):
        assert (counters.add("x", 1), counters.add("x", 5), counters.get("x")) == (True, False, 1)

    def test_counts(self, counters):
        counters.add("x", 1)
        assert (counters.incr("x"), counters.incr("x", 3), counters.decr("x")) == (2, 5, 4)

    def test_does_not_count_what_is_not_there(self, counters):
        with pytest.raises(ValueError, match="x"):
            counters.incr("x")

    def test_forgets_in_time(self, counters, later):
        counters.set("x", 7, 10)
        later(seconds=11)
        assert (counters.get("x"), counters.add("x", 1)) == (None, True)

    def test_touches_and_deletes(self, counters):
        counters.set("x", 7, 10)
        assert (counters.touch("x", 100), counters.delete("x"), counters.delete("x")) == (
            True,
            True,
            False,
        )

    def test_is_emptied_of_the_dead_by_the_worker(self, counters):

        counters.set("x", 7, 10)
        assert Counter.objects.update(expires_at=timezone.now() - timedelta(seconds=1)) == 1
        maintain()
        assert not Counter.objects.exists()


class TestRedisAway:
    @pytest.fixture
    def cache(self, monkeypatch):
        monkeypatch.setitem(ours.outage, "until", 0.0)
        return ours.RedisOrCounters("redis://127.0.0.1:1/0", {})

    def test_goes_on_counting(self, cache):
        assert (cache.add("x", 1), cache.incr("x"), cache.get("x")) == (True, 2, 2)

    def test_says_so_once(self, cache, caplog):
        with caplog.at_level(logging.ERROR):
            cache.add("x", 1), cache.incr("x"), cache.get("x")
        assert [record.getMessage() for record in caplog.records] == [
            "Redis is out of reach (ConnectionError); counting in the database meanwhile."
        ]

    def test_begins_a_number_anew_that_was_lost_with_redis(self, cache):
        assert (cache.incr("x"), cache.incr("x", 2), cache.get("x")) == (1, 3, 3)

    @pytest.mark.usefixtures("clock")
    def test_limits_go_on(self, cache, client, max):
        usual = caches["default"]
        caches["default"] = cache
        answers = [
            client.post("/sign-in/", {"email": max.email, "password": "wrong"}).status_code
            for _ in range(11)
        ]
        caches["default"] = usual
        assert answers == [422] * 10 + [429]


class Planted:
    """What runs code in whoever reads it with pickle."""

    def __reduce__(self):
        return os.mkdir, (str(settings.STATIC_ROOT / "planted"),)


FOREIGN = [
    pickle.dumps(Planted()),
    b'{"a": 1}',
    b"",
    b"1.5",
    b"1" * 20,
    b"1_0",
    b"\xd9\xa1",
    b"nan",
    b" 1",
]


class TestWhatIsReadFromRedis:
    def test_is_whole_numbers_alone(self):
        reader, read = ours.WholeNumbers(), []
        for data in FOREIGN:
            with contextlib.suppress(ours.ForeignValue):
                read.append(reader.loads(data))
        assert read == []
        assert [reader.loads(data) for data in (b"0", b"-1", b"9223372036854775807")] == [
            0,
            -1,
            2**63 - 1,
        ]

    @pytest.mark.parametrize("value", [True, "1", 1.0, None, [1]])
    def test_was_written_as_such(self, value):
        with pytest.raises(TypeError):
            ours.WholeNumbers().dumps(value)


@pytest.mark.postgresql
class TestARedisThatOthersWriteTo:
    @pytest.fixture
    def others(self, monkeypatch):
        if not settings.REDIS_URL:
            pytest.skip("needs Redis (TEST_REDIS_URL)")
        monkeypatch.setitem(ours.outage, "until", 0.0)
        return redis.Redis.from_url(settings.REDIS_URL)

    @pytest.mark.usefixtures("clock")
    def test_runs_nothing_and_keeps_no_limit_from_counting(self, others, client, max, caplog):
        client.post("/sign-in/", {"email": max.email, "password": "wrong"})
        keys = list(others.scan_iter("*"))
        for key in keys:
            others.set(key, FOREIGN[0])
        answers = [
            client.post("/sign-in/", {"email": max.email, "password": "wrong"}).status_code
            for _ in range(11)
        ]
        assert (len(keys) > 0, answers) == (True, [422] * 10 + [429])
        assert not (settings.STATIC_ROOT / "planted").exists()
        assert "Redis holds what the product never writes" in caplog.text
