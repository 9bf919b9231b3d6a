"""From a URL to a list, a file, or a verdict.

Rule: the chain is verified here, from what the server gives out, and not by the server's word.
"""

import asyncio
import re
from collections.abc import Awaitable, Callable, Mapping
from contextlib import closing
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

import click
import orjson
from rich.console import Console

from app.client.audit import requests
from app.client.exits import EXIT_INTERRUPTED, CannotWork
from app.client.files.exporting.destination import opened
from app.client.http.connection import Endpoint, WrongKey, WrongUrl
from app.client.http.pages import PAGE_SIZE, pages
from app.client.http.progress_display import ProgressDisplay
from app.client.http.retrying_client import CannotGoOn, RetryingClient, ServerStatus
from app.domain.audit.chain import MAX_BREAKS, ChainWalk
from app.domain.audit.page import AuditPage, Head

_PRINCIPAL_WIDTH, _FIELD_WIDTH = 16, 18  # of most, so that lines are read in columns; longer ones push the rest
_HEAD = re.compile(r"([1-9][0-9]{0,17}):([0-9a-f]{64})")


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditOptions:
    """Where the server is, and whether progress is shown."""

    url: str
    key: str | None = field(default=None, repr=False)
    patience_seconds: float
    is_quiet: bool = False


def show(options: AuditOptions, where: Mapping[str, Any], *, limit: int) -> int:
    """Print entries; return the exit code. Raises CannotWork."""
    return _run(options, partial(_show, where=where, limit=limit))


def export(options: AuditOptions, where: Mapping[str, Any], output: Path | None) -> int:
    """Write entries as lines of JSON; return the exit code. Raises CannotWork."""
    return _run(options, partial(_export, where=where, output=output))


def verify(options: AuditOptions, known: str | None) -> int:
    """Verify the chain; return the exit code. Raises CannotWork."""
    return _run(options, partial(_verify, known=None if known is None else _head_of(known)))


_Work = Callable[[RetryingClient, ProgressDisplay], Awaitable[int]]


def _run(options: AuditOptions, work: _Work) -> int:
    display = ProgressDisplay(Console(stderr=True), is_quiet=options.is_quiet)

    async def connected() -> int:
        endpoint = Endpoint.parse(options.url, key=options.key)
        status = ServerStatus(patience_seconds=options.patience_seconds, say=display.say)
        with closing(RetryingClient(endpoint, status)) as client:
            return await work(client, display)

    try:
        return asyncio.run(connected())
    except (WrongUrl, WrongKey, CannotGoOn) as error:
        raise CannotWork(str(error)) from error
    except BrokenPipeError:
        raise  # the reading process has enough; click ends such a command quietly
    except OSError as error:
        raise CannotWork(f"The output cannot be written: {error.strerror}.") from error
    except KeyboardInterrupt:
        display.say("Stopped by Ctrl-C.")
        return EXIT_INTERRUPTED


async def _show(client: RetryingClient, _: ProgressDisplay, *, where: Mapping[str, Any], limit: int) -> int:
    first, printed = min(limit, PAGE_SIZE), 0
    async for page in pages(client, partial(requests.entries, where, first=first)):
        for entry in page["nodes"][:limit]:
            click.echo(_line(entry))
        printed += len(page["nodes"])
        limit -= len(page["nodes"])
        if limit <= 0:
            break
    if not printed:
        click.echo("No entry.", err=True)
    return 0


async def _export(
    client: RetryingClient, display: ProgressDisplay, *, where: Mapping[str, Any], output: Path | None
) -> int:
    total = (await client.ask_once(requests.count(where)))["page"]["totalCount"]
    with opened(output) as file, display.phase("Exporting", total=total) as advance:
        async for page in pages(client, partial(requests.entries, where)):
            file.write(
                b"".join(orjson.dumps(_exported(entry), option=orjson.OPT_APPEND_NEWLINE) for entry in page["nodes"])
            )
            advance(len(page["nodes"]))
    return 0


async def _verify(client: RetryingClient, display: ProgressDisplay, *, known: Head | None) -> int:
    total = (await client.ask_once(requests.length()))["page"]["totalCount"]
    walk = ChainWalk(known=known)
    with display.phase("Verifying", total=total) as advance:
        async for page in pages(client, requests.chain):
            for node in page["nodes"]:
                walk.add(_page_of(node["text"]), node["hash"], is_indexed=node["isIndexed"])
            advance(len(page["nodes"]))
    walk.end()
    return _verdict(walk)


def _verdict(walk: ChainWalk) -> int:
    for each in walk.breaks:
        click.echo(f"Page {each.number}{f' of {each.day}' if each.day else ''}: {each.what}.")
    if len(walk.breaks) >= MAX_BREAKS:
        click.echo(f"At most {MAX_BREAKS} breaks are listed.")
    if walk.first is not None and walk.first.number > 1:
        click.echo(f"The days before {walk.first.day} were removed; the first page is {walk.first.number}.")
    click.echo(f"{walk.pages:,} pages with {walk.entries:,} entries: {'broken' if walk.breaks else 'whole'}.")
    if walk.pages:
        click.echo(f"Head: {walk.head.number}:{walk.head.hash}")
    return 1 if walk.breaks else 0


def _page_of(text: str) -> AuditPage:
    try:
        return AuditPage.of_text(text)
    except ValueError:
        raise CannotGoOn("The server gives out something that is no page of an audit.") from None


def _head_of(text: str) -> Head:
    found = _HEAD.fullmatch(text)
    if found is None:
        raise CannotWork("A head is a number and a hash, as `stockpulse audit verify` prints it: 17:0123abcd…")
    return Head(int(found[1]), found[2])


def _line(entry: Mapping[str, Any]) -> str:
    """Return an entry as a line for people."""
    user = f" ({entry['actingUser']})" if entry["actingUser"] else ""
    what = ",".join(entry["fields"]) or entry["operation"] or "-"
    shown = [
        f"{entry['at'][:23]:<23}Z",
        f"{entry['kind']:<14}",
        f"{entry['principal'] or '-'}{user}".ljust(_PRINCIPAL_WIDTH),
        what.ljust(_FIELD_WIDTH),
        ",".join(entry["codes"]) or "-",
        entry["address"] or "-",
        entry["requestId"] or "-",
        *([f"x{entry['count']}"] if entry["count"] > 1 else []),
    ]
    return "  ".join(shown)


def _exported(entry: Mapping[str, Any]) -> dict[str, Any]:
    """Return an entry as it is written: its variables are JSON, and not a text of it."""
    variables = entry["variables"]
    return {**entry, "variables": None if variables is None else orjson.loads(variables)}
