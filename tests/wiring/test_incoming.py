"""A connection is neither read nor written for longer than it may take."""

import socket
import time
from types import SimpleNamespace

import pytest

from vectice_admin import incoming
from vectice_admin.incoming import Incoming, TimedSocket, TooSlow

MUCH = 20_000_000
# The head of a request and its body.
REQUESTS = [
    (b"GET / HTTP/1.1\r\nHost: x\r\n\r\n", b""),
    (b"\r\n\r\nGET / HTTP/1.1\r\nHost: x\r\n\r\n", b""),
    (b"POST / HTTP/1.1\r\ncontent-length:  5\r\n\r\n", b"a=b&c"),
    (b"POST / HTTP/1.1\r\nContent-Length: 0000000000005\r\n\r\n", b"a=b&c"),
    (b"POST / HTTP/1.1\r\nContent-Length: 000\r\n\r\n", b""),
    (b"POST / HTTP/1.1\r\nContent-Length: " + b"9" * 5000 + b"\r\n\r\n", b""),
    # Looked at again and again from each of its letters, this would take minutes.
    (b"POST / HTTP/1.1\r\nContent-Length: " + b" " * 30_000 + b"0" * 30_000 + b"x\r\n\r\n", b""),
    (b"POST / HTTP/1.1\r\nContent-Length: 5\r\nContent-Length: 50\r\n\r\n", b""),
    (b"POST / HTTP/1.1\r\nContent-Length: -5\r\n\r\n", b""),
    (b"POST / HTTP/1.1\r\nContent-Length: 9999999\r\n\r\n", b""),
    (b"POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n", b""),
]


def feed(head, body, size):
    """Return whether the request was whole after each part of `size` bytes, and what was kept of it."""
    came, everything, seen = Incoming(None), head + body, []
    for start in range(0, len(everything), size):
        came.add(everything[start : start + size])
        seen.append(came.is_whole)
    return seen, bytes(came.bytes)


@pytest.fixture
def ends():
    """Our end of a connection, timed, and the other one."""
    ours, theirs = socket.socketpair()
    ours = TimedSocket.of(ours)
    yield ours, theirs
    ours.close()
    theirs.close()


class TestTimedSocket:
    def test_is_not_read_beyond_its_deadline(self, ends):
        ends[0].deadline = time.monotonic() + 0.05
        with pytest.raises(TooSlow):
            ends[0].recv(1)

    def test_is_not_read_beyond_its_deadline_though_more_has_come(self, ends):
        ends[1].sendall(b"x")
        ends[0].deadline = time.monotonic()
        with pytest.raises(TooSlow):
            ends[0].recv(1)

    def test_leaves_a_reader_who_takes_nothing(self, ends, tmp_path, monkeypatch):
        monkeypatch.setattr(incoming, "SECONDS_TO_TAKE", 0.05)
        (tmp_path / "file").write_bytes(b"x" * MUCH)
        with pytest.raises(TooSlow):
            ends[0].sendall(b"x" * MUCH)
        with pytest.raises(TooSlow), (tmp_path / "file").open("rb") as file:
            ends[0].sendfile(file, offset=0, count=MUCH)

    def test_knows_what_the_other_end_has_not_taken(self, ends):
        ends[0].sendall(b"x" * 1000)
        before = ends[0].untaken()
        ends[1].recv(1000)
        assert (before >= 1000, ends[0].untaken()) == (True, 0)

    def test_sends_a_file(self, ends, tmp_path):
        (tmp_path / "file").write_bytes(b"abcdef")
        with (tmp_path / "file").open("rb") as file:
            ends[0].sendfile(file, offset=1, count=3)
        assert ends[1].recv(10) == b"bcd"


class TestIncoming:
    def test_is_whole_when_its_last_byte_has_come(self):
        found = {
            (number, size): feed(*REQUESTS[number], size)
            for number in range(len(REQUESTS))
            for size in (1, 2, 3, 1000)
        }
        assert found == {
            (number, size): (
                [False] * (len(seen) - 1) + [True],
                b"".join(REQUESTS[number]).lstrip(b"\r\n"),
            )
            for (number, size), (seen, _bytes) in found.items()
        }

    def test_lets_nobody_with_a_body_have_the_thread_of_those_who_ask_whether_we_live(self):
        found = {}
        for header in (
            b"",
            b"Content-Length: 0\r\n",
            b"content-length:  05\r\n",
            b"Transfer-Encoding: chunked\r\n",
        ):
            came = Incoming(None)
            came.add(b"GET /health/live HTTP/1.1\r\nHost: x\r\n" + header + b"\r\n")
            found[header] = came.asks_whether_we_live
        assert list(found.values()) == [True, True, False, False]

    def test_says_that_the_other_end_has_gone_which_wanted_to_be_told_to_go_on(self, ends):
        ends[1].close()
        came = Incoming(SimpleNamespace(sock=ends[0]))
        with pytest.raises(OSError, match="pipe"):
            came.add(b"POST / HTTP/1.1\r\nExpect: 100-continue\r\nContent-Length: 5\r\n\r\n")
