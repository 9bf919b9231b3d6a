"""Files of text that are given on a command line, and the standard input as text.

Rule: only click is imported here, so that `--help` stays quick. Text is UTF-8, whatever the locale says: a password
that was read as something else would be set, and no one knew it.
"""

import io
import sys
from pathlib import Path
from typing import Any, BinaryIO

import click


class TextFile(click.ParamType[str]):
    """The text of a file that is there, or with `-` of the standard input."""

    name = "file"
    _path = click.Path(exists=True, dir_okay=False, allow_dash=True, path_type=Path)

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:  # noqa: ANN401 - as click has it
        path = Path(self._path.convert(value, param, ctx))
        try:
            content = _standard_input().read() if path == Path("-") else path.read_bytes()
            return content.decode("utf-8-sig")
        except OSError as error:
            self.fail(f"{path} cannot be read: {error.strerror}.", param, ctx)
        except UnicodeDecodeError:
            self.fail(f"{path} is not UTF-8.", param, ctx)


def standard_input_line() -> str:
    """Return the first line of the standard input without its end. Raises click.UsageError where it is no text."""
    try:
        return _standard_input().readline().decode().rstrip("\r\n")
    except UnicodeDecodeError as error:
        raise click.UsageError("The standard input is not UTF-8.") from error


def _standard_input() -> BinaryIO:
    """Return the bytes of the standard input; Python has none where it was closed at the start."""
    return io.BytesIO() if sys.stdin is None else sys.stdin.buffer
