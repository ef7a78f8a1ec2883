"""What only a real server shows. None of these requests needs the database, which has no tables."""

import fcntl
import os
import resource
import socket
import struct
import subprocess
import sys
import time
from contextlib import ExitStack, contextmanager, suppress
from functools import partial
from http.client import HTTPConnection
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent.parent
CHUNK = b"2000\r\n" + b"x" * 0x2000 + b"\r\n"
HEAD = b"POST /sign-in/ HTTP/1.1\r\nHost: localhost\r\nAccept: application/json\r\n"
MULTIPART = b"Content-Type: multipart/form-data; boundary=x\r\n"
FILE = b'--x\r\nContent-Disposition: form-data; name="f"; filename="f"\r\n\r\n'


@pytest.fixture(scope="module")
def collected():
    """The static files, collected as `make run` does."""
    (ROOT / "var").mkdir(exist_ok=True)
    with (ROOT / "var" / "static.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # the tests run in several processes
        command = [sys.executable, "manage.py", "collectstatic", "--no-input", "--verbosity", "0"]
        environment = {
            **os.environ,
            "DJANGO_SETTINGS_MODULE": "vectice_admin.settings",
            "DEBUG": "on",
        }
        subprocess.run(command, cwd=ROOT, env=environment, check=True)


@pytest.fixture(scope="module")
def served(tmp_path_factory, collected):
    """gunicorn with the product: its port, and the path of its log."""
    with serving(tmp_path_factory.mktemp("gunicorn")) as found:
        yield found


@contextmanager
def serving(folder, **options):
    """Start gunicorn with `options` for Popen, yield its port and the path of its log, and end it."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    environment = {
        **os.environ,
        "DATABASE_URL": f"sqlite:///{folder}/db.sqlite3",
        "PORT": str(port),
        "DEBUG": "on",
    }
    environment |= {
        "DJANGO_SETTINGS_MODULE": "vectice_admin.settings",
        "REDIS_URL": "",
        "WEB_CONCURRENCY": "1",
    }
    command = [sys.executable, "-m", "gunicorn", "--config", "python:vectice_admin.gunicorn"]
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen(command, cwd=ROOT, env=environment, stderr=log, **options)
    try:
        _wait_for(port)
        yield port, folder / "log"
    finally:
        process.terminate()
        process.wait()


def _wait_for(port):
    end = time.monotonic() + 60
    while time.monotonic() < end:
        try:
            socket.create_connection(("127.0.0.1", port)).close()
        except OSError:
            time.sleep(0.1)
        else:
            return
    raise AssertionError("gunicorn does not answer.")


def status_after(port, head, chunk=b""):
    """Send `head`, and `chunk` again and again until there is an answer; return its status, and how much was sent."""
    with socket.create_connection(("127.0.0.1", port), timeout=10) as peer:
        peer.sendall(head)
        sent = 0
        peer.settimeout(0.2 if chunk else 10)
        while sent < 50_000_000:
            try:
                return int(peer.recv(100).split()[1]), sent
            except TimeoutError:
                peer.settimeout(0.001)
                peer.sendall(chunk)
                sent += len(chunk)
    return None, sent


@pytest.mark.parametrize("path", ["/health/live", "/nowhere/"])
def test_an_answer_to_head_is_no_warning_in_the_log(served, path):
    port, log = served
    connection = HTTPConnection("127.0.0.1", port)
    connection.request("HEAD", path, headers={"Accept": "application/json"})
    status = connection.getresponse().status
    connection.close()
    assert (status in (200, 404), "WARNING" in log.read_text()) == (True, False)


def test_a_long_body_is_refused_before_it_has_come(served):
    head = HEAD + MULTIPART + b"Content-Length: 600000000\r\n\r\n" + FILE
    assert status_after(served[0], head) == (413, 0)


def test_a_body_without_a_length_is_not_read(served):
    """In chunks that never end: the answer comes all the same, about a form without its token."""
    head = HEAD + MULTIPART + b"Transfer-Encoding: chunked\r\n\r\n" + CHUNK
    status, sent = status_after(served[0], head, CHUNK)
    assert (status, sent < 1_000_000) == (403, True)


class TestSlowClients:
    """Each opens more connections than there are threads, and never ends what it begins."""

    MANY = 40
    LIVE = b"GET /health/live HTTP/1.1\r\nHost: localhost\r\n\r\n"
    FILE = b"GET /static/django_htmx/htmx-2.min.js HTTP/1.1\r\nHost: localhost\r\n\r\n"
    PAGE = b"GET /nowhere/ HTTP/1.1\r\nHost: localhost\r\nAccept: application/json\r\n\r\n"

    def opened(self, port, begun):
        peers = [
            socket.create_connection(("127.0.0.1", port), timeout=40) for _ in range(self.MANY)
        ]
        for peer in peers:
            peer.sendall(begun)
        return peers

    @pytest.mark.parametrize(
        "begun",
        [
            b"",
            b"\r\n\r\n",
            b"GET / HTTP/1.1\r\nHost: x\r\n",
            HEAD + b"Content-Length: 1000\r\n\r\nemail=",
            HEAD + b"Expect: 100-continue\r\nContent-Length: 1000\r\n\r\n",
            PAGE.replace(b"\r\n\r\n", b"\r\nConnection: close\r\n\r\n"),
        ],
        ids=[
            "nothing",
            "empty lines",
            "half a head",
            "half a form",
            "half a form that is asked for",
            "a whole request",
        ],
    )
    def test_leave_every_thread_to_the_others(self, served, begun):
        peers = self.opened(served[0], begun)
        assert (status_after(served[0], self.LIVE)[0], status_after(served[0], self.PAGE)[0]) == (
            200,
            404,
        )
        for peer in peers:
            peer.close()

    def test_are_told_that_it_took_too_long_however_they_trickle(self, served):
        with socket.create_connection(("127.0.0.1", served[0]), timeout=1) as peer:
            peer.sendall(HEAD + b"Content-Length: 1000\r\n\r\n")
            for _ in range(1000):
                try:
                    answer = peer.recv(100)
                    break
                except TimeoutError:
                    peer.sendall(b"x")
        assert answer.split()[1] == b"408"

    def test_that_send_a_head_without_end_are_refused(self, served):
        assert status_after(served[0], b"GET / HTTP/1.1\r\nX: " + b"x" * 100_000)[0] == 431

    def test_are_answered_when_they_come_to_an_end(self, served):
        with socket.create_connection(("127.0.0.1", served[0]), timeout=10) as peer:
            for byte in self.PAGE * 2:
                peer.sendall(bytes([byte]))
            answers = b""
            while answers.count(b"HTTP/1.1 404") < 2 and (more := peer.recv(10_000)):
                answers += more
        assert answers.count(b"HTTP/1.1 404") == 2

    def test_that_ask_whether_to_go_on_are_told_so(self, served):
        with socket.create_connection(("127.0.0.1", served[0]), timeout=10) as peer:
            peer.sendall(HEAD + b"Expect: 100-continue\r\nContent-Length: 5\r\n\r\n")
            assert peer.recv(1000) == b"HTTP/1.1 100 Continue\r\n\r\n"
            peer.sendall(b"a=b&c")
            assert peer.recv(1000).split()[1] == b"403"

    def test_that_go_before_they_are_told_to_go_on_end_no_process(self, served):
        port, log = served
        with socket.create_connection(("127.0.0.1", port), timeout=10) as before:
            for _ in range(20):
                with socket.create_connection(("127.0.0.1", port)) as peer:
                    peer.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
                    peer.sendall(HEAD + b"Expect: 100-continue\r\nContent-Length: 5\r\n\r\n")
            before.sendall(self.PAGE)
            assert before.recv(1000).split()[1] == b"404"
        assert "exited" not in log.read_text()

    def test_that_ask_on_and_take_no_answer_hold_no_thread(self, served):
        assert status_after(served[0], self.FILE)[0] == 200
        peers = []
        for _ in range(12):
            peer = socket.socket()
            peer.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1024)
            peer.connect(("127.0.0.1", served[0]))
            peer.settimeout(0.5)
            with suppress(OSError):
                peer.sendall(self.FILE * 100)
            peers.append(peer)
        time.sleep(2)  # until the buffers would be full
        with socket.create_connection(("127.0.0.1", served[0]), timeout=8) as other:
            other.sendall(self.PAGE)
            assert other.recv(1000).split()[1] == b"404"
        for peer in peers:
            peer.close()

    def test_that_send_no_body_where_none_is_read_hold_no_thread(self, served):
        asked = self.PAGE.replace(b"\r\n\r\n", b"\r\nContent-Length: 200000\r\n\r\n")
        peers = [peer for _ in range(5) for peer in self.opened(served[0], asked)]
        with socket.create_connection(("127.0.0.1", served[0]), timeout=8) as other:
            other.sendall(self.PAGE)
            assert other.recv(1000).split()[1] == b"404"
        for peer in peers:
            peer.close()

    def test_keep_the_thread_that_says_that_we_live_from_nobody(self, served):
        port = served[0]
        peers = self.opened(
            port, self.LIVE.replace(b"\r\n\r\n", b"\r\nContent-Length: 200000\r\n\r\n")
        )
        with socket.create_connection(("127.0.0.1", port), timeout=3) as peer:
            peer.sendall(self.LIVE)
            assert peer.recv(1000).split()[1] == b"200"
        for peer in peers:
            peer.close()


def test_more_connections_than_files_may_be_open_end_no_process(tmp_path):
    few = partial(
        resource.setrlimit,
        resource.RLIMIT_NOFILE,
        (256, resource.getrlimit(resource.RLIMIT_NOFILE)[1]),
    )
    with serving(tmp_path, preexec_fn=few) as (port, log):
        with ExitStack() as peers:
            for _ in range(300):
                peers.enter_context(socket.create_connection(("127.0.0.1", port), timeout=10))
            time.sleep(1)  # until it has taken as many as it takes
        assert status_after(port, TestSlowClients.PAGE)[0] == 404
        assert "Too many open files" not in log.read_text()


def test_what_is_no_request_is_not_quoted_in_the_log(served):
    port, log = served
    marker = b"marker-password-123"
    body = b"\r\nemail=x&password=" + marker + b" y z\r\n\r\n"
    status_after(
        port, b"POST /sign-in/ HTTP/1.1\r\nHost: localhost\r\nAccept: application/json\r\n" + body
    )
    status_after(port, b"GET / " + marker + b"\r\n\r\n")
    with socket.create_connection(("127.0.0.1", port), timeout=10) as peer:
        peer.sendall(HEAD + b"Transfer-Encoding: chunked\r\n\r\n" + marker + b"\r\n\r\n")
        peer.recv(10_000)
    assert ("What came is no request" in log.read_text(), marker.decode() in log.read_text()) == (
        True,
        False,
    )


def test_listens_on_this_machine_only_unless_told_otherwise():
    environment = {
        name: value for name, value in os.environ.items() if name not in ("BIND", "PORT")
    }
    code = "from vectice_admin import gunicorn; print(*gunicorn.bind)"
    environment |= {"DEBUG": "on"}
    said = subprocess.check_output(
        [sys.executable, "-c", code], cwd=ROOT, env=environment, text=True
    )
    assert said.strip() == "127.0.0.1:8000"
