"""Mercurius, installed under build/ by its lock when its benchmark first asks for it.

Rule: only a machine that has Node and npm gets it; where they are missing, the benchmark is skipped and says so.
"""

import shutil
import subprocess
import sys
from pathlib import Path

_ROOT = Path(__file__).parents[1]
_SOURCE = _ROOT / "bench" / "mercurius"
_FILES = ("package.json", "package-lock.json", "server.mjs")

INSTALLED = _ROOT / "build" / "mercurius"


def mercurius_command() -> list[str] | None:
    """Return the command of the server, to be followed by the database's URL and name, and a port; None without npm."""
    node = shutil.which("node")
    if node is None or shutil.which("npm") is None:
        return None
    INSTALLED.mkdir(parents=True, exist_ok=True)
    for name in _FILES:
        shutil.copy(_SOURCE / name, INSTALLED / name)
    install = [sys.executable, str(_ROOT / "building" / "packages.py"), str(INSTALLED)]
    subprocess.run(install, check=True)  # noqa: S603 - our own script
    return [node, str(INSTALLED / "server.mjs")]
