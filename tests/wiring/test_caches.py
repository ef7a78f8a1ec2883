import logging
from datetime import timedelta

import pytest
from django.core.cache import caches
from django.utils import timezone

from accounts.models import Counter
from vectice_admin import caches as ours

pytestmark = pytest.mark.django_db


@pytest.fixture
def counters():
    return ours.CounterCache("", {})


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
        assert (counters.touch("x", 100), counters.delete("x"), counters.delete("x")) == (True, True, False)

    def test_is_emptied_of_the_dead_by_the_worker(self, counters):
        from accounts import housekeeping

        counters.set("x", 7, 10)
        Counter.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
        housekeeping.tidy.call()
        assert not Counter.objects.exists()


class TestRedisAway:
    @pytest.fixture
    def cache(self, monkeypatch):
        monkeypatch.setitem(ours._outage, "until", 0.0)
        return ours.RedisOrCounters("redis://127.0.0.1:1/0", {})

    def test_goes_on_counting(self, cache):
        assert (cache.add("x", 1), cache.incr("x"), cache.get("x")) == (True, 2, 2)

    def test_says_so_once(self, cache, caplog):
        with caplog.at_level(logging.ERROR):
            cache.add("x", 1), cache.incr("x"), cache.get("x")
        assert [record.getMessage() for record in caplog.records] == [
            "Redis is out of reach (ConnectionError); counting in the database meanwhile."
        ]

    @pytest.mark.usefixtures("clock")
    def test_limits_go_on(self, cache, monkeypatch, client, max):
        monkeypatch.setattr(caches._connections, "default", cache)
        answers = [client.post("/sign-in/", {"email": max.email, "password": "wrong"}).status_code for _ in range(11)]
        assert answers == [422] * 10 + [429]
