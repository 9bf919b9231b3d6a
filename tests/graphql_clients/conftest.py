"""Node with the packages of docs/clients, and the examples there, built."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from tempfile import NamedTemporaryFile

import pytest

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
COMPLAINT = re.compile("warn|error|invalid", re.IGNORECASE)

sys.path.append(str(ROOT / "playground"))
from packages import CLIENTS, install_clients, node_and_npm  # noqa: E402 - a script beside the application


@pytest.fixture(scope="session")
def node() -> list[str]:
    """Return the command of a Node. What lies in `CLIENTS` finds the packages: so do the programs of these tests."""
    node, npm = node_and_npm()
    install_clients(npm)
    for file in (*HERE.glob("*.mjs"), ROOT / "schema" / "schema.graphql"):
        _put(file)
    return [*map(str, node)]


@pytest.fixture(scope="session")
def examples(node: list[str]) -> Path:
    """Return the folder in which the examples were built, as their page says, without a complaint."""
    for source in (ROOT / "docs" / "clients").iterdir():
        shutil.copy(source, CLIENTS)
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
    return CLIENTS


@pytest.fixture(scope="session")
def programs(node: list[str], examples: Path) -> dict[str, list[str | Path]]:
    """Return the command of each example by its name."""
    in_node = ("graphql-ws", "apollo", "urql", "relay", "graphql-sse")
    found: dict[str, list[str | Path]] = {
        name: [*node, "--import", examples / "browser.mjs", examples / "dist" / f"{name}.js"] for name in in_node
    }
    return {**found, "python_gql": [sys.executable, ROOT / "docs" / "clients" / "python_gql.py"]}


def _put(file: Path) -> None:
    """Copy a file into `CLIENTS` in one step: tests in another process may run what lies there."""
    with NamedTemporaryFile(dir=CLIENTS, delete=False) as copy:
        copy.write(file.read_bytes())
    Path(copy.name).replace(CLIENTS / file.name)
