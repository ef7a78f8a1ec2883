"""
Where the web server's processes keep together what they count: /metrics is answered by one of them
for all.

prometheus-client looks for the folder once, when it is imported. Whatever imports it must come
after `share`.
"""

import atexit
import os
import shutil
import sys
import tempfile

FOLDER = "PROMETHEUS_MULTIPROC_DIR"  # prometheus-client's name


def share(folder):
    """
    Have this process and all that it forks share their figures, in files in `folder` (None: the
    temporary one).

    :raises RuntimeError: if prometheus-client is imported already: it would count for each process
    alone, unnoticed.
    """
    if "prometheus_client" in sys.modules:
        raise RuntimeError("prometheus_client was imported before its figures could be shared.")
    made, first_process = tempfile.mkdtemp(prefix="vectice-metrics-", dir=folder), os.getpid()
    os.environ[FOLDER] = made
    atexit.register(
        lambda: os.getpid() == first_process and shutil.rmtree(made, ignore_errors=True)
    )


def are_shared():
    return FOLDER in os.environ
