import pytest

from vectice_admin import machine

MIB = 2**20


@pytest.fixture
def container(monkeypatch, tmp_path):
    """Return a function that limits this machine as a container does."""
    monkeypatch.setattr(machine, "CGROUP", tmp_path)
    monkeypatch.setattr(machine.os, "sched_getaffinity", lambda _pid: set(range(64)))

    def limit(memory, cpu="max 100000"):
        (tmp_path / "memory.max").write_text(f"{memory}\n")
        (tmp_path / "cpu.max").write_text(f"{cpu}\n")

    return limit


@pytest.mark.parametrize(
    ("memory", "cpu", "processes", "slots"),
    [
        (512 * MIB, "max 100000", 2, 1),
        (512 * MIB, "max 100000", 1, 2),
        (2048 * MIB, "max 100000", 2, 5),
        (2048 * MIB, "200000 100000", 2, 2),
        (2048 * MIB, "150000 100000", 2, 2),
        (64 * MIB, "max 100000", 8, 1),
    ],
)
def test_hashing_slots_follow_memory_and_processors(container, memory, cpu, processes, slots):
    container(memory, cpu)
    assert machine.hashing_slots(processes) == slots


def test_hashing_takes_a_quarter_of_the_memory_at_most(container):
    container(4096 * MIB)
    assert machine.hashing_slots(2) * 2 * machine.HASH_BYTES <= 1024 * MIB


def test_without_limits_the_machine_itself_counts(container):
    container("max")
    assert machine.memory_bytes() > 64 * MIB
