"""One version, said in one place and read in all others."""

import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
import yaml

from accounts.models import Organization
from tests.conftest import text_of
from vectice_admin.version import VERSION

ROOT = Path(__file__).parent.parent.parent
CHART = ROOT / "deploy" / "helm" / "vectice-admin" / "Chart.yaml"


def test_is_the_one_of_the_project():
    assert tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["version"] == VERSION


def test_is_the_chart_s_too():
    chart = yaml.safe_load(CHART.read_text())
    assert (chart["appVersion"], chart["version"]) == (VERSION, VERSION)


def test_heads_the_changelog():
    versions = re.findall(r"^## (\d+\.\d+\.\d+)", (ROOT / "CHANGELOG.md").read_text(), re.MULTILINE)
    assert versions[0] == VERSION


@pytest.mark.parametrize("argument", ["version", "--version"])
def test_is_printed_also_where_the_settings_are_wrong(argument):
    command = [sys.executable, ROOT / "manage.py", argument]
    done = subprocess.run(
        command,
        cwd="/",
        env={"PORT": "wrong"},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, f"{VERSION}\n", "")


class TestFooter:
    def test_says_it_to_an_admin(self, ada, signed_in_as):
        assert f"Vectice Admin {VERSION}" in text_of(signed_in_as(ada).get("/roles/"))

    def test_says_it_to_no_member(self, max, signed_in_as):
        Organization.objects.create(name="Northwind", support_address="help@example.com")
        text = text_of(signed_in_as(max).get("/roles/"))
        assert ("Questions? help@example.com" in text, VERSION in text) == (True, False)

    @pytest.mark.parametrize(
        ("path", "status"), [("/sign-in/", 200), ("/forgot-password/", 200), ("/nowhere/", 404)]
    )
    def test_says_it_to_no_stranger(self, client, db, path, status):
        answer = client.get(path)
        assert (answer.status_code, VERSION in answer.content.decode()) == (status, False)
