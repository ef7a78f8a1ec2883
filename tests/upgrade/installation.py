"""One database and one mail server, and two versions of the product at them."""

import email
import email.policy
import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections import Counter
from contextlib import closing
from pathlib import Path
from urllib.parse import urlsplit

import psycopg
from aiosmtpd.controller import Controller

ROOT = Path(__file__).resolve().parent.parent.parent
LONGEST_WAIT = 180  # seconds
PASSWORD = "a sentence for the upgrade"
SEED = """
import django; django.setup()
import json, sys
from accounts import hashers
from accounts.models import User
password, people = json.loads(sys.argv[1])
digest, made = hashers.make(password), []
for email, name, role in people:
    user = User(email=email, full_name=name, role=role)
    user.set_own_password(digest); user.password_set_by = None; user.set_keys(); made.append(user)
User.objects.bulk_create(made)
"""


class Installation:
    """What both versions share: a database of that name on the server at `url`, and a mail server."""

    def __init__(self, url, name, folder):
        self.url, self.name, self.folder = urlsplit(url), name, folder
        self.mails = Mails()
        self.public_port, self.versions = free_port(), []

    def __enter__(self):
        self._on_server(f"DROP DATABASE IF EXISTS {self.name} WITH (FORCE)")
        self._on_server(f"CREATE DATABASE {self.name}")
        self.mails.start()
        return self

    def __exit__(self, *_error):
        for version in self.versions:
            version.kill()
        self.mails.stop()
        self._on_server(f"DROP DATABASE IF EXISTS {self.name} WITH (FORCE)")

    def version(self, name, tree):
        """Return the product in the folder `tree` as a Version of that name."""
        environment = {
            **{
                known: os.environ[known]
                for known in ("PATH", "HOME", "LANG")
                if known in os.environ
            },
            "DJANGO_SETTINGS_MODULE": "vectice_admin.settings",
            "DATABASE_URL": f"postgres://{self.url.netloc}/{self.name}",
            "SECRET_KEY": "of-the-upgrade-" * 5,
            "PUBLIC_URL": f"http://127.0.0.1:{self.public_port}",
            "TRUSTED_PROXIES": "127.0.0.1",
            "EMAIL_URL": f"smtp://127.0.0.1:{self.mails.port}",
            "WEB_CONCURRENCY": "1",
            "DEBUG": "on",
        }
        self.versions.append(Version(name, tree, environment, self.folder / f"{name}.log"))
        return self.versions[-1]

    def rows(self, query, *values):
        with closing(self._connect(self.name)) as connection:
            return connection.execute(query, values).fetchall()

    def write(self, statement, *values):
        with closing(self._connect(self.name)) as connection:
            connection.execute(statement, values)

    def value(self, query, *values):
        return self.rows(query, *values)[0][0]

    def path_of(self, email):
        """Return the address of somebody's page."""
        return (
            f"/users/{self.value('SELECT public_id FROM accounts_user WHERE email = %s', email)}/"
        )

    def wait_until(self, query, *values):
        """Ask again and again until the database answers yes."""
        wait_until(lambda: self.value(query, *values), query)

    def _on_server(self, statement):
        with closing(self._connect(self.url.path.strip("/"))) as connection:
            connection.execute(statement)

    def _connect(self, name):
        return psycopg.connect(f"postgres://{self.url.netloc}/{name}", autocommit=True)


class Version:
    """The product as it stands in a folder: its web server, its worker and its commands."""

    def __init__(self, name, tree, environment, log):
        self.name, self.tree, self.port, self.log = name, tree, free_port(), log
        self.host = urlsplit(environment["PUBLIC_URL"]).netloc
        self.environment = {**environment, "PORT": str(self.port)}
        self.web = self.worker = None

    def manage(self, *arguments):
        self._run("manage.py", *arguments)

    def seed(self, people):
        """Store people, (email, name, role), with the PASSWORD."""
        self._run("-c", SEED, json.dumps([PASSWORD, people]))

    def start_web(self):
        self.web = self._start("-m", "gunicorn", "--config", "python:vectice_admin.gunicorn")
        wait_until(self._listens, f"the web server of the {self.name} version")

    def start_worker(self):
        self.worker = self._start("manage.py", "worker", "--interval", "0.05")

    def kill_worker(self):
        self.worker.send_signal(signal.SIGKILL)
        self.worker.wait()

    def stop_worker(self):
        """End the worker as an upgrade does, and wait until the task that it is at is done."""
        _end(self.worker)

    def stop(self):
        self.stop_worker()
        _end(self.web)

    def kill(self):
        for process in filter(None, (self.web, self.worker)):
            process.kill()
            process.wait()

    def faults(self):
        """Return the lines of the log that tell of a fault."""
        lines = self.log.read_text().splitlines() if self.log.exists() else []
        return [
            f"{self.name}: {line}" for line in lines if " ERROR " in line or "Traceback" in line
        ]

    def _listens(self):
        assert self.web.poll() is None, self.log.read_text()
        with socket.socket() as probe:
            return probe.connect_ex(("127.0.0.1", self.port)) == 0

    def _run(self, *arguments):
        command = [sys.executable, *arguments]
        subprocess.run(command, cwd=self.tree, env=self.environment, check=True)

    def _start(self, *arguments):
        with self.log.open("ab") as log:
            return subprocess.Popen(
                [sys.executable, *arguments],
                cwd=self.tree,
                env=self.environment,
                stdout=log,
                stderr=log,
            )


def _end(process):
    process.terminate()
    code = process.wait(LONGEST_WAIT)
    assert code == 0, f"{process.args} ended with {code}"


class Mails:
    """A mail server that keeps what it gets: `received` are (recipient, subject, text)."""

    def __init__(self):
        self.received, self.port = [], free_port()

    def start(self):
        self.server = Controller(self, hostname="127.0.0.1", port=self.port)
        self.server.start()

    def stop(self):
        self.server.stop()

    async def handle_DATA(self, server, session, envelope):  # noqa: N802 - aiosmtpd's name
        message = email.message_from_bytes(envelope.content, policy=email.policy.default)
        text = message.get_body(("plain",)).get_content()
        self.received += [(recipient, message["Subject"], text) for recipient in envelope.rcpt_tos]
        return "250 OK"

    def count(self):
        """Return how often each subject came to each recipient."""
        return Counter((recipient, subject) for recipient, subject, _text in self.received)

    def wait_for(self, recipient, subject):
        """Return the text of the mail of that recipient whose subject ends so, once it is there."""

        def found():
            return [
                text
                for to, about, text in self.received
                if to == recipient and about.endswith(subject)
            ]

        wait_until(found, f"the mail “{subject}” to {recipient}")
        return found()[-1]


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def wait_until(condition, what):
    end = time.monotonic() + LONGEST_WAIT
    while not condition():
        assert time.monotonic() < end, f"It did not happen within {LONGEST_WAIT} seconds: {what}"
        time.sleep(0.2)
