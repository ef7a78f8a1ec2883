"""
A web server as gunicorn.py configures it, with processes of its own, in a copy of the project.

Its figures are those that alerts and dashboard ask for, and what happens to its folder does not concern it.
"""

import os
import shutil
import socket
import subprocess
import sys
import time
from http.cookies import SimpleCookie
from pathlib import Path
from urllib.error import HTTPError
from urllib.parse import urlencode
from urllib.request import Request, urlopen

import pytest

from tests.house.test_deployment import alerts, asked_for, panels

ROOT = Path(__file__).parent.parent.parent
TOKEN = "a-token-of-the-tests-0123456789"
PARTS = (
    "accounts",
    "vectice_admin",
    "templates",
    "static",
    "locale",
    "manage.py",
    "pyproject.toml",
)
PAGES = (
    "/sign-in/",
    "/forgot-password/",
    "/forgot-password/sent/",
    "/nowhere/",
    "/health/live",
    "/reset/x/y-z/",
)


class Server:
    """`folder` is its copy of the project; `open` asks it, and `scrape` returns the names of its figures."""

    def __init__(self, folder):
        self.folder = folder
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self.environment = {
            name: value for name, value in os.environ.items() if name != "PROMETHEUS_MULTIPROC_DIR"
        }
        self.environment |= {
            "DJANGO_SETTINGS_MODULE": "vectice_admin.settings",
            "DEBUG": "on",
            "METRICS_TOKEN": TOKEN,
        }
        self.environment |= {
            "DATABASE_URL": f"sqlite:///{folder}/db.sqlite3",
            "REDIS_URL": "",
            "PORT": str(self.port),
        }
        for unset in ("PUBLIC_URL", "ALLOWED_HOSTS", "SECRET_KEY", "DJANGO_ALLOW_ASYNC_UNSAFE"):
            self.environment.pop(unset, None)

    def manage(self, *arguments):
        self._run([sys.executable, "manage.py", *arguments]).communicate(timeout=120)

    def start(self):
        process = self._run(
            [sys.executable, "-m", "gunicorn", "--config", "python:vectice_admin.gunicorn"]
        )
        end = time.monotonic() + 60
        while time.monotonic() < end and process.poll() is None:
            try:
                if self.open("/health/live")[0] == 200:
                    return process
            except OSError:
                time.sleep(0.1)
        raise AssertionError("gunicorn does not answer.")

    def open(self, path, data=None, **headers):
        """Return the status, the body and the cookies of the answer."""
        request = Request(f"http://127.0.0.1:{self.port}{path}", data=data, headers=headers)
        try:
            answer = urlopen(request, timeout=20)
        except HTTPError as error:
            answer = error
        with answer:
            cookies = SimpleCookie(", ".join(answer.headers.get_all("Set-Cookie", [])))
            return (
                answer.status,
                answer.read().decode(),
                {name: morsel.value for name, morsel in cookies.items()},
            )

    def try_to_sign_in(self):
        [(name, token)] = self.open("/sign-in/")[2].items()
        form = {"email": "nobody@example.com", "password": "wrong", "csrfmiddlewaretoken": token}
        headers = {"Cookie": f"{name}={token}", "Origin": f"http://127.0.0.1:{self.port}"}
        return self.open("/sign-in/", urlencode(form).encode(), **headers)[0]

    def scrape(self):
        """Return the figures as {name without labels: the sum over its labels}."""
        sums = {}
        for line in self.open("/metrics", Authorization=f"Bearer {TOKEN}")[1].splitlines():
            if not line.startswith("#"):
                name, _space, value = line.rpartition(" ")
                name = name.partition("{")[0]
                sums[name] = sums.get(name, 0) + float(value)
        return sums

    def _run(self, command):
        output = subprocess.DEVNULL
        return subprocess.Popen(
            command, cwd=self.folder, env=self.environment, stdout=output, stderr=output
        )


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    folder = tmp_path_factory.mktemp("project")
    for part in PARTS:
        copy = shutil.copytree if (ROOT / part).is_dir() else shutil.copy
        copy(ROOT / part, folder / part)
    server = Server(folder)
    server.manage("migrate", "--verbosity", "0")
    server.manage("collectstatic", "--no-input", "--verbosity", "0")
    server.manage("backup", str(folder / "backup"))
    server.manage("worker", "--batch")
    process = server.start()
    yield server
    process.terminate()
    process.wait()


@pytest.fixture(scope="module")
def figures(server):
    """What /metrics shows after somebody was there."""
    assert server.try_to_sign_in() == 422
    return server.scrape()


def test_figures_of_the_alerts_are_there(figures):
    missing = {name: asked_for(expression) - set(figures) for name, expression in alerts().items()}
    assert {name: unknown for name, unknown in missing.items() if unknown} == {}


def test_figures_of_the_dashboard_are_there(figures):
    asked = {
        name
        for panel in panels()
        for target in panel["targets"]
        for name in asked_for(target["expr"])
    }
    assert "vectice_requests_total" in asked
    assert asked - set(figures) == set()


def test_its_processes_count_together(server):
    """Whichever of them is asked: each has seen all requests so far."""
    before = server.scrape()["vectice_requests_total"]
    for _ in range(20):
        server.open("/health/live")
    assert server.scrape()["vectice_requests_total"] == before + 21  # and the first scrape itself


@pytest.fixture(scope="module")
def changed(server):
    """The next version lies there: none of this one's templates, and a migration that is not applied."""
    shutil.rmtree(server.folder / "templates")
    shutil.rmtree(server.folder / "locale")
    (server.folder / "var" / "static" / "staticfiles.json").unlink()
    (server.folder / "accounts" / "migrations" / "9999_later.py").write_text(
        "from django.db import migrations\n\nclass Migration(migrations.Migration):\n    dependencies = []\n"
    )
    return server


class TestWhoseFolderIsChanged:
    @pytest.mark.parametrize("language", ["en", "fr"])
    def test_serves_its_pages(self, changed, language):
        statuses = {path: changed.open(path, **{"Accept-Language": language})[0] for path in PAGES}
        assert {path: status for path, status in statuses.items() if status >= 500} == {}
        assert (statuses["/sign-in/"], statuses["/nowhere/"]) == (200, 404)

    def test_speaks_french(self, changed):
        assert "Mot de passe" in changed.open("/sign-in/", **{"Accept-Language": "fr"})[1]

    def test_is_ready(self, changed):
        assert changed.open("/health/ready")[:2] == (200, "ready")
