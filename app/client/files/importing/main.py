"""From a file and a URL to a verdict.

Rule: the exit code is 0 only if every row is in; whatever ends an import, what was done until then is reported.
"""

import asyncio
import sqlite3
from contextlib import ExitStack, closing
from dataclasses import dataclass, field, replace
from pathlib import Path

import orjson
from rich.console import Console

from app.client.exits import EXIT_FAILED, EXIT_INTERRUPTED, CannotWork
from app.client.files.importing import requests
from app.client.files.importing.barcode_owners import BarcodeOwners
from app.client.files.importing.delivery import ChunkSender
from app.client.files.importing.items import ITEMS
from app.client.files.importing.kind import ImportTerms, Kind
from app.client.files.importing.levels import LEVELS
from app.client.files.importing.next_run import next_run
from app.client.files.importing.outcome.changed_cells import ChangedCells
from app.client.files.importing.outcome.rejects import Rejects
from app.client.files.importing.outcome.row_warnings import RowWarnings
from app.client.files.importing.outcome.tally import ImportTally
from app.client.files.importing.outcome.verdict import verdict
from app.client.files.importing.reading.csv_file import CsvFile, UnreadableFile
from app.client.files.importing.reading.header import Header, column_names
from app.client.files.importing.reading.rows import rows_of
from app.client.files.importing.reading.source import on_disk
from app.client.files.importing.rehearsal import Rehearsal
from app.client.files.importing.requests import ImportRun
from app.client.files.importing.run import Act, check, run
from app.client.http.connection import Endpoint, WrongKey, WrongUrl
from app.client.http.progress_display import ProgressDisplay
from app.client.http.retrying_client import CannotGoOn, RetryingClient, ServerGone, ServerStatus

GO_ON = "Run the same command again to go on."

_KINDS = {kind.name: kind for kind in (LEVELS, ITEMS)}


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportOptions:
    """What the user asked for.

    Without a `delimiter` it is the one that the file uses. `is_forced` sets levels whatever version the file has.
    `run` is a name under which the file is imported once, or empty.
    """

    kind: str
    file: Path
    url: str
    key: str | None = field(default=None, repr=False)
    connections: int
    delimiter: str | None
    is_rehearsal: bool
    is_forced: bool
    rejects: Path
    changes: Path | None
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
    run: ImportRun
    terms: ImportTerms


def main(options: ImportOptions) -> int:
    """Read, send and report; return the exit code. Raises CannotWork where the import cannot begin."""
    with ExitStack() as stack:
        try:
            file = stack.enter_context(on_disk(options.file))
        except OSError as error:
            raise CannotWork(f"{options.file} cannot be read: {error.strerror or error}.") from error
        return _imported(replace(options, file=file))


def _imported(options: ImportOptions) -> int:
    console = Console()
    display = ProgressDisplay(console, is_quiet=options.is_quiet)
    server_status = ServerStatus(patience_seconds=options.patience_seconds, say=display.say)
    job, tally, changes, warnings = (
        _prepared(options, server_status),
        ImportTally(),
        ChangedCells(options.changes),
        RowWarnings(),
    )
    rejects = Rejects(options.rejects, file=job.file, header=job.header)
    remarks = list(job.header.remarks(job.kind))
    stopped, exit_code = _worked_off(
        job,
        options,
        server_status=server_status,
        display=display,
        tally=tally,
        rejects=rejects,
        changes=changes,
        warnings=warnings,
    )
    tally.doubted = warnings.count
    outcome = verdict(
        tally,
        is_rehearsal=options.is_rehearsal,
        run=job.run.number,
        is_named=bool(options.run),
        rejects=rejects.path if rejects.count else None,
        is_whole=not stopped,
    )
    for sentence in [*remarks, *outcome, *warnings.sentences(), *changes.sentences(), *stopped]:
        console.print(sentence, markup=False, highlight=False, soft_wrap=True)
    if options.report is not None:
        options.report.write_bytes(orjson.dumps(tally.figures(), option=orjson.OPT_INDENT_2) + b"\n")
    return exit_code


def _prepared(options: ImportOptions, server_status: ServerStatus) -> _Job:
    kind = _KINDS[options.kind]
    try:
        endpoint = Endpoint.parse(options.url, key=options.key)
        file = CsvFile.survey(
            options.file,
            delimiter=options.delimiter,
            names_columns=lambda cells: set(kind.required) <= set(column_names(cells)),
        )
        header = Header.read(file, kind)
        next_one = asyncio.run(_next_run(file, kind, options, endpoint=endpoint, server_status=server_status))
    except (WrongUrl, WrongKey, UnreadableFile, CannotGoOn) as error:
        raise CannotWork(str(error)) from error
    terms = ImportTerms(is_forced=options.is_forced, is_repeat=next_one.number > 1)
    return _Job(kind=kind, file=file, header=header, endpoint=endpoint, run=next_one, terms=terms)


async def _next_run(
    file: CsvFile, kind: Kind, options: ImportOptions, *, endpoint: Endpoint, server_status: ServerStatus
) -> ImportRun:
    """Return the run that is to be done: the one of a name, or the first that was not completed."""
    await check(endpoint, server_status=server_status)
    identity = requests.identity_of(file, kind, run=options.run, is_forced=options.is_forced)
    if options.run:
        return ImportRun(identity, 1)
    with closing(RetryingClient(endpoint, server_status)) as client:
        return await next_run(client, identity)


def _worked_off(
    job: _Job,
    options: ImportOptions,
    *,
    server_status: ServerStatus,
    display: ProgressDisplay,
    tally: ImportTally,
    rejects: Rejects,
    changes: ChangedCells,
    warnings: RowWarnings,
) -> tuple[list[str], int]:
    """Return why the import ended early, if it did, and the exit code."""
    title = "Rehearsing" if options.is_rehearsal else "Importing"
    try:
        with (
            rejects,
            changes,
            BarcodeOwners() as barcodes,
            display.phase(title, total=max(0, job.file.lines - 1)) as advance,
        ):
            asyncio.run(
                run(
                    rows_of(job.file, job.header, job.kind, job.terms),
                    _act(
                        job,
                        options,
                        tally=tally,
                        rejects=rejects,
                        changes=changes,
                        warnings=warnings,
                        barcodes=barcodes,
                    ),
                    endpoint=job.endpoint,
                    connections=options.connections,
                    server_status=server_status,
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


def _act(
    job: _Job,
    options: ImportOptions,
    *,
    tally: ImportTally,
    rejects: Rejects,
    changes: ChangedCells,
    warnings: RowWarnings,
    barcodes: BarcodeOwners,
) -> Act:
    if options.is_rehearsal:
        return Rehearsal(
            job.kind,
            terms=job.terms,
            tally=tally,
            rejects=rejects,
            changes=changes,
            warnings=warnings,
            barcodes=barcodes,
        ).look
    return ChunkSender(job.kind, run=job.run, tally=tally, rejects=rejects, warnings=warnings).send
