"""gunicorn's worker with threads, which no slow client can take from the others."""

import contextlib
import socket
import time
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from selectors import EVENT_READ

from gunicorn import util
from gunicorn.http import errors
from gunicorn.workers.gthread import ThreadWorker

from vectice_admin.incoming import MOST_UNTAKEN, Incoming, TimedSocket

MOST_HELD = 32 * 1024 * 1024  # bytes of unfinished requests in this process
SECONDS_FOR_THE_REST = 0.02  # of a body that the page did not read, and that is on its way
SECONDS_TO_LEAVE = 2  # for the other end to close, once it has its answer
AT_ONCE = 64 * 1024
REASONS = {
    408: "Request Timeout",
    431: "Request Header Fields Too Large",
    503: "Service Unavailable",
}
# What gunicorn says of other requests than these is 400; its own lines quote them, and so what
# somebody typed.
STATUSES = {
    errors.LimitRequestLine: (414, "URI Too Long"),
    errors.LimitRequestHeaders: (431, "Request Header Fields Too Large"),
    errors.UnsupportedTransferCoding: (501, "Not Implemented"),
    errors.ExpectationFailed: (417, "Expectation Failed"),
}


class Worker(ThreadWorker):
    """
    Give a request to a thread when it has come, not when it begins to.

    The one loop that accepts connections collects the bytes: headers, and a form behind them. They
    have 15 seconds together. A longer body is read by the thread, with a limit of its own, if the
    page takes one at all. /health/live has a thread to itself, since the others may all be waiting
    for the database.
    """

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.incoming = {}  # by socket, those that began first in front
        self.leaving = {}  # moments by socket
        self.live_pool = None

    def init_process(self):
        self.live_pool = ThreadPoolExecutor(max_workers=1)
        super().init_process()

    def enqueue_req(self, conn):
        """
        Begin to collect a request; gunicorn calls this for a new connection and for one that is
        used again.

        Who asks on and on without taking the answers would hold a thread with each of them: such a
        one is parted from.
        """
        conn.sock = TimedSocket.of(conn.sock)
        if conn.sock.untaken() > MOST_UNTAKEN:
            return self._leave(conn)
        conn.sock.deadline = float("inf")
        conn.sock.setblocking(False)
        self.incoming[conn.sock] = incoming = Incoming(conn)
        self.poller.register(conn.sock, EVENT_READ, partial(self._take, incoming))
        self._take(incoming, before=conn.parser.unreader.take_buffered() if conn.parser else b"")

    def finish_request(self, conn, future):
        """
        Keep the connection for the next request, or part from it without waiting (RFC 9112, 9.6).
        """
        if future.cancelled() or future.exception() or future.result():
            return super().finish_request(conn, future)
        self._leave(conn)

    def _leave(self, conn):
        """Send no more, and wait a moment for the other end to close."""
        try:
            conn.sock.shutdown(socket.SHUT_WR)
            conn.sock.setblocking(False)
            self.poller.register(conn.sock, EVENT_READ, self._discard)
        except (OSError, ValueError):  # closed already
            self.nr_conns -= 1
            conn.close()
        else:
            self.leaving[conn.sock] = time.monotonic() + SECONDS_TO_LEAVE

    def murder_pending(self):
        """Close what took too long; called about once a second."""
        super().murder_pending()
        now = time.monotonic()
        for sock in [sock for sock, moment in self.leaving.items() if moment <= now]:
            self._part(sock)
        for incoming in list(self.incoming.values()):
            if incoming.deadline <= now:
                self._refuse(incoming, 408)

    def handle_error(self, req, client, addr, exc):
        """Answer what is no HTTP, and say so without quoting it."""
        if not isinstance(exc, errors.ParseException):
            return super().handle_error(req, client, addr, exc)
        self.log.warning("What came is no request: %s", type(exc).__name__)
        with contextlib.suppress(OSError):
            util.write_error(client, *STATUSES.get(type(exc), (400, "Bad Request")), "")

    def _keepalive_after(self, conn, keepalive):
        """
        Return whether the connection can be used again; a body that nobody read is not waited for.
        """
        with contextlib.suppress(OSError, errors.ParseException):
            return bool(
                keepalive
                and conn.parser.finish_body(deadline=time.monotonic() + SECONDS_FOR_THE_REST)
            )
        return False

    def _take(self, incoming, sock=None, *, before=b""):
        """Add what has come meanwhile, without waiting for more."""
        try:
            incoming.add(before + _come(incoming.conn.sock))
        except OSError:
            return self._close(incoming)
        if incoming.is_whole:
            self._answer(incoming)
        elif incoming.is_too_long:
            self._refuse(incoming, 431)
        elif sum(len(other.bytes) for other in self.incoming.values()) > MOST_HELD:
            self._refuse(incoming, 503)

    def _answer(self, incoming):
        """Have a thread read and answer it."""
        conn = incoming.conn
        self._forget(incoming)
        conn.sock.deadline = incoming.deadline
        conn.init()
        conn.parser.unreader.unread(bytes(incoming.bytes))
        pool = self.live_pool if incoming.asks_whether_we_live else self.tpool
        answered = pool.submit(self.handle, conn)
        answered.add_done_callback(
            lambda future: self.method_queue.defer(self.finish_request, conn, future)
        )

    def _refuse(self, incoming, status):
        if incoming.bytes:
            answer = (
                f"HTTP/1.1 {status} {REASONS[status]}\r\nConnection: close\r\nContent-Length: "
                "0\r\n\r\n"
            )
            with contextlib.suppress(OSError):
                incoming.conn.sock.send(answer.encode())
        self._close(incoming)

    def _close(self, incoming):
        self._forget(incoming)
        self.nr_conns -= 1
        incoming.conn.close()

    def _discard(self, sock):
        """Read what still comes, so that the answer is not lost over it."""
        try:
            over = not sock.recv(AT_ONCE)
        except BlockingIOError:
            return
        except OSError:
            over = True
        if over:
            self._part(sock)

    def _part(self, sock):
        self.poller.unregister(sock)
        del self.leaving[sock]
        self.nr_conns -= 1
        sock.close()

    def _forget(self, incoming):
        self.poller.unregister(incoming.conn.sock)
        del self.incoming[incoming.conn.sock]


def _come(sock):
    """
    Return the bytes that have come, of which there may be none yet.

    :raises OSError: if the other end is gone.
    """
    try:
        data = sock.recv(AT_ONCE)
    except BlockingIOError:
        return b""
    if not data:
        raise ConnectionAbortedError
    return data
