"""How a command ends that is ended from outside: by Ctrl-C, or by a disk without room for its output.

Rule: by one sentence and an exit code, never by a traceback. What a command itself knows to say of it, it says before.
"""

import errno
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Final

import click

from app.client.exits import EXIT_FAILED, EXIT_INTERRUPTED
from app.server.reporting import drop_what_is_not_read

# What a device says that takes no more; everything else is a mistake of ours, and keeps its traceback.
_NO_ROOM: Final = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EIO, errno.EROFS})


@contextmanager
def ends_by_a_sentence() -> Iterator[None]:
    """End the process with 130 after Ctrl-C, and with 2 where nothing more can be written."""
    try:
        yield
    except KeyboardInterrupt:
        _end("Stopped by Ctrl-C.", EXIT_INTERRUPTED)
    except OSError as error:
        if error.errno not in _NO_ROOM:
            raise
        _end(f"Error: {error.filename or 'The output'} cannot be written: {error.strerror}.", EXIT_FAILED)


def _end(sentence: str, exit_code: int) -> None:
    with suppress(OSError):
        click.echo(sentence, err=True)
    drop_what_is_not_read()
    sys.exit(exit_code)
