"""Tells where a process spends its CPU, by looking at the stack every two milliseconds of CPU time.

It costs nearly nothing, so the shares are true; cProfile makes each call dearer, and small functions look large by it.
What C code takes counts for the Python function that called it.

Started as `python -m bench.sampler FILE ARGUMENTS…` it runs the `stockpulse` command with those arguments, begins to
look on SIGUSR1, and writes what it saw when the command ends.
"""

import json
import signal
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from types import FrameType

EVERY_SECONDS = 0.002

_ROOT = Path(__file__).parents[1]


class Sampler:
    """Counts the functions that were seen at work: `own` at the top of the stack, `within` anywhere in it."""

    def __init__(self) -> None:
        self.samples = 0
        self.own: Counter[str] = Counter()
        self.within: Counter[str] = Counter()

    def start(self) -> None:
        """Begin to look; only the main thread is seen."""
        signal.signal(signal.SIGPROF, self._look)
        signal.setitimer(signal.ITIMER_PROF, EVERY_SECONDS, EVERY_SECONDS)

    def stop(self) -> None:
        """Look no more."""
        signal.setitimer(signal.ITIMER_PROF, 0)

    def to_json(self) -> dict[str, object]:
        """Return the counts."""
        return {"samples": self.samples, "own": self.own, "within": self.within}

    def _look(self, _: int, frame: FrameType | None) -> None:
        self.samples += 1
        names = list(_names(frame))
        self.own[names[0]] += 1
        self.within.update(set(names))


def _names(frame: FrameType | None) -> Iterator[str]:
    if frame is None:
        yield "(no Python)"
    while frame is not None:
        code = frame.f_code
        if code.co_filename == "<string>":  # made by dataclasses or namedtuple: the class tells more
            yield f"{code.co_name} of {type(next(iter(frame.f_locals.values()), None)).__name__}"
        else:
            yield f"{_short(code.co_filename)}:{code.co_firstlineno} {code.co_qualname}"
        frame = frame.f_back


def _short(path: str) -> str:
    return path.rpartition("site-packages/")[2].removeprefix(f"{_ROOT}/")


def _main(file: str, *arguments: str) -> None:
    from app.cli.main import main  # noqa: PLC0415 - everything else here needs nothing of the application

    sampler = Sampler()
    signal.signal(signal.SIGUSR1, lambda *_: sampler.start())
    try:
        main(arguments)
    finally:
        sampler.stop()
        Path(file).write_text(json.dumps(sampler.to_json()), encoding="utf-8")


if __name__ == "__main__":
    _main(*sys.argv[1:])
