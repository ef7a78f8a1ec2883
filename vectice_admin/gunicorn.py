"""How gunicorn serves the product; start it with `gunicorn --config python:vectice_admin.gunicorn`."""

import os
from pathlib import Path

wsgi_app = "vectice_admin.wsgi"
bind = os.environ.get("BIND") or f"127.0.0.1:{os.environ.get('PORT', '8000')}"
worker_class = "gthread"
workers = int(os.environ.get("WEB_CONCURRENCY", "2"))
threads = 8
timeout = 60  # seconds; no request of ours runs nearly as long
graceful_timeout = 30
keepalive = 5
# The product decides itself whose X-Forwarded-… headers count (TRUSTED_PROXIES).
forwarded_allow_ips = ""
# No access log: it would write down the addresses of reset links. The proxy in front keeps its own, see README.md.
accesslog = None
loglevel = "warning"
worker_tmp_dir = "/dev/shm" if Path("/dev/shm").is_dir() else None  # noqa: S108
