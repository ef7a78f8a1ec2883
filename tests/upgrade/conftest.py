"""The version before, taken out of the history, and the one that is tested, at one database and one mail server."""

import logging
import os
import subprocess
import tarfile
from io import BytesIO
from urllib.parse import urlsplit

import pytest

from tests.upgrade.installation import ROOT, Installation
from tests.wiring.test_gunicorn import collected

__all__ = ["collected"]

logger = logging.getLogger(__name__)

# The last one that was handed out; it moves on when another is.
VERSION_BEFORE = "b7384cef7cbd3c91763860354a410a7bc3ab4a5c"
HISTORY = subprocess.run(
    ["git", "cat-file", "-e", f"{VERSION_BEFORE}^{{commit}}"],
    cwd=ROOT,
    check=False,
    capture_output=True,
)
# A shallow clone cannot show it; .ci/test says so.
collect_ignore_glob = ["test_*.py"] if HISTORY.returncode else []


@pytest.fixture(scope="session")
def tree_before(tmp_path_factory):
    """The folder with the version before."""
    archive = subprocess.run(
        ["git", "archive", VERSION_BEFORE], cwd=ROOT, check=True, capture_output=True
    )
    folder = tmp_path_factory.mktemp("before")
    with tarfile.open(fileobj=BytesIO(archive.stdout)) as files:
        files.extractall(folder, filter="data")
    return folder


@pytest.fixture
def installation(tmp_path, tree_before, collected, worker_id):
    """An Installation with the versions `old` and `new`, neither of which runs yet; its database is empty."""
    url = os.environ.get("TEST_DATABASE_URL", "")
    if not url.startswith("postgres"):
        pytest.skip("an upgrade needs PostgreSQL (TEST_DATABASE_URL)")
    name = f"upgrade_of_{urlsplit(url).path.strip('/')}_{worker_id}"  # another clone may be at the same server
    with Installation(url, name, tmp_path) as installation:
        installation.old = installation.version("old", tree_before)
        installation.new = installation.version("new", ROOT)
        yield installation
        for version in installation.versions:
            for line in version.faults():
                logger.error(line)  # pytest shows it where the test failed
