"""
The processes: product, worker, peer and bare view, each in an environment of its own; their start
and memory.
"""

import os
import re
import secrets
import socket
import subprocess
import sys
import time
from contextlib import ExitStack, contextmanager
from http.client import HTTPConnection
from pathlib import Path

from bench.databases import FOLDER

ROOT = Path(__file__).resolve().parent.parent
LOG = FOLDER / "log.txt"  # of what the servers say, in the last run
BIN = Path(sys.executable).parent
WORKERS = 2  # gunicorn processes on either side
LONGEST_START = 60  # seconds
CLOCK_TICKS = os.sysconf("SC_CLK_TCK")  # per second


class DoesNotRun(Exception):
    """A command failed, or a server does not answer."""


def manage_product(database, name, *arguments):
    """Run the product's manage.py over the database of that name, and fail with what it said."""
    _run([BIN / "python", "manage.py", *arguments], _product_environment(database, name, 8000))


def manage_peer(database, name, *arguments):
    _run([BIN / "python", "-m", "django", *arguments], _peer_environment(database, name, 8000))


def prepare_product(database, name):
    """Compile the messages and collect the static files, as the README says."""
    _run([BIN / "pybabel", "--quiet", "compile", "-d", "locale", "-D", "django"], _environment())
    manage_product(database, name, "collectstatic", "--no-input", "--verbosity", "0")


def run_in_product(database, name, module, *arguments):
    """Run the module with the product's settings and return what it printed."""
    environment = _product_environment(database, name, 8000) | {
        "DJANGO_SETTINGS_MODULE": "vectice_admin.settings"
    }
    return _run([BIN / "python", "-m", module, *arguments], environment)


class Server:
    """
    A gunicorn, started and measured: `port`, and `cold_start` in ms from exec to the first 200 of
    `ready_path`.
    """

    def __init__(self, config, environment, ready_path):
        self.port = int(environment["PORT"])
        command = [BIN / "gunicorn", "--config", f"python:{config}"]
        began = time.perf_counter()
        self.process = _start(command, environment)
        self._wait_for(ready_path)
        self.cold_start = (time.perf_counter() - began) * 1000

    def _wait_for(self, path):
        deadline = time.monotonic() + LONGEST_START
        while time.monotonic() < deadline and self.process.poll() is None:
            connection = HTTPConnection("127.0.0.1", self.port, timeout=LONGEST_START)
            try:
                connection.request("GET", path)
                if connection.getresponse().status == 200:
                    return
            except OSError:
                time.sleep(0.005)
            finally:
                connection.close()
        raise DoesNotRun(f"{path} does not answer; see {FOLDER.relative_to(ROOT)}/{LOG.name}")

    def memory(self):
        """
        Return the memory of a worker in MiB, the mean over the workers, as a dict: rss, and pss
        where it is told.
        """
        task = f"/proc/{self.process.pid}/task/{self.process.pid}/children"
        found = [_memory_of(pid) for pid in Path(task).read_text().split()]
        return {name: sum(one[name] for one in found) / len(found) for name in found[0]}


@contextmanager
def product(database, name):
    """
    Serve the product; yield its Server and the process of its worker, whose mails are cleared away
    at the end.
    """
    environment = _product_environment(database, name, _free_port())
    with ExitStack() as stack:
        server = Server("vectice_admin.gunicorn", environment, "/health/live")
        stack.callback(_stop, server.process)
        worker = _start([BIN / "python", "manage.py", "worker"], environment)
        stack.callback(_remove_mails, worker.pid)
        stack.callback(_stop, worker)
        yield server, worker


@contextmanager
def peer(database, name):
    server = Server(
        "bench.peer.gunicorn", _peer_environment(database, name, _free_port()), "/admin/login/"
    )
    try:
        yield server
    finally:
        _stop(server.process)


@contextmanager
def bare(page):
    """Serve the bytes `page` from the bare view."""
    path = FOLDER / "bare_page.html"
    path.write_bytes(page)
    settings = {"DJANGO_SETTINGS_MODULE": "bench.peer.bare_settings", "BARE_PAGE": str(path)}
    server = Server("bench.peer.gunicorn", _environment(_free_port()) | settings, "/")
    try:
        yield server
    finally:
        _stop(server.process)


def wait_until_idle(process, *, longest=120):
    """
    Wait until the process takes under 4 % of a core, at most `longest` seconds: its queue is empty
    then.
    """
    deadline, before = time.monotonic() + longest, _cpu_seconds(process.pid)
    while time.monotonic() < deadline:
        time.sleep(0.5)
        now = _cpu_seconds(process.pid)
        if now - before <= 0.02:
            return
        before = now


def _environment(port=8000):
    kept = {
        name: os.environ[name] for name in ("PATH", "HOME", "LANG", "TMPDIR") if name in os.environ
    }
    # A new key each time: the limits on trying are counted under it, so no round inherits the
    # counts of another.
    ours = {
        "SECRET_KEY": secrets.token_urlsafe(60),
        "PORT": str(port),
        "WEB_CONCURRENCY": str(WORKERS),
    }
    return kept | ours


def _product_environment(database, name, port):
    ours = {"DATABASE_URL": database.url(name), "PUBLIC_URL": f"http://127.0.0.1:{port}"}
    ours |= {"ALLOWED_HOSTS": "127.0.0.1", "TRUSTED_PROXIES": "127.0.0.1", "DEBUG": "off"}
    return _environment(port) | ours | database.environment


def _peer_environment(database, name, port):
    return _environment(port) | {
        "DATABASE_URL": database.url(name),
        "DJANGO_SETTINGS_MODULE": "bench.peer.settings",
    }


def _run(command, environment):
    done = subprocess.run(
        command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise DoesNotRun(
            f"{' '.join(map(str, command[1:]))} failed: {(done.stderr or done.stdout)[-2000:]}"
        )
    return done.stdout


def _start(command, environment):
    with open(LOG, "ab") as log:
        return subprocess.Popen(command, cwd=ROOT, env=environment, stdout=log, stderr=log)


def _stop(process):
    process.terminate()
    try:
        process.wait(timeout=40)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def _free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def _memory_of(pid):
    """Return the resident memory of a process in MiB: rss, and pss where the kernel tells it."""
    try:
        text = Path(f"/proc/{pid}/smaps_rollup").read_text()
    except OSError:
        text = re.sub("VmRSS", "Rss", Path(f"/proc/{pid}/status").read_text())
    return {
        name.lower(): int(kib) / 1024
        for name, kib in re.findall(r"^(Rss|Pss):\s+(\d+) kB", text, re.MULTILINE)
    }


def _cpu_seconds(pid):
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / CLOCK_TICKS


def _remove_mails(pid):
    """Remove the mails that the worker wrote: their names hold its number."""
    for mail in (ROOT / "var" / "mail").glob(f"*-{pid}-*.eml"):
        mail.unlink()
