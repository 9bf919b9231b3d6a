"""What the user sees while the replay runs: bars on a terminal, plain lines elsewhere, nothing if quiet."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

SECONDS_BETWEEN_LINES = 10  # often enough to see that a log moves

Advance = Callable[[int], None]


class ProgressDisplay:
    """Shows phases and messages."""

    def __init__(self, console: Console, *, is_quiet: bool = False) -> None:
        self._console, self._is_quiet = console, is_quiet

    def say(self, message: str) -> None:
        """Show one line; above the bar if there is one."""
        if not self._is_quiet:
            self._console.print(message, markup=False, highlight=False, soft_wrap=True)

    @contextmanager
    def phase(self, title: str, *, total: int, only_if_long: bool = False) -> Iterator[Advance]:
        """Show how far a phase is; the caller tells each step. Lines may be left out if it is over before the first."""
        if self._console.is_terminal and not self._is_quiet:
            with self._bar() as bar:
                task = bar.add_task(title, total=total)
                yield lambda steps: bar.advance(task, steps)
        else:
            lines = _Lines(title, total=total, say=self.say)
            yield lines.advance
            if lines.are_any or not only_if_long:
                lines.end()

    def _bar(self) -> Progress:
        is_plain = self._console.options.ascii_only  # the bar is then, but the spinner would be escapes
        return Progress(
            SpinnerColumn("line", finished_text="*") if is_plain else SpinnerColumn(finished_text="✓"),
            TextColumn("{task.description:<14}"),
            BarColumn(),
            MofNCompleteColumn(),
            TimeElapsedColumn(),
            console=self._console,
        )


class _Lines:
    """A phase as plain lines: one now and then, one at its end."""

    def __init__(self, title: str, *, total: int, say: Callable[[str], None]) -> None:
        self._title, self._total, self._say = title, total, say
        self._done, self.are_any = 0, False
        self._began = self._said = time.monotonic()

    def advance(self, steps: int) -> None:
        self._done += steps
        if time.monotonic() - self._said > SECONDS_BETWEEN_LINES:
            self._said, self.are_any = time.monotonic(), True
            self._say(f"{self._title}: {self._done:,} of {self._total:,}")

    def end(self) -> None:
        self._say(f"{self._title}: {self._done:,} in {time.monotonic() - self._began:.1f} s")
