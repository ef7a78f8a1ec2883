"""On what a run was made: enough to judge its numbers by, nothing that names the machine."""

import os
import platform
import re
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

PACKAGES = ("Django", "gunicorn", "argon2-cffi", "psycopg")


def about(kinds):
    """Return a dict of texts by subject for a run over these kinds of database."""
    versions = [
        f"Python {platform.python_version()}",
        *(f"{name} {version(name)}" for name in PACKAGES),
    ]
    return {
        "date": f"{datetime.now(UTC):%Y-%m-%d}",
        "machine": f"{_processor()}, {os.cpu_count()} cores, {_memory_gib():.0f} GiB, "
        f"{platform.system()}",
        "versions": ", ".join([*versions, *(kind.version() for kind in kinds)]),
    }


def _processor():
    names = re.findall(r"^model name\s*:\s*(.+)$", Path("/proc/cpuinfo").read_text(), re.MULTILINE)
    return names[0].strip() if names else platform.machine()


def _memory_gib():
    return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
