"""From a URL to a file.

Rule: every message goes to the standard error, so that the standard output has nothing but rows.
"""

import asyncio
from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, BinaryIO

from rich.console import Console

from app.client.exits import EXIT_INTERRUPTED, CannotWork
from app.client.files.exporting.catalog_listings import ITEMS, SUPPLIERS
from app.client.files.exporting.csv_sink import CsvSink
from app.client.files.exporting.destination import opened
from app.client.files.exporting.json_lines_sink import JsonLinesSink
from app.client.files.exporting.listing import Listing
from app.client.files.exporting.names import check_names
from app.client.files.exporting.purchasing_listings import PURCHASE_ORDERS
from app.client.files.exporting.run import count, run
from app.client.files.exporting.sink import Sink
from app.client.files.exporting.stock_listings import LEVELS, MOVEMENTS
from app.client.http.connection import Endpoint, WrongKey, WrongUrl
from app.client.http.progress_display import ProgressDisplay
from app.client.http.retrying_client import CannotGoOn, RetryingClient, ServerStatus

_LISTINGS = {listing.name: listing for listing in (LEVELS, MOVEMENTS, ITEMS, SUPPLIERS, PURCHASE_ORDERS)}


@dataclass(frozen=True, slots=True, kw_only=True)
class ExportOptions:
    """What the user asked for. `where` is the API's own filter; `output` is None for the standard output."""

    listing: str
    where: Mapping[str, Any]
    format: str
    output: Path | None
    url: str
    key: str | None = field(default=None, repr=False)
    patience_seconds: float
    is_quiet: bool


def main(options: ExportOptions) -> int:
    """Export, and return the exit code. Raises CannotWork."""
    console = Console(stderr=True)
    display = ProgressDisplay(console, is_quiet=options.is_quiet)
    try:
        with opened(options.output) as file:
            written = asyncio.run(_exported(options, file, display))
    except (WrongUrl, WrongKey, CannotGoOn) as error:
        raise CannotWork(str(error)) from error
    except BrokenPipeError:
        raise  # the reading process has enough; click ends such a command quietly
    except OSError as error:
        raise CannotWork(f"{options.output or 'The standard output'} cannot be written: {error.strerror}.") from error
    except KeyboardInterrupt:
        display.say("Stopped by Ctrl-C.")
        return EXIT_INTERRUPTED
    what = "lines of purchase orders" if options.listing == PURCHASE_ORDERS.name else options.listing
    display.say(f"{written:,} {what} were exported.")
    return 0


async def _exported(options: ExportOptions, file: BinaryIO, display: ProgressDisplay) -> int:
    server_status = ServerStatus(patience_seconds=options.patience_seconds, say=display.say)
    listing = _LISTINGS[options.listing]
    with closing(RetryingClient(Endpoint.parse(options.url, key=options.key), server_status)) as client:
        total = await count(client, listing, options.where)
        await check_names(client, options.where)
        with display.phase("Exporting", total=total) as advance:
            sink = _sink(options.format, file, listing)
            return await run(client, listing, options.where, sink=sink, advance=advance)


def _sink(format: str, file: BinaryIO, listing: Listing) -> Sink:
    match format:
        case "csv":
            return CsvSink(file, listing.columns)
        case "jsonl":
            return JsonLinesSink(file, listing.columns)
        case _:
            return _parquet_sink(file, listing)


def _parquet_sink(file: BinaryIO, listing: Listing) -> Sink:
    try:
        from app.client.files.exporting.parquet_sink import ParquetSink  # noqa: PLC0415 - pyarrow is an extra, and is large
    except ModuleNotFoundError as error:
        if error.name != "pyarrow":
            raise
        raise CannotWork(
            "Parquet needs pyarrow; install it in the checkout with: .venv/bin/pip install '.[parquet]'."
        ) from error
    return ParquetSink(file, listing.columns)
