"""
A connection that does not wait for a server that has fallen silent in the middle of a statement.
"""

import contextlib
import socket

import psycopg
from psycopg.errors import OperationalError, _WaitTimeout

SECONDS_UNTIL_DOUBT = (
    0.9  # that a statement takes; after which it is asked whether the server is there at all
)
SECONDS_FOR_A_SIGN = 0.7
NOTHING_READY = 0  # psycopg.waiting's READY_NONE
# Which PostgreSQL and PgBouncer answer with one byte, to anybody.
SSL_REQUEST = b"\x00\x00\x00\x08\x04\xd2\x16\x2f"


class Connection(psycopg.Connection):
    """
    psycopg's own; a statement may take long, but only while the server answers others.

    PostgreSQL ends a statement that takes too long. It cannot do so while it is stopped, or behind
    a network that still takes what it is sent, and all threads of a web server would be gone by
    then.
    """

    def wait(self, gen, *arguments, **options):
        if options.get("timeout") is not None:
            return super().wait(gen, *arguments, **options)
        gen = _resumable(gen)
        while True:
            try:
                return super().wait(gen, *arguments, **{**options, "timeout": SECONDS_UNTIL_DOUBT})
            except _WaitTimeout:
                if not self._server_answers():
                    self.pgconn.finish()
                    raise OperationalError("The server fell silent.") from None

    def _server_answers(self):
        """Return whether who listens where this connection goes to answers anything."""
        host, port = (self.pgconn.hostaddr or self.pgconn.host).decode(), int(self.pgconn.port)
        is_path = host.startswith(("/", "@"))
        family = socket.AF_UNIX if is_path else socket.AF_INET6 if ":" in host else socket.AF_INET
        address = f"{host}/.s.PGSQL.{port}".replace("@", "\0", 1) if is_path else (host, port)
        with contextlib.suppress(OSError), socket.socket(family) as probe:
            probe.settimeout(SECONDS_FOR_A_SIGN)
            probe.connect(address)
            probe.sendall(SSL_REQUEST)
            return probe.recv(1) != b""
        return False


def _resumable(gen):
    """
    Return psycopg's generator as one that may be waited for again: it takes next() for nothing
    ready yet.
    """
    try:
        wanted = next(gen)
        while True:
            ready = yield wanted
            wanted = gen.send(ready or NOTHING_READY)
    except StopIteration as end:
        return end.value
