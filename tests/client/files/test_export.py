"""`stockpulse export` against the real server: every row that the API has, in every format, page after page."""

import csv
import io
import os
import subprocess
import sys
from datetime import datetime
from pathlib import Path
from threading import Thread
from typing import Any

import orjson
import pytest
from click.testing import CliRunner
from pyarrow import parquet  # type: ignore[import-untyped]

from app.cli.export import export
from tests.client.files.shop import Shop
from tests.support.served import DEADLINE_SECONDS, Server

STOCK_SET_MANY = """
mutation ($lines: [StockSetLineInput!]!, $reference: String) {
  stockSetMany(input: {lines: $lines, reference: $reference}) { userErrors { message } }
}"""
ITEMS_UPSERT_MANY = """
mutation ($items: [ItemUpsertLineInput!]!) { itemsUpsertMany(input: {items: $items}) { userErrors { message } } }"""
SUPPLIER_UPSERT = """
mutation ($code: String!) {
  supplierUpsert(input: {code: $code, name: "Leaf Ltd", leadTimeDays: 3}) { userErrors { message } }
}"""
PURCHASE_ORDER_CREATE = """
mutation ($supplier: String!, $location: String!, $lines: [PurchaseLineInput!]!) {
  purchaseOrderCreate(input: {supplier: $supplier, location: $location, lines: $lines}) {
    purchaseOrder { id }
    userErrors { message }
  }
}"""
SALE_RECORD = """
mutation ($location: String!, $lines: [SaleLineInput!]!) {
  saleRecord(input: {location: $location, lines: $lines, channel: "web"}) { userErrors { message } }
}"""
STOCK_LEVELS = """
query ($location: String!, $after: String) {
  page: stockLevels(filter: {locations: [$location]}, first: 100, after: $after) {
    nodes {
      item { sku } location { code } onHand reserved unavailable incoming available reorderPoint backorderLimit
      status version changedAt
    }
    pageInfo { hasNextPage endCursor }
  }
}"""
MOVEMENTS = """
query ($location: String!, $after: String) {
  page: movements(filter: {location: $location}, first: 100, after: $after) {
    nodes {
      item { sku } location { code } after { onHand } version reason delta change { reserved unavailable incoming }
      reference channel operation { id } recordedAt
    }
    pageInfo { hasNextPage endCursor }
  }
}"""
LEVEL_COLUMNS = (
    "sku location on_hand reserved unavailable incoming available reorder_point effective_reorder_point "
    "backorder_limit method target_level safety_stock order_quantity status version changed_at"
)
MOVEMENT_COLUMNS = (
    "sku location version reason delta reserved_delta unavailable_delta incoming_delta on_hand reference channel "
    "operation_id recorded_at"
)

Rows = list[dict[str, Any]]


@pytest.fixture(scope="module")
def stocked(lasting_server: Server) -> Shop:
    """Return a location with 600 levels, three of which had a sale since: three pages of each list. It stays so."""
    shop = Shop(lasting_server, location="STOCKED")
    shop.open()
    skus = [f"{shop.location}-{number:03}" for number in range(600)]
    shop.stock_items(skus)
    lines = [
        {"sku": sku, "location": shop.location, "quantity": number, "force": True, "reorderPoint": 5}
        for number, sku in enumerate(skus)
    ]
    shop.ask(STOCK_SET_MANY, lines=lines, reference='count "1", 2026')
    shop.ask(SALE_RECORD, location=shop.location, lines=[{"sku": sku, "quantity": 2} for sku in skus[7:10]])
    return shop


def nodes(shop: Shop, query: str) -> Rows:
    """Read a whole list through the API, in other pages than the export."""
    found: Rows = []
    after = None
    while True:
        page = shop.ask(query, location=shop.location, after=after)
        found += page["nodes"]
        if not page["pageInfo"]["hasNextPage"]:
            return found
        after = page["pageInfo"]["endCursor"]


def levels(shop: Shop) -> Rows:
    """Return the levels as an export should have them."""
    return [
        dict(
            zip(
                LEVEL_COLUMNS.split(),
                (
                    node["item"]["sku"],
                    node["location"]["code"],
                    node["onHand"],
                    node["reserved"],
                    node["unavailable"],
                    node["incoming"],
                    node["available"],
                    node["reorderPoint"],  # each has one of its own
                    node["reorderPoint"],
                    node["backorderLimit"],
                    None,
                    None,
                    None,
                    None,
                    node["status"],
                    node["version"],
                    node["changedAt"],
                ),
                strict=True,
            )
        )
        for node in nodes(shop, STOCK_LEVELS)
    ]


def movements(shop: Shop) -> Rows:
    """Return the movements as an export should have them."""
    return [
        dict(
            zip(
                MOVEMENT_COLUMNS.split(),
                (
                    node["item"]["sku"],
                    node["location"]["code"],
                    node["version"],
                    node["reason"],
                    node["delta"],
                    node["change"]["reserved"],
                    node["change"]["unavailable"],
                    node["change"]["incoming"],
                    node["after"]["onHand"],
                    node["reference"],
                    node["channel"],
                    node["operation"]["id"],
                    node["recordedAt"],
                ),
                strict=True,
            )
        )
        for node in nodes(shop, MOVEMENTS)
    ]


def exported(shop: Shop, listing: str, path: Path, *options: str) -> bytes:
    """Export a list of the location to a file, and return its content."""
    path.parent.mkdir()
    result = shop.give(listing, "--location", shop.location, "-o", str(path), *options)
    assert result.exit_code == 0, result.output
    assert result.stdout == ""
    assert [each.name for each in path.parent.iterdir()] == [path.name]
    return path.read_bytes()


def as_text(rows: Rows) -> list[dict[str, str]]:
    """Return rows as CSV has them."""
    return [{name: "" if value is None else str(value) for name, value in row.items()} for row in rows]


def with_times(rows: Rows) -> Rows:
    """Return rows with their last column, a time, as such."""
    return [{**row, name: datetime.fromisoformat(row[name])} for row in rows for name in list(row)[-1:]]


@pytest.mark.parametrize(("listing", "count", "read"), [("levels", 600, levels), ("movements", 603, movements)])
def test_all_formats_have_what_the_api_says(stocked: Shop, tmp_path: Path, listing: str, count: int, read: Any) -> None:  # noqa: ANN401 - one of the two above
    """The same rows in the same order; numbers are numbers and times are times where the format has such."""
    expected = read(stocked)
    assert len(expected) == count
    # CSV
    text = exported(stocked, listing, tmp_path / "csv" / "a", "--format", "csv").decode()
    assert "\r" not in text
    assert list(csv.DictReader(io.StringIO(text, newline=""))) == as_text(expected)
    # JSON Lines
    lines = exported(stocked, listing, tmp_path / "jsonl" / "a", "--format", "jsonl").splitlines()
    assert [orjson.loads(line) for line in lines] == expected
    # Parquet
    path = tmp_path / "parquet" / "a"
    exported(stocked, listing, path, "--format", "parquet")
    assert parquet.read_table(path).to_pylist() == with_times(expected)


def test_the_standard_output_has_nothing_but_rows(stocked: Shop) -> None:
    """Progress and the outcome go to the standard error, or nowhere."""
    result = stocked.give("levels", "--location", stocked.location)
    assert result.exit_code == 0
    assert result.stdout.count("\n") == 601
    assert result.stdout.startswith(",".join(LEVEL_COLUMNS.split()))
    assert result.stderr.endswith("600 levels were exported.\n")
    quiet = stocked.give("levels", "--location", stocked.location, "--quiet")
    assert (quiet.stdout, quiet.stderr) == (result.stdout, "")


def test_levels_are_narrowed_to_items_and_locations(stocked: Shop) -> None:
    """Each option may be repeated."""
    skus = [f"{stocked.location}-{number}" for number in ("007", "300")]
    result = stocked.give("levels", "--sku", skus[0], "--sku", skus[1], "--format", "jsonl", "--quiet")
    assert [orjson.loads(line)["sku"] for line in result.stdout.splitlines()] == skus
    Shop(stocked.server, location="EMPTY").open()
    nothing = stocked.give("levels", "--sku", skus[0], "--location", "EMPTY", "--quiet")
    assert nothing.stdout.splitlines() == [",".join(LEVEL_COLUMNS.split())]


def test_movements_are_narrowed_to_an_item_and_a_time(stocked: Shop) -> None:
    """From a time on, and before a time; without an offset it is in UTC."""
    sku = f"{stocked.location}-008"
    count, sale = reversed([row for row in movements(stocked) if row["sku"] == sku])

    def told(*options: str) -> Rows:
        result = stocked.give("movements", "--sku", sku, "--format", "jsonl", "--quiet", *options)
        assert result.exit_code == 0, result.output
        return [orjson.loads(line) for line in result.stdout.splitlines()]

    moment = sale["recorded_at"]
    assert told() == [sale, count]
    assert told("--since", moment) == told("--since", moment.removesuffix("Z")) == [sale]
    assert told("--until", moment) == [count]
    assert told("--since", count["recorded_at"], "--until", moment) == [count]
    assert (sale["channel"], sale["delta"], count["reference"]) == ("web", -2, 'count "1", 2026')


@pytest.mark.complaint("X11")
def test_items_suppliers_and_orders_are_exported(shop: Shop) -> None:
    """The items as an import takes them; an order is a row per line."""
    # given
    [tea, cup] = [f"{shop.location}-{number}" for number in range(2)]
    category = f"Category {shop.location}"
    items = [
        {"sku": tea, "name": "=Tea", "category": category, "tags": ["a|b", "c"], "unitCost": "1.25"},
        {"sku": cup, "name": "Cup", "category": category, "reorderPoint": 3},
    ]
    shop.ask(ITEMS_UPSERT_MANY, items=items)
    supplier = f"S-{shop.location}"
    shop.ask(SUPPLIER_UPSERT, code=supplier)
    lines = [{"sku": tea, "quantity": 5, "unitCost": "1.20"}, {"sku": cup, "quantity": 7}]
    order = shop.ask(PURCHASE_ORDER_CREATE, supplier=supplier, location=shop.location, lines=lines)["purchaseOrder"]
    # then
    result = shop.give("items", "--category", category, "--quiet")
    assert [row[: row.rindex(",false,")] for row in result.stdout.lower().splitlines()[1:]] == [
        f"{tea.lower()},'=tea,{category.lower()},a\\|b|c,|,1.25,0,0",
        f"{cup.lower()},cup,{category.lower()},|,|,,3,0",
    ]
    found = [orjson.loads(line) for line in shop.give("suppliers", "--format", "jsonl", "--quiet").stdout.splitlines()]
    assert [(row["name"], row["auto_submit"], row["version"]) for row in found if row["code"] == supplier] == [
        ("Leaf Ltd", False, 1)
    ]
    told = shop.give("purchase-orders", "--supplier", supplier, "--state", "draft", "--format", "jsonl", "--quiet")
    rows = [orjson.loads(line) for line in told.stdout.splitlines()]
    names = ("order_id", "state", "sku", "quantity", "outstanding", "unit_cost", "submitted_at")
    assert [tuple(row[name] for name in names) for row in rows] == [
        (order["id"], "DRAFT", tea, 5, 5, "1.20", None),
        (order["id"], "DRAFT", cup, 7, 7, None, None),
    ]


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        (["levels", "--location", "{place}", "--location", "LEDS"], "Error: No location has the code 'LEDS'."),
        (["levels", "--sku", ""], "Error: No item has the SKU ''."),
        (["movements", "--sku", "NONE"], "Error: No item has the SKU 'NONE'."),
        (["purchase-orders", "--supplier", "NOBODY"], "Error: No supplier has the code 'NOBODY'."),
    ],
)
def test_a_name_that_nothing_has_is_no_empty_file(
    stocked: Shop, tmp_path: Path, options: list[str], sentence: str
) -> None:
    """It is a slip of the keyboard, and leaves the file of last time as it is."""
    path = tmp_path / "old"
    path.write_text("old", encoding="utf-8")
    result = stocked.give(*(option.format(place=stocked.location) for option in options), "-o", str(path))
    assert (result.exit_code, result.stderr.strip().splitlines()[-1]) == (2, sentence)
    assert path.read_text(encoding="utf-8") == "old"


@pytest.mark.skipif(os.name != "posix", reason="Windows has no named pipes in the file system")
def test_a_pipe_is_written_to_and_not_replaced(stocked: Shop, tmp_path: Path) -> None:
    """As is any device."""
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    told: list[bytes] = []
    reader = Thread(target=lambda: told.append(pipe.read_bytes()))
    reader.start()
    result = stocked.give("levels", "--location", stocked.location, "-o", str(pipe))
    reader.join(DEADLINE_SECONDS)
    assert result.exit_code == 0, result.output
    assert told[0].count(b"\n") == 601
    assert pipe.is_fifo()


def test_an_export_that_fails_leaves_the_old_file(stocked: Shop, tmp_path: Path) -> None:
    """The file is there when it is whole."""
    path = tmp_path / "levels.csv"
    path.write_text("old", encoding="utf-8")
    stocked.server.kill()
    try:
        result = stocked.give("levels", "-o", str(path))
    finally:
        stocked.server.start()
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr.startswith("Error: No Stockpulse server answers at ")
    assert {each.name: each.read_text(encoding="utf-8") for each in path.parent.iterdir()} == {"levels.csv": "old"}


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        (["levels", "--format", "parquet"], "--format parquet needs --output."),
        (["levels", "-o", "/nowhere/at/all"], "'-o' / '--output': /nowhere/at is no directory."),
        (["purchase-orders", "--state", "LOST"], "'LOST' is not one of 'draft', 'submitted', 'confirmed'"),
        (["items", "--category", "a\udcff"], "Invalid value for '--category': this is no text in UTF-8."),
        (["movements", "--since", "yesterday"], "give a time as in 2026-11-23T09:30:00Z."),
        (["levels", "--url", "ftp://shop"], "Error: ftp://shop is no http:// or https:// URL."),
    ],
)
def test_what_cannot_begin_is_told_in_one_sentence(options: list[str], sentence: str) -> None:
    """With exit code 2."""
    result = CliRunner().invoke(export, options)
    assert (result.exit_code, sentence in result.stderr) == (2, True), result.output


def test_parquet_without_pyarrow_says_what_to_install(stocked: Shop, tmp_path: Path) -> None:
    """The other formats do not need it."""
    program = "import sys; sys.modules['pyarrow'] = None; from app.cli.export import export; export()"
    path = tmp_path / "levels"
    command = [sys.executable, "-c", program, "levels", "--url", stocked.server.url, "-o", str(path), "--quiet"]
    assert subprocess.run(command, check=False).returncode == 0  # noqa: S603 - our own command
    path.unlink()
    refused = subprocess.run([*command, "--format", "parquet"], check=False, capture_output=True, text=True)  # noqa: S603
    assert (refused.returncode, refused.stderr) == (
        2,
        "Error: Parquet needs pyarrow; install it in the checkout with: .venv/bin/pip install '.[parquet]'.\n",
    )
    assert list(path.parent.iterdir()) == []
