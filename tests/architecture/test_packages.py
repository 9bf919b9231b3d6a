"""The names of our packages are ours alone, and each layer sees only those below it."""

import re
import subprocess
import sys
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest

import app

ROOT = Path(app.__path__[0]).parent


@pytest.mark.parametrize("name", ["app", "schema", "resolvers"])
def test_no_other_distribution_owns_our_names(name: str) -> None:
    """A package named `schema` exists on PyPI; installed beside us, one of the two would be hidden."""
    assert set(packages_distributions().get(name, ["stockpulse"])) == {"stockpulse"}


def test_no_sentence_asks_an_index_for_our_name() -> None:
    """We are on none: what another has published there under this name would be installed and run."""
    told = [path for folder in ("app", "docs") for path in (ROOT / folder).rglob("*") if path.suffix in {".py", ".md"}]
    asked = [
        path.name for path in told if re.search(r"\binstall\b[^\n]*\sstockpulse\b|'stockpulse\[", path.read_text())
    ]
    assert asked == []


def test_the_import_contracts_hold() -> None:
    """The contracts stand in pyproject.toml; this only asks import-linter."""
    command = [str(Path(sys.executable).with_name("lint-imports")), "--no-cache"]
    answer = subprocess.run(  # noqa: S603 - our own tool
        command, cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert answer.returncode == 0, answer.stdout
