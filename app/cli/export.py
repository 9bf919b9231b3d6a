"""`stockpulse export`: lists of a running server as files.

Rule: only click is imported here, so that `--help` stays quick.
"""

from pathlib import Path
from typing import Any

import click

from app.cli.options.client import (
    OUTPUT_FILE,
    key_option,
    levels_options,
    patience_option,
    quiet_option,
    time_of,
    url_option,
    with_options,
)
from app.cli.text import TEXT

_with_options = with_options(
    url_option(),
    key_option(),
    click.option(
        "--format",
        type=click.Choice(["csv", "jsonl", "parquet"]),
        default="csv",
        show_default=True,
        help="What is written. parquet needs --output, and the extra `parquet`.",
    ),
    click.option(
        "-o",
        "--output",
        type=OUTPUT_FILE,
        help="The file, which is there when it is whole.  [default: standard output]",
    ),
    patience_option(),
    quiet_option("Print nothing on the standard error."),
)


@click.group()
def export() -> None:
    """Write a list of a running server to a file.

    In CSV, a text that a spreadsheet would take for a formula begins with an apostrophe; `stockpulse import` reads it
    without. Between several texts of a cell stands a |.

    They are read page by page while others may change them. So an export is NOT a snapshot of one moment: each row is
    as it was when its page was read. Rows come in the order of the API.
    """


@export.command()
@_with_options
@levels_options
def levels(locations: tuple[str, ...], skus: tuple[str, ...], **options: Any) -> None:  # noqa: ANN401 - click checked them
    """Write the count of each item at each location, by SKU and location.

    Not a snapshot of one moment: a level that changes meanwhile is there once, as it was when its page was read.

    Columns: sku, location, on_hand, reserved, unavailable, incoming, available, reorder_point, effective_reorder_point,
    backorder_limit, method, target_level, safety_stock, order_quantity, status, version, changed_at. A setting that a
    level inherits is an empty cell. `stockpulse import levels` takes the file, and by `version` knows what has moved.
    """
    _run("levels", {"locations": locations or None, "skus": skus or None}, **options)


@export.command()
@_with_options
@click.option("--location", type=TEXT, help="Only movements at this location.")
@click.option("--sku", type=TEXT, help="Only movements of this item.")
@click.option("--since", callback=time_of, metavar="TIME", help="Only movements recorded at this time or later.")
@click.option("--until", callback=time_of, metavar="TIME", help="Only movements recorded before this time.")
def movements(
    location: str | None,
    sku: str | None,
    since: str | None,
    until: str | None,
    **options: Any,  # noqa: ANN401 - click checked them
) -> None:
    """Write the lines of the ledger, the newest first.

    Not a snapshot of one moment: lines that are recorded after the export began are not in it. A time without an offset
    is in UTC.

    Columns: sku, location, version, reason, delta, reserved_delta, unavailable_delta, incoming_delta, on_hand (after
    the movement), reference, channel, operation_id, recorded_at.
    """
    _run("movements", {"location": location, "sku": sku, "from": since, "to": until}, **options)


@export.command()
@_with_options
@click.option("--category", type=TEXT, help="Only items of this category.")
@click.option("--archived/--not-archived", "archived", default=None, help="Only items that are archived, or are not.")
def items(category: str | None, archived: bool | None, **options: Any) -> None:  # noqa: ANN401 - click checked them
    """Write the items, by SKU. `stockpulse import items` takes the file.

    Columns: sku, name, category, tags, barcodes, unit_cost, reorder_point, backorder_limit, is_archived, version,
    created_at, updated_at. A | alone stands for no tags, or no barcodes.
    """
    _run("items", {"category": category, "isArchived": archived}, **options)


@export.command()
@_with_options
@click.option("--archived/--not-archived", "archived", default=None, help="Only those that are archived, or are not.")
def suppliers(archived: bool | None, **options: Any) -> None:  # noqa: ANN401 - click checked them
    """Write the suppliers, by code.

    Columns: code, name, email, lead_time_days, ordering_cost, minimum_order_value, auto_submit, is_archived, version,
    created_at, updated_at.
    """
    _run("suppliers", {"isArchived": archived}, **options)


@export.command("purchase-orders")
@_with_options
@click.option("--supplier", type=TEXT, help="Only orders of this supplier.")
@click.option("--location", type=TEXT, help="Only orders for this location.")
@click.option("--sku", type=TEXT, help="Only orders that have this item.")
@click.option(
    "--state",
    "states",
    multiple=True,
    type=click.Choice(
        ["DRAFT", "SUBMITTED", "CONFIRMED", "PARTIALLY_RECEIVED", "RECEIVED", "CANCELLED"], case_sensitive=False
    ),
    help="Only orders in this state; may be repeated.",
)
@click.option("--since", callback=time_of, metavar="TIME", help="Only orders written down at this time or later.")
@click.option("--until", callback=time_of, metavar="TIME", help="Only orders written down before this time.")
def purchase_orders(
    *,
    supplier: str | None,
    location: str | None,
    sku: str | None,
    states: tuple[str, ...],
    since: str | None,
    until: str | None,
    **options: Any,  # noqa: ANN401 - click checked them
) -> None:
    """Write the lines of purchase orders, those of the newest order first.

    Columns: order_id, state, supplier, location, reference, sku, quantity, received, short, over, outstanding,
    unit_cost, version, created_at, submitted_at, expected_at, closed_at.
    """
    where = {"supplier": supplier, "location": location, "sku": sku, "states": states or None}
    _run("purchase-orders", {**where, "from": since, "to": until}, **options)


def _run(
    listing: str,
    where: dict[str, Any],
    *,
    output: Path | None,
    patience: float,
    quiet: bool,
    **options: Any,  # noqa: ANN401 - as above
) -> None:
    from app.client.files.exporting.main import ExportOptions, main  # noqa: PLC0415 - see the rule above

    if output is None and options["format"] == "parquet":
        raise click.UsageError("--format parquet needs --output.")
    chosen = ExportOptions(
        listing=listing, where=where, output=output, patience_seconds=patience, is_quiet=quiet, **options
    )
    raise SystemExit(main(chosen))
