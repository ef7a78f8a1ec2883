"""
How gunicorn serves the product; start it with `gunicorn --config python:vectice_admin.gunicorn`.
"""

import gc
import os
import resource
from pathlib import Path

from vectice_admin import env, log, shared_figures

wsgi_app = "vectice_admin.wsgi"
preload_app = True  # so that a wrong setting ends the start instead of one worker after the other
bind = env.bind(env.number("PORT", 8000, least=1, most=65_535))
_socket_group = env.socket_group()
umask = 0o077  # a Unix socket is opened to its group once it is there, see when_ready
worker_class = "vectice_admin.web_worker.Worker"
workers = env.number("WEB_CONCURRENCY", 2, least=1, most=256)
threads = 8
# Each connection is an open file, and so are those to the database and to Redis: where no more can
# be opened, gunicorn ends a process with everybody in it.
_files = resource.getrlimit(resource.RLIMIT_NOFILE)[0]
worker_connections = (
    1000 if _files == resource.RLIM_INFINITY else max(threads + 1, min(1000, _files - 200))
)
timeout = 60  # seconds; no request of ours runs nearly as long
graceful_timeout = 30
keepalive = 5
# PostgreSQL ends what takes longer; libpq hands this on. Commands and the worker may take their
# time.
os.environ.setdefault(
    "PGOPTIONS", "-c statement_timeout=30s -c idle_in_transaction_session_timeout=60s"
)
# The product decides itself whose X-Forwarded-… headers count (TRUSTED_PROXIES).
forwarded_allow_ips = ""
# No access log: it would write down the addresses of reset links. The proxy in front keeps its own,
# see README.md.
accesslog = None
logconfig_dict = log.configuration(env.choice("LOG_FORMAT", *log.FORMATS))
worker_tmp_dir = "/dev/shm" if Path("/dev/shm").is_dir() else None  # noqa: S108


def when_ready(server):
    """
    Let the proxy's group ask at a Unix socket, and nobody else: TRUSTED_PROXIES=unix believes
    whoever does.

    What was loaded so far stays for good and is shared with every worker: a garbage collector that
    looks through it would give each of them a copy.
    """
    gc.collect()
    gc.freeze()
    for listener in server.LISTENERS:
        path = listener.getsockname()
        # One that systemd made has the mode that vectice-admin-web.socket says.
        if isinstance(path, str) and path and not server.systemd:
            os.chown(path, -1, -1 if _socket_group is None else _socket_group)
            Path(path).chmod(0o660)


def post_fork(server, worker):
    """Start what a process must have for itself: the thread that sends traces."""
    from vectice_admin import tracing  # noqa: PLC0415 - it imports what counts, which comes after `share`

    if tracing.is_wanted():
        tracing.export()


if env.token("METRICS_TOKEN"):
    shared_figures.share(worker_tmp_dir)
