"""What the tests of whole processes share."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest


@pytest.fixture
def data_dir(tmp_path: Path) -> Iterator[Path]:
    """Give a directory for the data, which is removed at once: it takes 300 MB."""
    path = tmp_path / "data"
    yield path
    shutil.rmtree(path, ignore_errors=True)
