"""How long requests take, with one client or with several at once."""

import math
import statistics
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from bench import browser


@dataclass(frozen=True)
class Burst:
    """
    How many clients at once, how many requests at most together, and after how many seconds to
    stop.
    """

    clients: int
    requests: int
    seconds: float

    @property
    def needed(self):
        """How many requests to make ready: each client sends one more, untimed, to warm up."""
        return self.requests + self.clients


BURSTS = (Burst(clients=1, requests=40, seconds=2), Burst(clients=8, requests=120, seconds=3))


KEPT_ALIVE = 4  # seconds; gunicorn closes a connection after five without a request


def measure(port, requests, burst):
    """
    Send the Requests over one keep-alive connection a client.

    Return a dict: p50 and p95 in ms, per_second, and the number of requests that were timed.
    """
    connections = [browser.connect(port) for _ in range(burst.clients)]
    queue = iter(requests)  # all clients take from it, so that none is left alone at the end
    with ThreadPoolExecutor(burst.clients) as pool:
        began = time.perf_counter()
        list(pool.map(lambda connection: next(queue).send(connection), connections))
        if time.perf_counter() - began > KEPT_ALIVE:
            for connection in connections:
                connection.close()  # the next request opens it again
        began = time.perf_counter()
        times = list(
            pool.map(
                lambda connection: _work(connection, queue, began + burst.seconds), connections
            )
        )
        elapsed = time.perf_counter() - began
    for connection in connections:
        connection.close()
    return _summary([one for of_client in times for one in of_client], elapsed)


def milliseconds(connection, request):
    """Send the Request and return how long it took until the answer was read whole, in ms."""
    began = time.perf_counter()
    request.send(connection)
    return (time.perf_counter() - began) * 1000


def _work(connection, queue, deadline):
    times = []
    for request in queue:
        times.append(milliseconds(connection, request))
        if time.perf_counter() > deadline:
            break
    return times


def _summary(times, elapsed):
    """
    Summarize times in ms, taken in `elapsed` seconds; p95 is the smallest time that 95 % do not
    exceed.
    """
    return {
        "p50": statistics.median(times),
        "p95": sorted(times)[math.ceil(0.95 * len(times)) - 1],
        "per_second": len(times) / elapsed,
        "requests": len(times),
    }
