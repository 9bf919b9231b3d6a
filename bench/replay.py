"""Real sales, or some made up in their format, played to our server by its own `replay` command."""

import asyncio
import csv
import json
import random
import sys
from importlib.util import find_spec
from pathlib import Path

from app.server.process.die_with_parent import tied_to_us
from bench.measure import Result, Target
from bench.stage import Stage

INVOICES = 1_000
CONNECTIONS = 16

_COLUMNS = ("InvoiceNo", "StockCode", "Description", "Quantity", "InvoiceDate", "UnitPrice", "CustomerID", "Country")
_SKU_COUNT = 800
_MAX_LINES = 40  # the published file has 20 lines per invoice on average
_COMMAND = ["-c", "from app.cli.replay import replay; replay()"]  # what `stockpulse replay` runs


async def replay(stage: Stage, name: str, _: Target | None) -> Result | None:
    """Play the file once; None where the command does not exist."""
    if find_spec("app.cli") is None or find_spec("app.cli.replay") is None:
        print(f"{name}: skipped, there is no `stockpulse replay` here yet")
        return None
    api = await stage.api()
    file = stage.replay_file or made_up_sales(stage.directory / "sales.csv")
    report = stage.directory / "replay.json"
    command = [sys.executable, *_COMMAND, str(file), "--url", f"http://127.0.0.1:{api.port}/graphql", "--quiet"]
    options = ["--connections", str(CONNECTIONS), "--report", str(report)]
    process = await asyncio.create_subprocess_exec(*tied_to_us([*command, *options]))
    if await process.wait() != 0:
        print(f"{name}: skipped, the replay failed")
        return None
    speed = json.loads(await asyncio.to_thread(report.read_text, encoding="utf-8"))["speed"]
    return Result(
        name=name,
        unit="invoice/s",
        ours=[speed["invoices_per_second"]],
        extra={
            "lines_per_second": speed["lines_per_second"],
            "ours_latency_ms": {"p50": speed["latency_p50_ms"], "p99": speed["latency_p99_ms"]},
        },
    )


def made_up_sales(path: Path, *, invoices: int = INVOICES, seed: int = 1) -> Path:
    """Write a file in the format of the UCI data set "Online Retail": the same file for the same seed."""
    chance = random.Random(seed)  # noqa: S311 - not a secret
    with path.open("w", encoding="utf-8", newline="") as file:
        rows = csv.writer(file)
        rows.writerow(_COLUMNS)
        for number in range(invoices):
            moment = f"12/{1 + number % 28}/2010 {8 + number % 10}:{number % 60:02}"
            customer = chance.randrange(12_000, 18_000)
            for sku in chance.sample(range(_SKU_COUNT), chance.randint(1, _MAX_LINES)):
                quantity, price = chance.randint(1, 24), chance.randint(40, 2_000) / 100
                row = (
                    536_365 + number,
                    20_000 + sku,
                    f"ITEM {sku}",
                    quantity,
                    moment,
                    price,
                    customer,
                    "United Kingdom",
                )
                rows.writerow(row)
    return path
