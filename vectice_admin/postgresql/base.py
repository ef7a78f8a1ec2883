"""Connections that are taken from the pool in bounded time, and a pool that recovers at once."""

import time
from contextlib import suppress
from selectors import EVENT_READ, DefaultSelector

from django.db.backends.postgresql import base
from django.db.utils import OperationalError
from psycopg import Error
from psycopg_pool import PoolTimeout

from vectice_admin.outage import outage
from vectice_admin.postgresql.connection import Connection

# Together less than the two seconds within which everybody gets an answer.
SECONDS_FOR_A_CONNECTION = 1.6
SECONDS_FOR_A_SIGN = 0.8
# What a request waits for longest on a network that swallows packets; a statement's end is
# PostgreSQL's matter.
NETWORK = {
    "tcp_user_timeout": 5_000,
    "keepalives_idle": 5,
    "keepalives_interval": 2,
    "keepalives_count": 3,
}


class DatabaseWrapper(base.DatabaseWrapper):
    """
    Django's own, where opening a connection fails soon and for all threads together.

    Django's way to look whether a pooled connection is alive waits for ever where the other end is
    silent, and the pool looks at the next only a second later.
    """

    @property
    def pool(self):
        options = self.settings_dict["OPTIONS"].get("pool")
        if options:
            options["connection_class"] = Connection
        return super().pool

    def get_connection_params(self):
        return NETWORK | super().get_connection_params()

    def get_new_connection(self, conn_params):
        if not outage.may_try():
            raise OperationalError("The database was out of reach a moment ago.")
        try:
            connection = self._from_pool() if self.pool else super().get_new_connection(conn_params)
        except self.Database.OperationalError:
            outage.began()
            raise
        outage.ended()
        return connection

    def _from_pool(self):
        self.isolation_level = self.Database.IsolationLevel.READ_COMMITTED
        end = time.monotonic() + SECONDS_FOR_A_CONNECTION
        self.pool.open()
        while (left := end - time.monotonic()) > 0:
            connection = self.pool.getconn(timeout=left)
            if answers(connection, min(SECONDS_FOR_A_SIGN, left)):
                return connection
            connection.close()
            self.pool.putconn(connection)
            self.pool.drain()  # one that was cut, or fell silent, is seldom alone
        raise PoolTimeout("no connection answered in time")


def answers(connection, seconds):
    """Return whether the other end of a psycopg connection answers within so many seconds."""
    server, end = connection.pgconn, time.monotonic() + seconds
    with suppress(Error), DefaultSelector() as selector:
        selector.register(server.socket, EVENT_READ)
        server.send_query(b"")
        server.flush()
        while True:
            while server.is_busy():
                if not selector.select(end - time.monotonic()):
                    return False
                server.consume_input()
            if server.get_result() is None:
                return True
    return False
