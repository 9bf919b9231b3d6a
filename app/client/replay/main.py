"""From a file and a URL to a verdict.

Rule: whatever ends a replay, what was done until then is reported, and the exit code is 0 only if all is well.
"""

import asyncio
from collections.abc import Iterator
from dataclasses import replace
from typing import Protocol

import click
import orjson
from rich.console import Console

from app.client.exits import EXIT_INTERRUPTED
from app.client.http.connection import Endpoint, WrongKey, WrongUrl
from app.client.http.progress_display import ProgressDisplay
from app.client.http.retrying_client import CannotGoOn, ServerStatus
from app.client.replay.options import ReplayOptions
from app.client.replay.plan import ReplayPlan, plan_of
from app.client.replay.report import Report, Section
from app.client.replay.run import check, run, run_to_result
from app.client.replay.simulation.main import simulated
from app.client.replay.simulation.run import SimulatedBefore, check_places
from app.client.replay.simulation.scenario import NothingToSimulate
from app.client.replay.source import SalesFile, UnreadableSalesFile
from app.client.replay.tables import show
from app.client.replay.tally import ReplayTally
from app.domain.validation import location_code_errors

GO_ON = "Run the same command again to go on."


class ClosingReport(Protocol):
    """What a replay of either kind ends with."""

    @property
    def is_good(self) -> bool:
        """Tell whether all is as it should be."""

    def verdict(self) -> Iterator[str]:
        """Yield the outcome in sentences."""

    def figures(self) -> dict[str, Section]:
        """Return all figures by section."""


def main(options: ReplayOptions) -> int:
    """Read, play, prove and report; return the exit code.

    Raises click.ClickException for what the user can put right.
    """
    console = Console()
    display = ProgressDisplay(console, is_quiet=options.is_quiet)
    server_status = ServerStatus(patience_seconds=options.patience_seconds, say=display.say)
    _check(options)
    try:
        endpoint = Endpoint.parse(options.url, key=options.key)
        asyncio.run(check(endpoint, options.location, server_status=server_status))
        if options.terms is not None:
            asyncio.run(check_places(endpoint, options.locations, server_status=server_status))
        report, is_interrupted = _played(
            _read(options, display), endpoint, options, server_status=server_status, display=display
        )
    except (WrongUrl, WrongKey, CannotGoOn, SimulatedBefore, UnreadableSalesFile, NothingToSimulate) as error:
        raise click.ClickException(str(error)) from error
    _publish(report, options, console)
    if is_interrupted:
        return EXIT_INTERRUPTED
    return 0 if report.is_good else 1


def _check(options: ReplayOptions) -> None:
    """Refuse what cannot come to anything. Raises click.BadParameter."""
    for code in options.locations:
        for error in location_code_errors(code):
            raise click.BadParameter(f"{code!r}: {error.message}", param_hint="--location")


def _read(options: ReplayOptions, display: ProgressDisplay) -> ReplayPlan:
    source = SalesFile.read(options.file)
    with display.phase("Reading", total=source.row_count) as advance:
        plan = plan_of(source, advance=advance)
    if options.terms is None:
        plan = plan.opened_with(options.opening_units)
    return plan.limited_to(options.limit)


def _played(
    plan: ReplayPlan,
    endpoint: Endpoint,
    options: ReplayOptions,
    *,
    server_status: ServerStatus,
    display: ProgressDisplay,
) -> tuple[ClosingReport, bool]:
    """Return the report, and whether Ctrl-C ended the replay. Raises NothingToSimulate."""
    if options.terms is not None:
        return simulated(plan, options.terms, endpoint, options, server_status=server_status, display=display)
    report = Report(
        plan=plan,
        location=options.location,
        connections=options.connections,
        shortages_are_expected=options.opening_units is not None,
        tally=ReplayTally(),
        server_status=server_status,
    )
    playing = run(
        plan,
        endpoint,
        location=options.location,
        connections=options.connections,
        server_status=server_status,
        tally=report.tally,
        display=display,
    )
    ending = run_to_result(playing, go_on=GO_ON)
    return replace(report, proof=ending.result, stopped=ending.stopped), ending.is_interrupted


def _publish(report: ClosingReport, options: ReplayOptions, console: Console) -> None:
    sections = report.figures()
    if not options.is_quiet:
        show(console, {title: section for title, section in sections.items() if title != "outcome"})
    for sentence in report.verdict():
        console.print(sentence, markup=False, highlight=False, soft_wrap=True)
    if options.report is not None:
        options.report.write_bytes(orjson.dumps(sections, option=orjson.OPT_INDENT_2) + b"\n")
