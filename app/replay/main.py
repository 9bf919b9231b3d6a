"""From a file and a URL to a verdict.

Rule: whatever ends a replay, what was done until then is reported, and the exit code is 0 only if all is well.
"""

import asyncio
from dataclasses import dataclass, replace
from pathlib import Path

import click
import orjson
from rich.console import Console

from app.domain.validation import location_code_faults
from app.partner_client.connection import Endpoint, WrongUrl
from app.partner_client.partner import CannotGoOn, NoStockpulse, Presence, ServerGone
from app.partner_client.screen import Screen
from app.replay.plan import Plan, plan_of
from app.replay.report import Report
from app.replay.run import check, run
from app.replay.source import SalesFile, UnreadableFile
from app.replay.tables import show
from app.replay.tally import Tally

GO_ON = "Run the same command again to go on."
EXIT_INTERRUPTED = 130  # what shells give a command that Ctrl-C ended


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """What the user asked for. `opening_units` is None for as much of each SKU as the file takes."""

    file: Path
    url: str
    connections: int
    location: str
    opening_units: int | None
    limit: int | None
    patience_seconds: float
    report: Path | None
    is_quiet: bool


def main(options: Options) -> int:
    """Read, play, prove and report; return the exit code.

    Raises click.ClickException for what the user can put right.
    """
    console = Console()
    screen = Screen(console, is_quiet=options.is_quiet)
    presence = Presence(patience_seconds=options.patience_seconds, say=screen.say)
    for fault in location_code_faults(options.location):
        raise click.BadParameter(fault.message, param_hint="--location")
    if options.report is not None and not options.report.absolute().parent.is_dir():
        raise click.BadParameter(f"{options.report.parent} is no directory.", param_hint="--report")
    try:
        endpoint = Endpoint.parse(options.url)
        asyncio.run(check(endpoint, options.location, presence=presence))
        plan = _read(options, screen)
    except (WrongUrl, NoStockpulse, UnreadableFile) as error:
        raise click.ClickException(str(error)) from error
    report, is_interrupted = _play(plan, endpoint, options, presence=presence, screen=screen)
    _publish(report, options, console)
    if is_interrupted:
        return EXIT_INTERRUPTED
    return 0 if report.is_good else 1


def _read(options: Options, screen: Screen) -> Plan:
    source = SalesFile.read(options.file)
    with screen.phase("Reading", total=source.row_count) as advance:
        plan = plan_of(source, advance=advance)
    return plan.opened_with(options.opening_units).limited_to(options.limit)


def _play(
    plan: Plan, endpoint: Endpoint, options: Options, *, presence: Presence, screen: Screen
) -> tuple[Report, bool]:
    """Return the report, and whether Ctrl-C ended the replay."""
    report = Report(
        plan=plan,
        location=options.location,
        connections=options.connections,
        shortages_are_expected=options.opening_units is not None,
        tally=Tally(),
        presence=presence,
    )
    playing = run(
        plan,
        endpoint,
        location=options.location,
        connections=options.connections,
        presence=presence,
        tally=report.tally,
        screen=screen,
    )
    try:
        return replace(report, proof=asyncio.run(playing)), False
    except ServerGone as error:
        return replace(report, stopped=f"{error} {GO_ON}"), False
    except CannotGoOn as error:
        return replace(report, stopped=str(error)), False
    except KeyboardInterrupt:
        return replace(report, stopped=f"Stopped by Ctrl-C. {GO_ON}"), True


def _publish(report: Report, options: Options, console: Console) -> None:
    sections = report.figures()
    if not options.is_quiet:
        show(console, {title: section for title, section in sections.items() if title != "outcome"})
    for sentence in report.verdict():
        console.print(sentence, markup=False, highlight=False, soft_wrap=True)
    if options.report is not None:
        options.report.write_bytes(orjson.dumps(sections, option=orjson.OPT_INDENT_2) + b"\n")
