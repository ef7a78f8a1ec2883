"""
Which version this is.

pyproject.toml says it, and nothing else does: it lies beside the code in a checkout, in a release's
folder and in the image. It is read once, since the next version's file may stand there while this
one is still served.
"""

import tomllib
from pathlib import Path

PROJECT = Path(__file__).resolve().parent.parent / "pyproject.toml"
VERSION = tomllib.loads(PROJECT.read_text(encoding="utf-8"))["project"]["version"]
