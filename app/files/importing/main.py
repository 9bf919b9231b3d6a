"""From a file and a URL to a verdict.

Rule: the exit code is 0 only if every row is in; whatever ends an import, what was done until then is told.
"""

import asyncio
import sqlite3
from dataclasses import dataclass
from pathlib import Path

import orjson
from rich.console import Console

from app.files.exits import EXIT_FAILED, EXIT_INTERRUPTED, CannotWork
from app.files.importing import requests
from app.files.importing.csv_file import CsvFile, UnreadableFile
from app.files.importing.delivery import Delivery
from app.files.importing.header import Header
from app.files.importing.items import ITEMS
from app.files.importing.kind import Kind
from app.files.importing.levels import LEVELS
from app.files.importing.rehearsal import Rehearsal
from app.files.importing.rejects import Rejects
from app.files.importing.run import Act, check, run
from app.files.importing.tally import Tally
from app.files.importing.verdict import verdict
from app.partner_client.connection import Endpoint, WrongUrl
from app.partner_client.partner import CannotGoOn, Presence, ServerGone
from app.partner_client.screen import Screen

GO_ON = "Run the same command again to go on."

_KINDS = {kind.name: kind for kind in (LEVELS, ITEMS)}


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """What the user asked for. `run` tells this import from earlier ones of the same content."""

    kind: str
    file: Path
    url: str
    connections: int
    delimiter: str
    is_rehearsal: bool
    rejects: Path
    report: Path | None
    run: str
    patience_seconds: float
    is_quiet: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class _Job:
    """An import that can begin."""

    kind: Kind
    file: CsvFile
    header: Header
    endpoint: Endpoint


def main(options: Options) -> int:
    """Read, send and tell; return the exit code. Raises CannotWork where the import cannot begin."""
    console = Console()
    screen = Screen(console, is_quiet=options.is_quiet)
    presence = Presence(patience_seconds=options.patience_seconds, say=screen.say)
    job, tally = _prepared(options, presence), Tally()
    stopped, exit_code = _worked_off(job, options, presence=presence, screen=screen, tally=tally)
    sentences = [*verdict(tally, is_rehearsal=options.is_rehearsal, rejects=options.rejects), *stopped]
    for sentence in sentences:
        console.print(sentence, markup=False, highlight=False, soft_wrap=True)
    if options.report is not None:
        options.report.write_bytes(orjson.dumps(tally.figures(), option=orjson.OPT_INDENT_2) + b"\n")
    return exit_code


def _prepared(options: Options, presence: Presence) -> _Job:
    kind = _KINDS[options.kind]
    try:
        endpoint = Endpoint.parse(options.url)
        file = CsvFile.survey(options.file, delimiter=options.delimiter)
        job = _Job(kind=kind, file=file, header=Header.read(file, kind), endpoint=endpoint)
        asyncio.run(check(endpoint, presence=presence))
    except (WrongUrl, UnreadableFile, CannotGoOn) as error:
        raise CannotWork(str(error)) from error
    return job


def _worked_off(
    job: _Job, options: Options, *, presence: Presence, screen: Screen, tally: Tally
) -> tuple[list[str], int]:
    """Return why the import ended early, if it did, and the exit code."""
    title = "Rehearsing" if options.is_rehearsal else "Importing"
    try:
        with (
            Rejects(options.rejects, file=job.file, header=job.header) as rejects,
            screen.phase(title, total=max(0, job.file.lines - 1)) as advance,
        ):
            asyncio.run(
                run(
                    job.file,
                    job.header,
                    job.kind,
                    _act(job, options, tally=tally, rejects=rejects),
                    endpoint=job.endpoint,
                    connections=options.connections,
                    presence=presence,
                    tally=tally,
                    advance=advance,
                )
            )
    except ServerGone as error:
        return [f"{error} {GO_ON}"], EXIT_FAILED
    except (CannotGoOn, UnreadableFile) as error:
        return [str(error)], EXIT_FAILED
    except (OSError, sqlite3.Error) as error:
        return [f"A file on this machine failed: {error}. {GO_ON}"], EXIT_FAILED
    except KeyboardInterrupt:
        return [f"Stopped by Ctrl-C. {GO_ON}"], EXIT_INTERRUPTED
    return [], 1 if tally.rejected else 0


def _act(job: _Job, options: Options, *, tally: Tally, rejects: Rejects) -> Act:
    if options.is_rehearsal:
        return Rehearsal(job.kind, tally=tally, rejects=rejects)
    identity = requests.identity_of(job.file, job.kind, run=options.run)
    return Delivery(job.kind, identity=identity, tally=tally, rejects=rejects)
