"""Node with the clients that the tests run: the ones that `package-lock.json` pins."""

import sys
from pathlib import Path

import pytest

HERE = Path(__file__).parent

sys.path.append(str(HERE.parents[1] / "playground"))
from packages import install_packages, node_and_npm  # noqa: E402 - a script beside the application, not part of it


@pytest.fixture(scope="session")
def node() -> list[str]:
    """Return the command of a Node that has the clients."""
    node, npm = node_and_npm()
    install_packages(npm, HERE)
    return [*map(str, node)]
