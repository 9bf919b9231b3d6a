"""`stockpulse replay` against the real server: everything arrives once, however often it is tried."""

import asyncio
import os
import signal
import subprocess
from pathlib import Path
from typing import Any

import orjson
import pytest
from click.testing import CliRunner, Result
from rich.console import Console

from app.cli.replay import replay
from app.client.http.connection import Endpoint
from app.client.http.progress_display import ProgressDisplay
from app.client.http.retrying_client import RetryingClient, ServerGone, ServerStatus
from app.client.replay import requests
from app.client.replay.plan import ReplayPlan, plan_of
from app.client.replay.proof import Proof
from app.client.replay.run import run
from app.client.replay.source import SalesFile
from app.client.replay.tally import ReplayTally
from tests.client.replay.command import COMMAND
from tests.client.replay.sales import Sales, generate
from tests.support.programs import running
from tests.support.served import DEADLINE_SECONDS, Server

INVOICES = 200
LOCATION = "UK-WAREHOUSE"


@pytest.fixture(scope="module")
def sales() -> Sales:
    """Return the sales of most tests."""
    return generate(seed=20101201, invoices=INVOICES)


def replayed(server: Server, file: Path, *options: str) -> tuple[Result, dict[str, Any]]:
    """Run the command and return what it printed and the figures that it wrote."""
    report = file.with_name("report.json")
    result = CliRunner().invoke(replay, [str(file), "--url", server.url, "--report", str(report), *options])
    return result, orjson.loads(report.read_bytes())


def units_on_hand(server: Server) -> dict[str, int]:
    """Return what is on hand of each SKU."""

    async def read() -> dict[str, int]:
        client = RetryingClient(Endpoint.parse(server.url), ServerStatus(patience_seconds=0, say=print))
        page = (await client.ask(requests.levels(LOCATION)))["page"]
        client.close()
        assert not page["pageInfo"]["hasNextPage"]
        return {node["item"]["sku"]: node["onHand"] for node in page["nodes"]}

    return asyncio.run(read())


async def played(server: Server, plan: ReplayPlan, tally: ReplayTally, *, patience_seconds: float) -> Proof:
    """Play a plan in this process, so that the test sees every acknowledgement."""
    server_status = ServerStatus(patience_seconds=patience_seconds, say=print)
    display = ProgressDisplay(Console(quiet=True), is_quiet=True)
    endpoint = Endpoint.parse(server.url)
    return await run(
        plan, endpoint, location=LOCATION, connections=8, server_status=server_status, tally=tally, display=display
    )


async def acknowledged(tally: ReplayTally, count: int, playing: asyncio.Task[Proof]) -> None:
    """Return once so many documents were accepted."""
    async with asyncio.timeout(DEADLINE_SECONDS):
        while len(tally.accepted) < count:
            assert not playing.done(), playing.exception()
            await asyncio.sleep(0.001)


def read_plan(sales: Sales) -> ReplayPlan:
    """Return the plan of generated sales."""
    return plan_of(SalesFile(name="sales.csv", text=sales.text, digest="0123456789abcdef")).opened_with(None)


def test_a_file_is_played_to_the_unit_and_playing_it_again_changes_nothing(
    server: Server, sales: Sales, tmp_path: Path
) -> None:
    """A limited run is continued by the whole file, and the books agree; the next run finds all of it there."""
    # given
    file = sales.write(tmp_path / "sales.csv.gz")
    limited, figures = replayed(server, file, "--limit", "50")
    assert limited.exit_code == 0, limited.output
    before = {kind: figures["documents"][kind]["accepted"] for kind in sales.kinds}
    assert 50 <= sum(before.values()) < sales.kinds.total()
    # when
    result, figures = replayed(server, file)
    # then
    assert result.exit_code == 0, result.output
    assert {kind: figures["documents"][kind]["already_there"] for kind in sales.kinds} == before
    assert {kind: before[kind] + figures["documents"][kind]["accepted"] for kind in sales.kinds} == sales.kinds
    assert {kind["refused"] for kind in figures["documents"].values()} == {0}
    assert figures["skipped_lines"] == sales.skipped
    assert units_on_hand(server) == {sku: sales.brought[sku] for sku in sales.taken | sales.brought}
    assert "\x1b" not in result.output
    # when
    again, figures_again = replayed(server, file)
    # then
    assert again.exit_code == 0, again.output
    assert f"Nothing changed: all {sales.kinds.total()} invoices were there already." in again.output
    assert {kind["accepted"] for kind in figures_again["documents"].values()} == {0}
    assert figures_again["catalog"]["created_or_renamed"] == 0
    assert figures_again["proof"] == figures["proof"]


@pytest.mark.usefixtures("_transactions_end_soon")
async def test_after_kill_every_acknowledged_invoice_is_there_once_and_a_second_run_completes(
    server: Server, sales: Sales
) -> None:
    """`kill -9` of the API in the middle: the run gives up; the next one finds what was acknowledged, and completes."""
    # given
    plan, before = read_plan(sales), ReplayTally()
    playing = asyncio.create_task(played(server, plan, before, patience_seconds=0.2))
    await acknowledged(before, INVOICES // 3, playing)
    # when
    server.kill()
    with pytest.raises(ServerGone):
        await playing
    await asyncio.to_thread(server.start)
    after = ReplayTally()
    proof = await played(server, plan, after, patience_seconds=DEADLINE_SECONDS)
    # then
    assert proof.disagreements.remarks == []
    assert len(after.accepted) == proof.documents_proven == len(plan.documents) + len(plan.opening)
    assert before.accepted.items() <= after.accepted.items()
    assert INVOICES // 3 <= len(before.accepted) < len(after.accepted)
    maybe = before.unanswered
    assert len(before.accepted) <= after.there.total() <= len(before.accepted) + maybe


@pytest.mark.usefixtures("_transactions_end_soon")
async def test_a_run_with_patience_outlives_the_death_of_the_server(server: Server, sales: Sales) -> None:
    """The partners ask again under their keys until the server is back, and nothing is there twice."""
    # given
    plan, tally = read_plan(sales), ReplayTally()
    playing = asyncio.create_task(played(server, plan, tally, patience_seconds=DEADLINE_SECONDS))
    await acknowledged(tally, INVOICES // 3, playing)
    # when
    server.kill()
    await asyncio.to_thread(server.start)
    proof = await playing
    # then
    assert proof.disagreements.remarks == []
    assert proof.documents_proven == len(plan.documents) + len(plan.opening)
    assert tally.unanswered == 0


def test_short_opening_stock_gives_refusals_that_change_nothing(server: Server, sales: Sales, tmp_path: Path) -> None:
    """Shortages were asked for: they are reported with examples, the books agree, and the exit code is 0."""
    # given
    file = sales.write(tmp_path / "sales.csv")
    # when
    result, figures = replayed(server, file, "--opening-stock", "50")
    # then
    assert result.exit_code == 0, result.output
    shortages = figures["refusals"].pop("INSUFFICIENT_STOCK")
    assert figures["refusals"] == {}
    assert shortages["documents"] == sum(kind["refused"] for kind in figures["documents"].values()) > 0
    assert "available of" in shortages["examples"][0]
    # when
    other, _ = replayed(server, file, "--opening-stock", "60")
    # then
    assert other.exit_code == 1
    assert "UK-WAREHOUSE was opened with other stock for this file before" in other.output


def test_an_invoice_of_more_than_1000_lines_arrives_in_parts(server: Server, tmp_path: Path) -> None:
    """Each part is an operation of its own."""
    # given
    sales = Sales(rows=[["1", f"{sku:05}", "MUG", "1", "2010-12-01 08:26:00", "1", "", ""] for sku in range(1_001)])
    # when
    result, figures = replayed(server, sales.write(tmp_path / "sales.csv"))
    # then
    assert result.exit_code == 0, result.output
    assert figures["documents"]["sale"]["accepted"] == 2
    assert figures["proof"]["movements"] == 2_002


@pytest.mark.parametrize("server", [{"STOCKPULSE_WRITE_QUEUE_MAX": "45"}], indirect=True)
def test_an_overloaded_server_is_given_the_time_that_it_asks_for(server: Server, tmp_path: Path) -> None:
    """OVERLOADED is no failure: the partners wait, and everything arrives."""
    # given
    file = generate(seed=7, invoices=60, max_lines=20).write(tmp_path / "sales.csv")
    # when
    result, figures = replayed(server, file, "--connections", "32")
    # then
    assert result.exit_code == 0, result.output
    assert figures["speed"]["times_told_to_wait"] > 0


@pytest.mark.skipif(os.name != "posix", reason="Windows has no SIGINT for another process")
def test_ctrl_c_stops_with_a_partial_report_and_a_second_run_completes(
    server: Server, sales: Sales, tmp_path: Path
) -> None:
    """The figures so far are shown and written, and nothing is lost."""
    # given
    file, report = sales.write(tmp_path / "sales.csv"), tmp_path / "interrupted.json"
    options = ["--url", server.url, "--connections", "1", "--report", str(report)]
    command, environment = [*COMMAND, str(file), *options], {**os.environ, "PYTHONUNBUFFERED": "1"}
    with running(command, stdout=subprocess.PIPE, env=environment) as process:
        assert process.stdout
        while not process.stdout.readline().startswith("Opening stock"):
            assert process.poll() is None
        # when
        process.send_signal(signal.SIGINT)
        rest = process.stdout.read()
        process.wait(DEADLINE_SECONDS)
    # then
    assert process.returncode == 130
    assert rest.endswith("Stopped by Ctrl-C. Run the same command again to go on.\n")
    accepted = orjson.loads(report.read_bytes())["documents"]
    assert sum(accepted[kind]["accepted"] for kind in sales.kinds) < sales.kinds.total()
    result, _ = replayed(server, file)
    assert result.exit_code == 0, result.output
