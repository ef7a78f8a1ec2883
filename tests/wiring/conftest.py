"""All settings, read from an environment of one's own in this process."""

import os
import runpy
from pathlib import Path

import pytest

from vectice_admin.env import names

ROOT = Path(__file__).parent.parent.parent
GOOD = {"SECRET_KEY": "abcdefghij" * 6, "ALLOWED_HOSTS": "admin.example.com"}


@pytest.fixture
def read(monkeypatch):
    """Return a function that reads all settings from an environment: a dictionary of them, or the line that ends it."""

    def settings(**environment):
        with monkeypatch.context() as patch:
            for name in names.NAMES & set(os.environ):
                patch.delenv(name)
            for name, value in {**GOOD, **environment}.items():
                patch.setenv(name, value)
            try:
                return runpy.run_path(str(ROOT / "vectice_admin" / "settings.py"))
            except SystemExit as end:
                return end.code

    return settings


@pytest.fixture
def _lax_umask():
    """New files are for everybody, where they are not made for somebody."""
    before = os.umask(0)
    yield
    os.umask(before)
