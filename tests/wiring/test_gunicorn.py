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


@pytest.mark.parametrize("path", ["/health/live", "/nowhere/"])
def test_an_answer_to_head_is_no_warning_in_the_log(served, path):
    port, log = served
    connection = HTTPConnection("127.0.0.1", port)
    connection.request("HEAD", path, headers={"Accept": "application/json"})
    status = connection.getresponse().status
    connection.close()
    assert (status in (200, 404), "WARNING" in log.read_text()) == (True, False)
