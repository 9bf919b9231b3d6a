"""`stockpulse reorder` against a real server: what is needed and why, without ordering; then ordered, once."""

import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from click.testing import CliRunner, Result

from app.cli.reorder import reorder
from tests.support.database import Databases
from tests.support.served import Server, serving

SCENE = """
mutation {
  place: locationUpsert(input: {code: "MAIN", name: "Main"}) { userErrors { message } }
  tea: itemUpsert(input: {sku: "TEA-1", name: "Tea"}) { userErrors { message } }
  cup: itemUpsert(input: {sku: "CUP-1", name: "Cup"}) { userErrors { message } }
  acme: supplierUpsert(input: {code: "ACME", name: "Acme", leadTimeDays: 3}) { userErrors { message } }
  offer: supplierItemUpsert(input: {supplier: "ACME", sku: "TEA-1", packSize: 12}) { userErrors { message } }
  periodic: stockLevelConfigure(
    input: {sku: "TEA-1", location: "MAIN", method: PERIODIC, reviewDays: 1, targetLevel: 20}
  ) { userErrors { message } }
  unknown: stockLevelConfigure(
    input: {sku: "CUP-1", location: "MAIN", method: MIN_MAX, reorderPoint: 2, targetLevel: 5}
  ) { userErrors { message } }
}"""
NORTH = """
mutation {
  place: locationUpsert(input: {code: "NORTH", name: "North"}) { userErrors { message } }
  periodic: stockLevelConfigure(
    input: {sku: "TEA-1", location: "NORTH", method: PERIODIC, reviewDays: 1, targetLevel: 20}
  ) { userErrors { message } }
}"""
SNOOZE = """
mutation {
  replenishmentNeedSnooze(input: {sku: "CUP-1", location: "MAIN"}) { userErrors { message } }
}"""
EMPTY = "available 0, incoming 0, planned 0, position 0"
WHY = "why 20 needed: review date, position 0, target 20; rounded to the supplier's minimum and packs"
ORDERED = "{ purchaseOrders { nodes { lines { nodes { quantity } } } } }"


@pytest.fixture
async def server(mongo_url: str, redis_url: str, databases: Databases) -> AsyncIterator[Server]:
    """Return a server where TEA-1 is reviewed every day, and CUP-1 is short but offered by nobody."""
    async with databases.for_a_server() as database:
        with serving(mongo_url=mongo_url, redis_url=redis_url, database=database.name) as running:
            answer = ask(running, SCENE)
            assert [each["userErrors"] for each in answer.values()] == [[]] * len(answer)
            yield running


def ask(server: Server, query: str) -> dict[str, Any]:
    """Return the data of an operation."""
    answer = httpx.post(server.url, json={"query": query}).json()
    assert answer.keys() == {"data"}, answer
    data: dict[str, Any] = answer["data"]
    return data


def run(server: Server, *options: str) -> Result:
    """Run the command."""
    return CliRunner().invoke(reorder, ["--url", server.url, *options])


def test_a_dry_run_tells_what_is_needed_and_why_and_orders_nothing(server: Server, tmp_path: Path) -> None:
    """One line per level, and the same as JSON."""
    # when
    result = run(server, "--dry-run", "--review", "--report", str(tmp_path / "plan.json"))
    # then
    assert result.exit_code == 0, result.output
    lines = result.output.splitlines()
    assert lines == [
        f"sku CUP-1, location MAIN, method MIN_MAX, {EMPTY}, why 5 needed, but no supplier offers it",
        f"sku TEA-1, location MAIN, method PERIODIC, {EMPTY}, order 24, from ACME, days 3, {WHY}",
        "Dry run: 24 units would be ordered for 1 level. Nothing was ordered.",
    ]
    assert [row["sku"] for row in json.loads((tmp_path / "plan.json").read_text())] == ["CUP-1", "TEA-1"]
    assert ask(server, ORDERED)["purchaseOrders"]["nodes"] == []


def test_what_is_needed_is_ordered_once(server: Server) -> None:
    """The second run finds it on order."""
    first, second = run(server, "--review", "--quiet"), run(server, "--review", "--quiet")
    assert first.exit_code == second.exit_code == 0, (first.output, second.output)
    assert "1 purchase order was written or added to" in first.output
    assert "0 purchase orders were written or added to" in second.output
    assert ask(server, ORDERED)["purchaseOrders"]["nodes"] == [{"lines": {"nodes": [{"quantity": 24}]}}]


def test_what_somebody_declined_is_told_and_left_out(server: Server) -> None:
    """By a dry run and by a real one: who it was, and how many levels it concerns."""
    ask(server, SNOOZE)
    dry = run(server, "--dry-run", "--review", "--sku", "CUP-1")
    assert "from nowhere: declined, why 5 needed, but declined by anonymous at " in dry.output
    assert "Left out, because it was declined: 1 level." in dry.output
    real = run(server, "--sku", "CUP-1")
    assert real.output.endswith("0 transfers proposed. Left out, because it was declined: 1 level.\n")


def test_a_shop_is_ordered_for_location_by_location_and_told_in_one_sentence(server: Server) -> None:
    """Also where nobody is asked about; a location that is named is the only one."""
    ask(server, NORTH)
    one = run(server, "--review", "--location", "NORTH", "--quiet")
    assert one.output == (
        "Levels reviewed: 1; of those, by other numbers now: 0. "
        "1 purchase order was written or added to, 0 transfers proposed.\n"
    )
    rest = run(server, "--review", "--quiet")
    assert rest.output == (
        "Levels reviewed: 3; of those, by other numbers now: 0. "
        "1 purchase order was written or added to, 0 transfers proposed.\n"
    )
    assert len(ask(server, ORDERED)["purchaseOrders"]["nodes"]) == 2


def test_only_what_is_asked_for_is_looked_at(server: Server) -> None:
    """By item and by location."""
    assert run(server, "--dry-run", "--sku", "TEA-1").output == "Nothing is needed.\n"
    nowhere = run(server, "--location", "NORTH")
    assert (nowhere.exit_code, nowhere.output) == (1, "Error: No location has the code 'NORTH'.\n")
    assert "CUP-1" in run(server, "--dry-run", "--location", "MAIN").output


def test_a_server_that_is_not_there_is_said_in_one_sentence() -> None:
    """Nothing else answers at a port that nobody listens to."""
    result = CliRunner().invoke(reorder, ["--url", "http://127.0.0.1:9/graphql", "--dry-run", "--patience", "0"])
    assert result.exit_code == 1
    assert result.output.startswith("Error: ")
    assert "Traceback" not in result.output


def test_a_report_needs_a_directory(tmp_path: Path) -> None:
    """Said before anything is asked."""
    result = CliRunner().invoke(reorder, ["--dry-run", "--report", str(tmp_path / "none" / "plan.json")])
    assert result.exit_code == 2
    assert "is no directory" in result.output
