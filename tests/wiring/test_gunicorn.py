"""What only a real server shows. None of these requests needs the database, which has no tables."""

import os
import socket
import subprocess
import sys
import time
from http.client import HTTPConnection
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent.parent
CHUNK = b"2000\r\n" + b"x" * 0x2000 + b"\r\n"
HEAD = b"POST /sign-in/ HTTP/1.1\r\nHost: localhost\r\nAccept: application/json\r\n"
MULTIPART = b"Content-Type: multipart/form-data; boundary=x\r\n"
FILE = b'--x\r\nContent-Disposition: form-data; name="f"; filename="f"\r\n\r\n'


@pytest.fixture(scope="module")
def served(tmp_path_factory):
    """gunicorn with the product: its port, and the path of its log."""
    folder = tmp_path_factory.mktemp("gunicorn")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    environment = {**os.environ, "DATABASE_URL": f"sqlite:///{folder}/db.sqlite3", "PORT": str(port), "DEBUG": "on"}
    environment |= {"DJANGO_SETTINGS_MODULE": "vectice_admin.settings", "REDIS_URL": "", "WEB_CONCURRENCY": "1"}
    command = [sys.executable, "-m", "gunicorn", "--config", "python:vectice_admin.gunicorn"]
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen(command, cwd=ROOT, env=environment, stderr=log)
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
