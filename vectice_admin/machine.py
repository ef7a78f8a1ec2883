"""What this machine, or the container that it is, has: processors and memory."""

import os
from pathlib import Path

CGROUP = Path("/sys/fs/cgroup")
HASH_BYTES = 46 * 2**20  # what one Argon2id hash of ours takes, see accounts/hashers.py
SHARE = 4  # of the memory, a quarter may be taken by hashing


def hashing_slots(processes):
    """
    Return in how many slots each of `processes` may hash: one for each processor, unless memory is
    too small.

    A flood of sign-ins takes `processes` times that many times HASH_BYTES at most.
    """
    by_memory = memory_bytes() // SHARE // (HASH_BYTES * processes)
    return max(1, min(processors(), by_memory))


def processors():
    """Return how many processors this process may use; a container's quota counts, rounded up."""
    allowed = (
        len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    )
    quota, _space, period = _read("cpu.max").partition(" ")
    if quota.isdigit() and period.isdigit() and int(period):
        return max(1, min(allowed, -(-int(quota) // int(period))))
    return allowed


def memory_bytes():
    """Return how much memory there is: the container's limit, or the machine's."""
    physical = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    limit = _read("memory.max")
    return min(physical, int(limit)) if limit.isdigit() else physical


def _read(name):
    """Return what the control group (version 2) says, or "" where there is none."""
    try:
        return (CGROUP / name).read_text().strip()
    except OSError:
        return ""
