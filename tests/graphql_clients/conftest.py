"""Node with the packages of docs/clients, and the examples there, built: once, for all processes of a run."""

import fcntl
import hashlib
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
SDL = ROOT / "schema" / "schema.graphql"
EXAMPLES = ROOT / "docs" / "clients"
COMPLAINT = re.compile("warn|error|invalid", re.IGNORECASE)

sys.path.append(str(ROOT / "building"))
from packages import CLIENTS, install_clients, node_and_npm  # noqa: E402 - a script beside the application


@pytest.fixture(scope="session")
def node() -> list[str]:
    """Return the command of a Node. What lies in `CLIENTS` finds the packages: so do the programs of these tests."""
    node, npm = node_and_npm()
    files = [*HERE.glob("*.mjs"), SDL, EXAMPLES / "package-lock.json"]
    _once("programs", files, lambda: install_clients(npm))
    return [*map(str, node)]


@pytest.fixture(scope="session")
def examples(node: list[str]) -> Path:
    """Return the folder in which the examples were built, as their page says, without a complaint."""
    _once("built", [*EXAMPLES.iterdir(), SDL], lambda: _build(node))
    return CLIENTS


@pytest.fixture(scope="session")
def programs(node: list[str], examples: Path) -> dict[str, list[str | Path]]:
    """Return the command of each example by its name."""
    in_node = ("graphql-ws", "apollo", "urql", "relay", "graphql-sse")
    found: dict[str, list[str | Path]] = {
        name: [*node, "--import", examples / "browser.mjs", examples / "dist" / f"{name}.js"] for name in in_node
    }
    return {**found, "python_gql": [sys.executable, EXAMPLES / "python_gql.py"]}


def _once(name: str, files: list[Path], make: Callable[[], None]) -> None:
    """Bring files into `CLIENTS` and make what depends on them, unless this or another process has, from the same."""
    digest = hashlib.sha256(b"".join(file.name.encode() + file.read_bytes() for file in sorted(files))).hexdigest()
    CLIENTS.mkdir(parents=True, exist_ok=True)
    with (CLIENTS / ".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        mark = CLIENTS / "node_modules" / f".{name}"  # gone with the packages
        if mark.exists() and mark.read_text() == digest:
            return
        mark.unlink(missing_ok=True)
        for file in files:
            shutil.copy(file, CLIENTS)
        make()
        mark.write_text(digest)


def _build(node: list[str]) -> None:
    _, npm = node_and_npm()
    path = os.pathsep.join((str(Path(node[0]).parent), os.environ["PATH"]))
    done = subprocess.run(  # noqa: S603 - our own command
        [*npm, "run", "--silent", "build"],
        cwd=CLIENTS,
        env={**os.environ, "PATH": path},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    assert (done.returncode, COMPLAINT.findall(done.stdout)) == (0, []), done.stdout
