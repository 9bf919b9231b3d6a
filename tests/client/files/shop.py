"""One location of a running server, seen by a client who imports and exports files."""

import csv
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import httpx
from click.testing import CliRunner, Result

from app.cli.export import export
from app.cli.import_ import import_
from tests.support.served import Server

LOCATION_UPSERT = (
    "mutation ($code: String!) { locationUpsert(input: {code: $code, name: $code}) { userErrors { code } } }"
)
ITEMS_UPSERT_MANY = """
mutation ($items: [ItemUpsertLineInput!]!) { itemsUpsertMany(input: {items: $items}) { userErrors { message } } }"""
STOCK_LEVELS = """
query ($location: String!, $after: String) {
  stockLevels(filter: {locations: [$location]}, first: 250, after: $after) {
    nodes { item { sku } onHand reorderPoint backorderLimit version }
    pageInfo { hasNextPage endCursor }
  }
}"""
ITEM = """
query ($sku: String!) {
  item(sku: $sku) { name category tags barcodes unitCost reorderPoint backorderLimit }
}"""


class Shop:
    """Reads and writes at one location."""

    def __init__(self, server: Server, *, location: str) -> None:
        self.server, self.location = server, location

    def open(self) -> None:
        """Create the location."""
        self.ask(LOCATION_UPSERT, code=self.location)

    def ask(self, query: str, **variables: Any) -> Any:  # noqa: ANN401 - JSON is of any type
        """Return the data of an operation's one root field."""
        answer = httpx.post(self.server.url, json={"query": query, "variables": variables}).json()
        assert answer.keys() == {"data"}, answer
        [data] = answer["data"].values()
        return data

    def stock_items(self, skus: Sequence[str]) -> None:
        """Create items."""
        for start in range(0, len(skus), 1_000):
            items = [{"sku": sku, "name": f"Item {sku}"} for sku in skus[start : start + 1_000]]
            assert self.ask(ITEMS_UPSERT_MANY, items=items) == {"userErrors": []}

    def item(self, sku: str) -> dict[str, Any] | None:
        """Return an item."""
        found: dict[str, Any] | None = self.ask(ITEM, sku=sku)
        return found

    def levels(self) -> dict[str, dict[str, int]]:
        """Return the levels of the location, by SKU."""
        nodes, after = [], None
        while True:
            page = self.ask(STOCK_LEVELS, location=self.location, after=after)
            nodes += page["nodes"]
            after = page["pageInfo"]["endCursor"]
            if not page["pageInfo"]["hasNextPage"]:
                return {node.pop("item")["sku"]: node for node in nodes}

    def counts(self) -> dict[str, tuple[int, int]]:
        """Return the units on hand and the version of each level of the location, by SKU."""
        return {sku: (level["onHand"], level["version"]) for sku, level in self.levels().items()}

    def take(self, kind: str, file: Path, *options: str) -> Result:
        """Run `stockpulse import`."""
        return CliRunner().invoke(import_, [kind, str(file), "--url", self.server.url, *options])

    def give(self, listing: str, *options: str) -> Result:
        """Run `stockpulse export`."""
        return CliRunner().invoke(export, [listing, "--url", self.server.url, *options])


def write_rows(path: Path, header: str, rows: Iterable[Sequence[object]]) -> Path:
    """Write a CSV file with a header, whose names are separated by blanks."""
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([header.split(), *rows])
    return path


def rejects_of(file: Path) -> list[list[str]]:
    """Return the rows that were rejected, the header first."""
    with file.with_name(f"{file.name}.rejected.csv").open(encoding="utf-8", newline="") as rejects:
        return list(csv.reader(rejects))
