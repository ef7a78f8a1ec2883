"""What hashing costs, for whom, and who gets a place for it."""

import threading
import time

import argon2
import pytest
from django.conf import settings
from django.contrib.auth import hashers as djangos

from accounts.kernel.crypto import hashers, slots
from accounts.kernel.crypto.slots import Rank, Slots
from tests.conftest import PASSWORD


def cost(password_hash):
    found = argon2.extract_parameters(password_hash.removeprefix("argon2"))
    return found.type, found.memory_cost, found.time_cost, found.parallelism, found.hash_len


class TestWhereThereIsNoAccount:
    @pytest.mark.usefixtures("full_cost")
    @pytest.mark.parametrize("stored", ["", "!unusable", None])
    def test_as_much_is_done(self, monkeypatch, stored):
        compared = []
        real = djangos.Argon2PasswordHasher.verify

        def spy(self, password, encoded):
            compared.append(encoded)
            return real(self, password, encoded)

        monkeypatch.setattr(djangos.Argon2PasswordHasher, "verify", spy)
        assert not hashers.matches(PASSWORD, stored)
        made = cost(hashers.make(PASSWORD))
        assert [cost(encoded) for encoded in compared] == [made]
        assert made[1] == 47_104


class TestAFaultWhileHashing:
    def broken(self, *_):
        raise MemoryError

    @pytest.mark.parametrize(
        ("method", "use"),
        [
            ("encode", lambda: hashers.make(PASSWORD)),
            ("verify", lambda: hashers.matches(PASSWORD, "")),
        ],
    )
    def test_costs_no_place(self, monkeypatch, method, use):
        monkeypatch.setattr(hashers, "SECONDS_TO_WAIT", 0)
        for rank in Rank:
            for _ in range(settings.HASHING_SLOTS + 1):
                with (
                    monkeypatch.context() as patch,
                    hashers.waiting_as(rank),
                    pytest.raises(MemoryError),
                ):
                    patch.setattr(djangos.Argon2PasswordHasher, method, self.broken)
                    use()
        assert hashers.matches(PASSWORD, hashers.make(PASSWORD))


class TestSlots:
    @pytest.fixture
    def places(self):
        return Slots(2)

    @pytest.fixture
    def waiting(self, places):
        """Return a function that has somebody wait as a rank; `served` is who got a place, in that order."""
        threads, self.served = [], []

        def wait(name, rank):
            def work():
                if places.acquire(rank, 30):
                    self.served.append(name)
                    places.release(rank)

            before = places.waiting(rank)
            threads.append(threading.Thread(target=work))
            threads[-1].start()
            while places.waiting(rank) == before:
                time.sleep(0.001)

        yield wait
        for thread in threads:
            thread.join(30)

    def test_are_as_many_as_were_made(self, places):
        assert [places.acquire(Rank.KNOWN, 0) for _ in range(3)] == [True, True, False]
        places.release(Rank.KNOWN)
        assert places.acquire(Rank.STRANGER, 0)

    def test_go_to_the_known_first(self, places, waiting):
        places.acquire(Rank.STRANGER, 0), places.acquire(Rank.STRANGER, 0)
        for name, rank in (
            ("a", Rank.STRANGER),
            ("b", Rank.STRANGER),
            ("c", Rank.KNOWN),
            ("d", Rank.KNOWN),
        ):
            waiting(name, rank)
        places.release(Rank.STRANGER)
        while len(self.served) < 4:
            time.sleep(0.001)
        assert self.served == ["c", "d", "a", "b"]

    def test_go_to_the_refused_one_at_a_time_and_only_where_nobody_waits(self, places, waiting):
        assert [places.acquire(Rank.REFUSED, 30), places.acquire(Rank.REFUSED, 30)] == [True, False]
        places.release(Rank.REFUSED)
        places.acquire(Rank.KNOWN, 0), places.acquire(Rank.KNOWN, 0)
        waiting("a", Rank.STRANGER)
        assert not places.acquire(Rank.REFUSED, 30)
        places.release(Rank.KNOWN)
        while self.served != ["a"]:
            time.sleep(0.001)
        assert places.acquire(Rank.REFUSED, 30)

    def test_leave_threads_to_others_while_strangers_come_without_end(
        self, places, waiting, monkeypatch
    ):
        now = [100.0]
        monkeypatch.setattr(slots.time, "monotonic", lambda: now[0])
        places.acquire(Rank.STRANGER, 0), places.acquire(Rank.STRANGER, 0)
        for number in range(4):
            waiting(number, Rank.STRANGER)
        now[0] += slots.PATIENCE + 1
        assert not places.acquire(Rank.STRANGER, 30)
        waiting("known", Rank.KNOWN)
        places.release(Rank.STRANGER), places.release(Rank.STRANGER)
        while len(self.served) < 5:
            time.sleep(0.001)
        assert self.served[0] == "known"
        assert [places.acquire(Rank.STRANGER, 0), places.acquire(Rank.STRANGER, 0)] == [True, True]
