"""From a URL to a table of what is needed, or to its being ordered."""

import asyncio
from collections.abc import Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

import click
import orjson
from rich.console import Console
from rich.table import Table

from app.client.exits import EXIT_INTERRUPTED
from app.client.files.exporting.names import check_names
from app.client.http.connection import Endpoint, WrongKey, WrongUrl
from app.client.http.pages import pages
from app.client.http.progress_display import ProgressDisplay
from app.client.http.request import Request
from app.client.http.retrying_client import CannotGoOn, RetryingClient, ServerStatus
from app.client.reorder import requests
from app.client.reorder.ordering import ReorderTally, order
from app.client.reorder.rows import COLUMNS, DECLINED, Row, advice_row, need_row

_LISTED_ALREADY = frozenset({"NOT_YET", "DECLINED"})  # or not to be listed, among what is due today
_NUMBERS = frozenset({"available", "incoming", "planned", "position", "order", "days"})


@dataclass(frozen=True, slots=True, kw_only=True)
class ReorderOptions:
    """What the user asked for."""

    is_dry: bool
    is_review: bool
    locations: tuple[str, ...]
    skus: tuple[str, ...]
    url: str
    key: str | None = field(default=None, repr=False)
    patience_seconds: float
    report: Path | None
    is_quiet: bool

    @property
    def where(self) -> Mapping[str, Any]:
        """The levels that are asked for, as the API takes them."""
        given = {"locations": list(self.locations), "skus": list(self.skus)}
        return {name: values for name, values in given.items() if values}


def main(options: ReorderOptions) -> int:
    """Look, order unless it is a dry run, and print; return the exit code.

    Raises click.ClickException for what the user can put right.
    """
    console = Console()
    display = ProgressDisplay(console, is_quiet=options.is_quiet)
    server_status = ServerStatus(patience_seconds=options.patience_seconds, say=display.say)
    try:
        rows, summary = asyncio.run(
            _done(Endpoint.parse(options.url, key=options.key), options, server_status, display)
        )
    except (WrongUrl, WrongKey, CannotGoOn) as error:
        raise click.ClickException(str(error)) from error
    except KeyboardInterrupt:
        display.say("Stopped by Ctrl-C. Run the same command again to go on.")
        return EXIT_INTERRUPTED
    if rows and not options.is_quiet:
        _show(console, rows)
    console.print(summary, markup=False, highlight=False, soft_wrap=True)
    if options.report is not None:  # last: a disk that is full does not hide what was ordered
        options.report.write_bytes(orjson.dumps(rows, option=orjson.OPT_INDENT_2) + b"\n")
    return 0


async def _done(
    endpoint: Endpoint, options: ReorderOptions, server_status: ServerStatus, display: ProgressDisplay
) -> tuple[list[Row], str]:
    """Return the rows, and the closing sentence."""
    with closing(RetryingClient(endpoint, server_status)) as client:
        await check_names(client, options.where)
        rows = await _rows(client, options, display)
        if options.is_dry:
            return rows, _plan(rows)
        done = await order(client, options.where, is_review=options.is_review, display=display)
    return rows, _summary(done, is_review=options.is_review)


def _summary(done: ReorderTally, *, is_review: bool) -> str:
    reviewed = f"Levels reviewed: {done.reviewed:,}; of those, by other numbers now: {done.changed:,}. "
    ordered = (
        f"{_counted(done.orders, 'purchase order')} {'was' if done.orders == 1 else 'were'} written or added to, "
        f"{_counted(done.transfers, 'transfer')} proposed."
    )
    return (reviewed if is_review else "") + ordered + _left_out(done.declined)


async def _rows(client: RetryingClient, options: ReorderOptions, display: ProgressDisplay) -> list[Row]:
    rows: list[Row] = []
    counts = await client.ask(requests.counts(options.where, is_review=options.is_review))
    total = sum(each["totalCount"] for each in counts.values())
    with display.phase("Looking", total=total, only_if_long=True) as advance:
        for at_review in (False, True) if options.is_review else (False,):
            asked = partial(_needs_after, options.where, at_review)
            async for page in pages(client, asked):
                rows += [
                    need_row(node) for node in page["nodes"] if not (at_review and node["route"] in _LISTED_ALREADY)
                ]
                advance(len(page["nodes"]))
        if options.is_review:
            async for page in pages(client, lambda after: requests.advice(options.where, after=after)):
                rows += [advice_row(node) for node in page["nodes"] if node["wouldChange"]]
                advance(len(page["nodes"]))
    return rows


def _needs_after(where: Mapping[str, Any], at_review: bool, after: str | None) -> Request:
    return requests.needs(where, at_review=at_review, after=after)


def _plan(rows: Sequence[Row]) -> str:
    ordered = [row for row in rows if row["order"]]
    if not rows:
        return "Nothing is needed."
    units, levels = _counted(sum(int(row["order"]) for row in ordered), "unit"), _counted(len(ordered), "level")
    declined = sum(row["from"] == DECLINED for row in rows)
    return f"Dry run: {units} would be ordered for {levels}. Nothing was ordered.{_left_out(declined)}"


def _left_out(declined: int) -> str:
    return f" Left out, because it was declined: {_counted(declined, 'level')}." if declined else ""


def _counted(count: int, thing: str) -> str:
    return f"{count:,} {thing if count == 1 else f'{thing}s'}"


def _show(console: Console, rows: Sequence[Row]) -> None:
    if not console.is_terminal:
        for row in rows:
            said = ", ".join(f"{name} {row[name]}" for name in COLUMNS if row[name])
            console.print(said, markup=False, highlight=False, soft_wrap=True)
        return
    table = Table()
    for name in COLUMNS:
        table.add_column(name, justify="right" if name in _NUMBERS else "left", overflow="fold")
    for row in rows:
        table.add_row(*(row[name] for name in COLUMNS))
    console.print(table)
