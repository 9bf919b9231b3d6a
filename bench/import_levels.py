"""A file of counts, made up, taken in by our own `import levels` command."""

import asyncio
import csv
import json
import sys
from pathlib import Path

import httpx

from app.server.die_with_parent import tied_to_us
from bench.measure import Result, Target
from bench.scene import SKUS
from bench.stage import Stage

ROWS = 100_000
CONNECTIONS = 4

_LOCATION_UPSERT = """mutation Location($code: String!) {
  locationUpsert(input: {code: $code, name: $code}) { userErrors { code } }
}"""
_COMMAND = ["-c", "from app.cli.import_ import import_; import_()", "levels"]  # what `stockpulse import` runs


class ImportFailedError(Exception):
    """Not every row was taken in."""


async def import_levels(stage: Stage, name: str, _: Target | None, *, rows: int = ROWS) -> Result:
    """Import the file once, into levels that do not exist yet."""
    api = await stage.api()
    url = f"http://127.0.0.1:{api.port}/graphql"
    locations = [f"SHELF-{number:03}" for number in range(-(-rows // len(SKUS)))]
    async with httpx.AsyncClient() as client:
        for code in locations:
            await client.post(url, json={"query": _LOCATION_UPSERT, "variables": {"code": code}})
    file, report = made_up_counts(stage.directory / "levels.csv", locations, rows=rows), stage.directory / "import.json"
    options = ["--url", url, "--connections", str(CONNECTIONS), "--report", str(report), "--quiet"]
    process = await asyncio.create_subprocess_exec(*tied_to_us([sys.executable, *_COMMAND, str(file), *options]))
    await process.wait()
    figures = json.loads(await asyncio.to_thread(report.read_text, encoding="utf-8"))
    if figures["applied"] != rows:
        raise ImportFailedError(f"{figures['applied']} of {rows} rows")
    return Result(name=name, unit="row/s", ours=[figures["rows_per_second"]], extra={"seconds": figures["seconds"]})


def made_up_counts(path: Path, locations: list[str], *, rows: int) -> Path:
    """Write a file that counts every item at the locations, so many rows of it."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["sku", "location", "on_hand", "reorder_point"])
        for number in range(rows):
            writer.writerow([SKUS[number % len(SKUS)], locations[number // len(SKUS)], number % 500, number % 20])
    return path
