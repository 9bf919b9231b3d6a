"""Where the rows come from: a file, or a pipe, which can be read only once and is put down in a file first."""

import shutil
import stat
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

STANDARD_INPUT = Path("-")
_SPOKEN = "standard input"


def is_stream(path: Path) -> bool:
    """Tell whether it can be read only once: the standard input, a pipe, a device."""
    return path == STANDARD_INPUT or not stat.S_ISREG(path.stat().st_mode)


@contextmanager
def on_disk(path: Path) -> Iterator[Path]:
    """Give a file that can be read as often as one likes; that of a stream is gone in the end. Raises OSError."""
    if not is_stream(path):
        yield path
        return
    with TemporaryDirectory(prefix="stockpulse-import-") as directory:
        copy = Path(directory) / (_SPOKEN if path == STANDARD_INPUT else path.name)
        with copy.open("wb") as file:
            if path == STANDARD_INPUT:
                shutil.copyfileobj(sys.stdin.buffer, file)
            else:
                with path.open("rb") as stream:
                    shutil.copyfileobj(stream, file)
        yield copy
