"""The product's settings as the tests want them: fixed values, and the databases that the environment names."""

import os
from pathlib import Path
from urllib.parse import quote

VAR = Path(__file__).parent.parent / "var"
VAR.mkdir(exist_ok=True)


def own_redis(url):
    """Return `url` with a database of this worker's own: tests empty it."""
    server, _slash, number = url.rpartition("/")
    worker = os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw")
    return f"{server}/{(int(number) + int(worker)) % 16}" if url else ""


for name in ("DEBUG", "EMAIL_URL", "TRUSTED_PROXIES", "SECRET_KEY_FALLBACKS"):
    os.environ.pop(name, None)
os.environ |= {
    "SECRET_KEY": "only-for-tests-0123456789-abcdefghijklmnopqrstuvwxyz-ABCDEFG",
    "ALLOWED_HOSTS": "testserver,localhost,127.0.0.1,admin.northwind.example",
    "PUBLIC_URL": "http://admin.northwind.example",
    "ORGANIZATION_NAME": "Northwind Analytics",
    "DATABASE_URL": os.environ.get("TEST_DATABASE_URL")
    or f"sqlite:///{quote(str(VAR / 'tests.sqlite3'))}",
    "REDIS_URL": own_redis(os.environ.get("TEST_REDIS_URL", "")),
}

from vectice_admin.settings import *  # noqa: E402, F403
from vectice_admin.settings import DATABASES, INSTALLED_APPS, STORAGES  # noqa: E402

INSTALLED_APPS += ["django_migration_linter"]

if not os.environ.get("TEST_DATABASE_URL"):
    # A file, since threads and the browser's server open connections of their own; `make test-fast` has none of them.
    # Each worker's number is written behind the name, where a URI takes it for an unknown parameter.
    in_memory = "file:tests?mode=memory&cache=shared&worker="
    name = in_memory if os.environ.get("TEST_FAST") else str(VAR / "test.sqlite3")
    DATABASES["default"]["TEST"] = {"NAME": name}
else:
    # A pool keeps connections open, and a database with one open cannot be dropped after the tests.
    del DATABASES["default"]["OPTIONS"]["pool"]

STORAGES["staticfiles"]["BACKEND"] = "django.contrib.staticfiles.storage.StaticFilesStorage"
STATIC_ROOT = (
    VAR / "tests-static"
)  # empty: what `make run` collected may be older than what is tested
STATIC_ROOT.mkdir(exist_ok=True)
WHITENOISE_USE_FINDERS = True
