"""Files of any length are imported and exported in the same memory: so many rows are held, and no more."""

import asyncio
import gc
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any
from weakref import WeakSet

import pytest
from pyarrow import parquet  # type: ignore[import-untyped]

from app.client.files.exporting.csv_sink import CsvSink
from app.client.files.exporting.json_lines_sink import JsonLinesSink
from app.client.files.exporting.listing import Row as ExportedRow
from app.client.files.exporting.parquet_sink import ROWS_PER_GROUP, ParquetSink
from app.client.files.exporting.run import run as export
from app.client.files.exporting.stock_listings import LEVELS as LEVEL_LISTING
from app.client.files.importing.chunks import Chunk
from app.client.files.importing.kind import ImportTerms
from app.client.files.importing.levels import LEVELS
from app.client.files.importing.next_run import LAST
from app.client.files.importing.outcome.tally import ImportTally
from app.client.files.importing.reading.csv_file import CsvFile
from app.client.files.importing.reading.header import Header
from app.client.files.importing.reading.rows import Row, rows_of
from app.client.files.importing.run import run as import_
from app.client.http.connection import Endpoint
from app.client.http.pages import PAGE_SIZE
from app.client.http.request import Request
from app.client.http.retrying_client import RetryingClient, ServerStatus
from tests.client.files.shop import write_rows

PAGES = 100


class Node(dict[str, Any]):
    """A node of a list, whose life can be watched."""

    __hash__ = object.__hash__  # type: ignore[assignment]


class Ledger(RetryingClient):
    """A partner that is answered without a server: so many pages of levels, made when they are asked for."""

    def __init__(self) -> None:
        self.alive: WeakSet[Node] = WeakSet()
        self.most_alive = 0
        self.asked = 0

    async def ask(self, request: Request) -> dict[str, Any]:
        """Return the next page."""
        self.most_alive = max(self.most_alive, len(self.alive))
        assert request.variables["after"] == (str(self.asked) if self.asked else None)
        nodes = [self.node(self.asked * PAGE_SIZE + number) for number in range(PAGE_SIZE)]
        self.asked += 1
        position = {"hasNextPage": self.asked < PAGES, "endCursor": str(self.asked)}
        return {"page": {"nodes": nodes, "pageInfo": position}}

    def node(self, number: int) -> Node:
        """Make a level."""
        node = Node(
            item={"sku": f"S-{number:06}"},
            location={"code": "MAIN"},
            onHand=number,
            reserved=0,
            unavailable=0,
            incoming=0,
            available=number,
            reorderPoint=0,
            backorderLimit=0,
            policy={"overrides": []},
            status="IN_STOCK",
            version=1,
            changedAt="2026-11-23T09:30:00.123456Z",
        )
        self.alive.add(node)
        return node


@pytest.mark.parametrize("sink", [CsvSink, JsonLinesSink, ParquetSink])
async def test_an_export_holds_one_page_at_a_time(tmp_path: Path, sink: Any) -> None:  # noqa: ANN401 - a class of each kind
    """When a page is asked for, nothing of those before it is left but what waits for its row group."""
    ledger, path = Ledger(), tmp_path / "a"
    with path.open("wb") as file:
        count = await export(ledger, LEVEL_LISTING, {}, sink=sink(file, LEVEL_LISTING.columns), advance=lambda _: None)
    assert (count, ledger.asked) == (PAGES * PAGE_SIZE, PAGES)
    assert ledger.most_alive == 0
    assert len(ledger.alive) == 0


def test_parquet_holds_one_row_group_at_most_and_writes_it_whole(tmp_path: Path) -> None:
    """Also where the rows of a page belong to two groups."""
    row: Sequence[Any] = ("TEA", "MAIN", 1, 0, 0, 0, 1, *[None] * 7, "LOW", 1, "2026-11-23T09:30:00Z")
    path = tmp_path / "a.parquet"
    held = []
    with path.open("wb") as file:
        sink = ParquetSink(file, LEVEL_LISTING.columns)
        for _ in range(350):
            sink.write([ExportedRow(row)] * 70)
            held.append(sink.held)
        sink.finish()
    groups = parquet.ParquetFile(path).metadata
    assert [groups.row_group(at).num_rows for at in range(groups.num_row_groups)] == [10_000, 10_000, 4_500]
    assert max(held) < ROWS_PER_GROUP


def test_a_list_without_rows_is_a_file_without_rows(tmp_path: Path) -> None:
    """With its columns."""
    path = tmp_path / "a.parquet"
    with path.open("wb") as file:
        ParquetSink(file, LEVEL_LISTING.columns).finish()
    assert parquet.read_table(path).column_names == [column.name for column in LEVEL_LISTING.columns]
    assert parquet.read_table(path).num_rows == 0


@pytest.mark.parametrize("connections", [1, 3])
async def test_an_import_holds_as_many_chunks_as_there_are_connections(tmp_path: Path, connections: int) -> None:
    """The file is read as far as its rows are sent, however long it is."""
    counts = ((f"S-{number}", "MAIN", number) for number in range(20_000))
    file = CsvFile.survey(
        write_rows(tmp_path / "a.csv", "sku location on_hand", counts), delimiter=",", names_columns=bool
    )
    seen: Counter[str] = Counter()
    names: list[int | str] = []

    async def act(_: RetryingClient, chunk: Chunk, *, name: int | str) -> None:
        seen["rows"] += len(chunk.rows)
        names.append(name)
        await asyncio.sleep(0)  # the others read on
        alive = sum(type(thing) is Row for thing in gc.get_objects())
        seen["most alive"] = max(seen["most alive"], alive)

    await import_(
        rows_of(file, Header.read(file, LEVELS), LEVELS, ImportTerms()),
        act,
        endpoint=Endpoint.parse("http://127.0.0.1:1"),
        connections=connections,
        server_status=ServerStatus(patience_seconds=0, say=print),
        tally=ImportTally(),
        advance=lambda _: None,
    )
    assert seen["rows"] == 20_000
    assert seen["most alive"] <= (connections + 1) * 1_000 + 1  # one chunk is kept back, and a row begins the next
    assert (sorted(map(str, names[:-1])), names[-1]) == (sorted(map(str, range(19))), LAST)
