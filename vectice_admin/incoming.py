"""
What comes in over a connection: whether a request is there as a whole, and how long it may take to
come.
"""

import contextlib
import errno
import fcntl
import re
import socket
import termios
import time
from array import array

SECONDS = 15  # for a request's headers and its form together, however it trickles in
SLOWEST = 50_000  # bytes a second of a longer body: a file, which only who may import can send
SECONDS_TO_TAKE = (
    20  # for the reader of an answer to take a part of it, a page or some rows of a file
)
BUFFER = (
    256 * 1024
)  # that the system keeps of answers, so that a thread is done with a page before its reader is
MOST_UNTAKEN = 64 * 1024  # of earlier answers, where another request is begun
LONGEST_HEAD = 64 * 1024
LONGEST_BODY = 128 * 1024  # that is waited for; as DATA_UPLOAD_MAX_MEMORY_SIZE, which forms keep to
HEAD_END = b"\r\n\r\n"
LENGTH = re.compile(rb"\r\ncontent-length:[ \t]*(\d+)[ \t]*(?=\r\n)", re.IGNORECASE)
MOST_DIGITS = 12  # of a length that are looked at: far more than anything that is taken
EXPECTS = re.compile(rb"\r\nexpect:[ \t]*100-continue[ \t]*(?=\r\n)", re.IGNORECASE)
CONTINUE = b"HTTP/1.1 100 Continue\r\n\r\n"
LIVE = re.compile(rb"(GET|HEAD) /health/live[ ?]")
BODY = re.compile(rb"\r\n(content-length:[ \t]*0*[1-9]|transfer-encoding:)", re.IGNORECASE)


class TooSlow(ConnectionResetError):
    """The other end took too long. For gunicorn and Django it is one that went away."""

    def __init__(self):
        super().__init__(errno.ECONNRESET, "too slow")


class TimedSocket(socket.socket):
    """
    A socket that is read until `deadline` (of time.monotonic()), however many reads that takes.
    """

    deadline = float("inf")

    @classmethod
    def of(cls, plain):
        """Return the connection of `plain`, which is used up, as a timed one."""
        if isinstance(plain, cls):
            return plain
        timed = cls(fileno=plain.detach())
        timed.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, BUFFER)
        return timed

    def untaken(self):
        """
        Return how many bytes were sent that the other end has not taken (0 where the system does
        not tell).
        """
        count = array("i", [0])
        with contextlib.suppress(OSError):
            fcntl.ioctl(self, termios.TIOCOUTQ, count)
        return count[0]

    def recv(self, *arguments):
        return self._within(self.deadline - time.monotonic(), super().recv, *arguments)

    def sendall(self, *arguments):
        return self._within(SECONDS_TO_TAKE, super().sendall, *arguments)

    def sendfile(self, *arguments, **options):
        return self._within(SECONDS_TO_TAKE, super().sendfile, *arguments, **options)

    def _within(self, seconds, call, *arguments, **options):
        if seconds <= 0:
            raise TooSlow
        before = self.gettimeout()
        self.settimeout(min(seconds, 3600) if before is None else min(seconds, before))
        try:
            return call(*arguments, **options)
        except TimeoutError as error:
            raise TooSlow from error
        finally:
            self.settimeout(before)


class Incoming:
    """
    The bytes of one request on the connection `conn` (gunicorn's TConn), as far as they have come.
    """

    def __init__(self, conn):
        self.conn = conn
        self.bytes = bytearray()
        self.deadline = time.monotonic() + SECONDS
        self._head_end = -1
        self._rest = 0  # bytes behind the head that are waited for
        self._has_body = False

    def add(self, data):
        """
        Add what has come.

        :raises OSError: if the other end has gone, where it wants to be told to go on.
        """
        self.bytes += data
        if self._head_end < 0:
            while self.bytes.startswith((b"\r\n", b"\n")):  # RFC 9112, 2.2: between two requests
                del self.bytes[: self.bytes.index(b"\n") + 1]
            self._head_end = self.bytes.find(
                HEAD_END, max(0, len(self.bytes) - len(data) - len(HEAD_END))
            )
            if self._head_end >= 0:
                self._look_at_head()

    @property
    def is_whole(self):
        """Whether there is nothing left to wait for, or only what is read by whoever answers."""
        return (
            self._head_end >= 0 and len(self.bytes) >= self._head_end + len(HEAD_END) + self._rest
        )

    @property
    def is_too_long(self):
        return self._head_end < 0 and len(self.bytes) > LONGEST_HEAD

    @property
    def asks_whether_we_live(self):
        """
        Whether /health/live is asked for, by nobody who could keep its one thread waiting for a
        body.
        """
        return not self._has_body and LIVE.match(self.bytes) is not None

    def _look_at_head(self):
        head = bytes(self.bytes[: self._head_end + 2])
        lengths = LENGTH.findall(head)
        digits = lengths[0].lstrip(b"0") if len(lengths) == 1 else b""  # gunicorn refuses two
        length = int(digits[:MOST_DIGITS] or b"0")
        self._has_body = BODY.search(head) is not None
        if length > LONGEST_BODY:
            self.deadline += length / SLOWEST
            return
        self._rest = length
        expects = EXPECTS.search(head)
        if length and expects:
            del self.bytes[expects.start() : expects.end()]
            self._head_end -= expects.end() - expects.start()
            if not self.is_whole:
                self.conn.sock.send(CONTINUE)
