"""Whose each barcode is in a rehearsal: the server's word, but for what earlier rows of the file have changed."""

from collections.abc import Iterable, Mapping, Sequence
from typing import ClassVar

from app.client.files.importing import requests
from app.client.files.importing.reading.rows import Row
from app.client.files.importing.scratch import ScratchTable
from app.client.http.retrying_client import RetryingClient
from app.domain.catalog.barcode import barcode_key
from app.domain.errors import BarcodeTaken

Owners = Mapping[str, str | None]  # the SKU of its item, by the number of a barcode; None where no item has it


class BarcodeOwners(ScratchTable):
    """A table of the barcodes that rows of the file have given or taken: see ScratchTable."""

    columns: ClassVar[str] = "sku TEXT"

    async def asked(self, client: RetryingClient, rows: Iterable[Row]) -> Owners:
        """Ask the server whose the barcodes are that the rows claim. Raises CannotGoOn."""
        claimed = {numbered(code): code for row in rows for code in row.entry.barcodes or ()}
        codes, owners = list(claimed.values()), dict[str, str | None]()
        for start in range(0, len(codes), requests.BARCODES_PER_QUESTION):
            some = codes[start : start + requests.BARCODES_PER_QUESTION]
            data = await client.ask(requests.barcodes(some))
            found = (data[f"b{number}"] for number in range(len(some)))
            owners |= {numbered(code): item and item["sku"] for code, item in zip(some, found, strict=True)}
        return owners

    def error_of(self, row: Row, owners: Owners) -> BarcodeTaken | None:
        """Return the first barcode of a row that another item has by now."""
        for index, code in enumerate(row.entry.barcodes or ()):
            owner = self._owner(numbered(code), owners)
            if owner not in (None, row.entry.sku):
                return BarcodeTaken(barcode=code, sku=owner, field=("barcodes", str(index)))
        return None

    def change_hands(self, row: Row, *, before: Sequence[str]) -> None:
        """Take note of what a row that is taken does to the barcodes that its item has, or had `before`."""
        if row.entry.barcodes is None:
            return
        given_up = [(numbered(code), None) for code in before]
        taken = [(numbered(code), row.entry.sku) for code in row.entry.barcodes]
        self._database.executemany("INSERT OR REPLACE INTO known VALUES (?, ?)", [*given_up, *taken])

    def _owner(self, number: str, owners: Owners) -> str | None:
        known: tuple[str | None] | None = self._database.execute(
            "SELECT sku FROM known WHERE name = ?", (number,)
        ).fetchone()
        return owners[number] if known is None else known[0]


def numbered(code: str) -> str:
    """Return what all spellings of a barcode share."""
    return barcode_key(code).id
