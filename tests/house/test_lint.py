"""What is looked at before a commit is what lint looks at."""

import re
from pathlib import Path

import yaml

ROOT = Path(__file__).parent.parent.parent
HOOKS = yaml.safe_load((ROOT / ".pre-commit-config.yaml").read_text())["repos"][0]["hooks"]


def test_each_part_of_lint_is_a_hook():
    parts = re.search(r"set -- (.+)", (ROOT / ".ci" / "lint").read_text())[1].split()
    assert [hook["entry"] for hook in HOOKS] == [f".ci/lint {part}" for part in parts]


def test_a_hook_takes_nothing_from_elsewhere():
    assert {hook["language"] for hook in HOOKS} == {"system"}
