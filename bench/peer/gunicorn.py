"""
The product's way of serving: as many processes and threads, the application loaded before they
part.
"""

import os
from pathlib import Path

wsgi_app = "bench.peer.wsgi"
preload_app = True
bind = f"127.0.0.1:{os.environ['PORT']}"
worker_class = "gthread"
workers = int(os.environ["WEB_CONCURRENCY"])
threads = 8
timeout = 60  # seconds
graceful_timeout = 30
keepalive = 5
loglevel = "warning"
worker_tmp_dir = "/dev/shm" if Path("/dev/shm").is_dir() else None
