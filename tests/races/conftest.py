"""Two people at once: real threads, each with a connection of its own, on a real PostgreSQL."""

import threading

import pytest
from django.db import connection, connections


@pytest.fixture
def at_once(transactional_db):
    """Return a function that runs its arguments at the same moment and returns what each returned or raised."""

    def run(*functions):
        barrier, results = threading.Barrier(len(functions)), [None] * len(functions)

        def work(number, function):
            try:
                barrier.wait(10)
                results[number] = function()
            except Exception as error:
                results[number] = error
            finally:
                connections.close_all()

        threads = [threading.Thread(target=work, args=pair) for pair in enumerate(functions)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(60)
        return results

    return run


@pytest.fixture(autouse=True)
def on_postgresql():
    if connection.vendor != "postgresql":
        pytest.skip("races need PostgreSQL (TEST_DATABASE_URL)")
