"""
What no product on this machine can do better: the hashes, and the page's rows straight from the
database.
"""

import os
import time
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context

from argon2 import PasswordHasher

from bench import servers
from bench.filling import COST, HASH, PASSWORD

SECONDS = 3


def argon2_per_second():
    """
    Return how many passwords all cores together compare in a second, a process a core, with nothing
    else to do.
    """
    cores = os.cpu_count() or 1
    with ProcessPoolExecutor(cores, mp_context=get_context("spawn")) as pool:
        list(pool.map(_compare, [0.1] * cores))  # starts the processes
        return sum(pool.map(_compare, [SECONDS] * cores))


def raw_page(database, name):
    """
    Return the median time in ms of 20 people after one in the middle, through Django's cursor and
    nothing else.
    """
    return float(servers.run_in_product(database, name, "bench.raw_page"))


def _compare(seconds):
    """Compare passwords for that long and return how many in a second."""
    hasher, stored, done = PasswordHasher(**COST), HASH.removeprefix("argon2"), 0
    began = time.perf_counter()
    while time.perf_counter() - began < seconds:
        hasher.verify(stored, PASSWORD)
        done += 1
    return done / (time.perf_counter() - began)
