"""
The installation of the outage run: every part a process of its own, to be killed and started again.
"""

import json
import os
import re
import secrets
import shlex
import shutil
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

from aiosmtpd.controller import Controller

from bench.outage_scripts import SEED, VERDICT

ROOT = Path(__file__).resolve().parent.parent
BIN = Path(sys.executable).parent
POSTGRESQL = Path("/usr/lib/postgresql/15/bin")
ADMINS, PORTS = 8, ("web 1", "web 2", "redis", "mail", "postgresql", "nginx", "http")
LONGEST_START = 30
LONGEST_STOP = 60


class Mailbox:
    """
    The mail server's memory: how many mails came to whom; all that the load causes are about
    resets.
    """

    def __init__(self):
        self.received = {}

    async def handle_DATA(self, server, session, envelope):  # noqa: N802 - aiosmtpd's name
        for recipient in envelope.rcpt_tos:
            self.received[recipient] = self.received.get(recipient, 0) + 1
        return "250 OK"


class Installation:
    """
    A context in which everything runs. `people`, `admins` are addresses, `targets` pairs of address
    and id.
    """

    def __init__(self, folder, people):
        self.folder, self.password = folder, "a sentence for the outage run"
        self.ports = {name: _free_port() for name in PORTS}
        self.https_port = self.ports["nginx"]
        self.mailbox, self.processes, self.sockets = Mailbox(), {}, {}
        self.how_many = people
        self.environment = {
            **{name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ},
            "DJANGO_SETTINGS_MODULE": "vectice_admin.settings",
            "SECRET_KEY": secrets.token_urlsafe(60),
            "PUBLIC_URL": f"https://localhost:{self.https_port}",
            "ALLOWED_HOSTS": "localhost",
            "TRUSTED_PROXIES": "127.0.0.1",
            "DATABASE_URL": f"postgres://postgres@127.0.0.1:{self.ports['postgresql']}/postgres",
            "REDIS_URL": f"redis://127.0.0.1:{self.ports['redis']}/0",
            "EMAIL_URL": f"smtp://127.0.0.1:{self.ports['mail']}",
            "WEB_CONCURRENCY": "1",
        }

    def __enter__(self):
        self._run_as_postgres("initdb", "-D", self.folder / "pg", "-A", "trust", "--no-sync")
        for part in ("postgresql", "redis", "mail"):
            self.restart(part)
        self._manage("migrate", "--verbosity", "0")
        self._manage("collectstatic", "--no-input", "--verbosity", "0")
        found = json.loads(self._python(SEED, json.dumps([self.how_many, ADMINS, self.password])))
        self.admins = [email for email, _id in found[:ADMINS]]
        half = ADMINS + self.how_many // 2
        self.people, self.targets = [email for email, _id in found[ADMINS:half]], found[half:]
        for part in ("web 1", "web 2", "worker 1", "worker 2", "nginx"):
            self.restart(part)
        return self

    def __exit__(self, *_error):
        for part in reversed([*self.processes, "mail"]):
            self.kill(part)

    def kill(self, part):
        """
        End a part at once, and whatever it started: SIGKILL, for PostgreSQL the shutdown it calls
        immediate.
        """
        if part == "mail":
            self.mail.stop()
        elif part == "postgresql":
            self._run_as_postgres("pg_ctl", "stop", "-D", self.folder / "pg", "-m", "immediate")
        else:
            process = self.processes[part]
            if process.poll() is None:
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()

    def stop(self, part):
        """Ask a part to end, and wait until it has."""
        self.processes[part].terminate()
        self.processes[part].wait(LONGEST_STOP)

    def restart(self, part):
        """Start a part, again where it runs already, and wait until it listens."""
        if part in self.processes and self.processes[part].poll() is None:
            self.kill(part)
        if part == "mail":
            self.mail = Controller(self.mailbox, hostname="127.0.0.1", port=self.ports["mail"])
            self.mail.start()
            return
        if part == "nginx":
            self._configure_nginx()
        self.processes[part] = self._start(part)
        if part in self.ports:
            _wait_for(self.ports[part])

    def waiting_tasks(self):
        """Return how many tasks are not done, but for those that come again and again."""
        code = (
            "import django; django.setup(); from django_tasks_db.models import DBTaskResult as T;"
            "from accounts.kernel.queue import tasks; "
            "open_ones = T.objects.filter(status__in=[tasks.WAITING, tasks.RUNNING]); "
            "print(open_ones.exclude(pk__in=tasks.RECURRING).count())"
        )
        return int(self._python(code))

    def verdict(self, load):
        """
        Return what was answered, what is in the database, and what of it is missing, as a dict for
        people.
        """
        found = json.loads(self._python(VERDICT))
        answered = {name: _count(load.done[name]) for name in ("sign_ins", "resets")}
        lost = {
            f"audit entries of {name}": sum(
                max(0, n - found[name].get(email, 0)) for email, n in answered[name].items()
            )
            for name in answered
        }
        mails = self.mailbox.received
        lost["mails"] = sum(max(0, n - mails.get(email, 0)) for email, n in found["resets"].items())
        lost["half-done changes"] = len(found["half_done"])
        lost["answers 500"] = sum(statuses[500] for statuses in load.statuses.values())
        ordered = sorted(load.seconds)
        return {
            "answers": {
                phase: {str(k): v for k, v in sorted(s.items(), key=str)}
                for phase, s in load.statuses.items()
            },
            "seconds": {
                "p50": _at(ordered, 0.5),
                "p95": _at(ordered, 0.95),
                "longest": round(ordered[-1], 2),
            },
            "answered with success": {
                name: sum(counts.values()) for name, counts in answered.items()
            },
            "audit entries": {name: sum(found[name].values()) for name in answered},
            "mails received": sum(mails.values()),
            "tasks": found["tasks"],
            "lost": {name: number for name, number in lost.items() if number},
        }

    def _start(self, part):
        commands = {
            "postgresql": [
                "runuser", "-u", "postgres", "--", POSTGRESQL / "postgres", "-D",
                self.folder / "pg", "-p", self.ports["postgresql"], "-k",
                self.folder / "pg", "-c", "fsync=off",
            ],
            "redis": [
                "redis-server", "--port", self.ports["redis"], "--save", "", "--bind", "127.0.0.1",
            ],
            "nginx": ["nginx", "-c", self.folder / "nginx.conf", "-g", "daemon off;"],
            "web 1": [BIN / "gunicorn", "--config", "python:vectice_admin.gunicorn"],
            "worker 1": [BIN / "python", "manage.py", "worker"],
        }  # fmt: skip
        command = [str(word) for word in commands.get(part) or commands[part.replace("2", "1")]]
        if part.startswith("web"):
            return self._start_on_socket(part, command)
        return self._popen(command)

    def _start_on_socket(self, part, command):
        """
        Hand the socket over as systemd does (deploy/systemd/…-web.socket): it stays, so what queues
        is not lost.
        """
        if part not in self.sockets:
            self.sockets[part] = socket.create_server(("127.0.0.1", self.ports[part]), backlog=512)
        shell = (
            f"exec 3<&{self.sockets[part].fileno()}; LISTEN_PID=$$ LISTEN_FDS=1 exec "
            f"{shlex.join(command)}"
        )
        return self._popen(["sh", "-c", shell], pass_fds=[self.sockets[part].fileno()])

    def _popen(self, command, **options):
        with (self.folder / "log.txt").open("ab") as log:
            options |= {
                "cwd": ROOT,
                "env": self.environment,
                "stdout": log,
                "stderr": log,
                "process_group": 0,
            }
            return subprocess.Popen(command, **options)

    def _configure_nginx(self):
        """Write deploy/nginx.conf with this run's ports and folder, and both web servers in it."""
        tls = [
            "openssl",
            "req",
            "-x509",
            "-newkey",
            "ec",
            "-pkeyopt",
            "ec_paramgen_curve:prime256v1",
            "-nodes",
        ]
        names = ["-subj", "/CN=localhost", "-keyout", "privkey.pem", "-out", "fullchain.pem"]
        subprocess.run([*tls, *names], cwd=self.folder, check=True, capture_output=True)
        text = (ROOT / "deploy" / "nginx.conf").read_text()
        webs = "".join(
            f"server 127.0.0.1:{self.ports[name]} max_fails=0;" for name in ("web 1", "web 2")
        )
        text = text.replace("server web:8000 max_fails=0;", webs).replace(
            "/etc/nginx/tls", str(self.folder)
        )
        text = text.replace("/run/nginx.pid", str(self.folder / "nginx.pid"))
        text = re.sub(r"listen \[::\]:\d+[^;]*;", "", text)
        text = text.replace("listen 80 ", f"listen 127.0.0.1:{self.ports['http']} ")
        text = text.replace("listen 443 ", f"listen 127.0.0.1:{self.https_port} ")
        (self.folder / "nginx.conf").write_text(text)

    def _run_as_postgres(self, program, *arguments):
        if not (self.folder / "pg").exists():
            (self.folder / "pg").mkdir(mode=0o700)
            shutil.chown(self.folder / "pg", "postgres")
        command = ["runuser", "-u", "postgres", "--", POSTGRESQL / program, *arguments]
        subprocess.run([str(word) for word in command], check=True, capture_output=True, cwd="/")

    def _manage(self, *arguments):
        subprocess.run(
            [BIN / "python", "manage.py", *arguments], cwd=ROOT, env=self.environment, check=True
        )

    def _python(self, code, *arguments):
        command = [BIN / "python", "-c", code, *arguments]
        done = subprocess.run(
            command, cwd=ROOT, env=self.environment, check=True, capture_output=True, text=True
        )
        return done.stdout.splitlines()[-1]


def _count(names):
    counts = {}
    for name in names:
        counts[name] = counts.get(name, 0) + 1
    return counts


def _at(ordered, share):
    return round(ordered[int(len(ordered) * share)], 3)


def _free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def _wait_for(port):
    end = time.monotonic() + LONGEST_START
    while time.monotonic() < end:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.1)
    raise TimeoutError(f"Nothing listens on {port}.")
