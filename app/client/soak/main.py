"""From a place to a verdict and a report.

Rule: however it ends, the report says what was so far, and the violations first.
"""

import asyncio
import signal
from collections.abc import Sequence
from contextlib import suppress
from datetime import UTC, datetime
from importlib.metadata import version

import orjson
from rich.console import Console

from app.client.exits import EXIT_INTERRUPTED, CannotWork
from app.client.http.connection import WrongKey, WrongUrl
from app.client.http.retrying_client import CannotGoOn
from app.client.soak.faults.schedule import Fault, UnknownFault, schedule
from app.client.soak.load.caller import NotAnswered
from app.client.soak.options import SoakOptions
from app.client.soak.parts import SoakPlace
from app.client.soak.report.figures import figures_of
from app.client.soak.report.page import page_of, verdict_of
from app.client.soak.report.pictures import pictures_of
from app.client.soak.report.progress import show_progress
from app.client.soak.run import Soak

_SIGNALS = (signal.SIGINT, signal.SIGTERM)


def soak(place: SoakPlace, options: SoakOptions, faults: Sequence[Fault], console: Console) -> int:
    """Soak, report, and return the exit code. Raises CannotWork."""

    def say(line: str) -> None:
        if not options.is_quiet:
            console.print(line, markup=False, highlight=False, soft_wrap=True)

    for fault in faults:
        say(f"Minute {fault.second / 60:.1f}: {fault}")
    started = datetime.now(tz=UTC).isoformat(timespec="seconds")
    running = Soak(place, options, faults, say=say)
    is_interrupted = False
    try:
        is_interrupted = asyncio.run(_until_ended(running, console))
    except (WrongUrl, WrongKey, CannotGoOn) as error:
        raise CannotWork(str(error)) from error
    except NotAnswered:
        say("The shop of the soak cannot be made.")
    finally:
        if running.parts is not None or not running.findings.is_good:
            figures = _write(running, started)
            say(f"The report is in {options.report}")
            console.print(verdict_of(figures), markup=False, highlight=False, soft_wrap=True)
    if not running.findings.is_good:
        return 1
    return EXIT_INTERRUPTED if is_interrupted else 0


def planned(roles: Sequence[str], options: SoakOptions) -> Sequence[Fault]:
    """Return the faults that will come to an installation with these roles. Raises CannotWork for the name of none."""
    if options.fault_names is None:
        return []
    try:
        return schedule(
            roles,
            seconds=options.seconds,
            every_seconds=options.fault_every_seconds,
            seed=options.seed,
            names=options.fault_names,
        )
    except UnknownFault as error:
        raise CannotWork(str(error)) from error


async def _until_ended(running: Soak, console: Console) -> bool:
    """Run; return whether a signal ended it."""
    loop, is_interrupted = asyncio.get_running_loop(), False

    def stop() -> None:
        nonlocal is_interrupted
        is_interrupted = True
        running.closing.set()
        for number in _SIGNALS:
            loop.remove_signal_handler(number)  # a second one ends at once

    for number in _SIGNALS:
        with suppress(NotImplementedError):  # on Windows
            loop.add_signal_handler(number, stop)
    showing = asyncio.create_task(show_progress(running, console, is_quiet=running.options.is_quiet))
    try:
        await running.run()
    finally:
        showing.cancel()
        await asyncio.gather(showing, return_exceptions=True)
    return is_interrupted


def _write(running: Soak, started: str) -> dict[str, object]:
    figures = figures_of(running, version=version("stockpulse"), started=started)
    folder, pictures = running.options.report, pictures_of(figures)
    for name, picture in pictures.items():
        (folder / f"{name}.svg").write_text(picture, encoding="utf-8")
    (folder / "report.json").write_bytes(orjson.dumps(figures, option=orjson.OPT_INDENT_2) + b"\n")
    (folder / "report.md").write_text(page_of(figures, pictures), encoding="utf-8")
    return figures
