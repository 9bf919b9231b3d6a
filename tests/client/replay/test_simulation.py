"""`stockpulse replay --policy` against the real server: the server orders, and the replay counts what that is worth."""

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

from app.cli.options.policy import POLICIES
from app.cli.replay import replay
from app.client.http.connection import Endpoint
from app.client.http.progress_display import ProgressDisplay
from app.client.http.retrying_client import RetryingClient, ServerStatus
from app.client.replay.plan import plan_of
from app.client.replay.requests import mutation
from app.client.replay.simulation.requests import SUPPLIER_ITEM_UPSERT, SUPPLIER_UPSERT
from app.client.replay.simulation.run import simulate
from app.client.replay.simulation.scenario import scenario_of
from app.client.replay.simulation.side import Side
from app.client.replay.simulation.terms import terms_of
from app.client.replay.source import SalesFile
from tests.client.replay.command import COMMAND
from tests.client.replay.sales import Sales, generate
from tests.support.programs import running
from tests.support.served import DEADLINE_SECONDS, Server

SHORT = ("--lead-time-days", "2", "--warm-up-days", "4", "--order-days", "2")


def steady(*more: tuple[str, str, str, int], days: int = 12) -> Sales:
    """Return sales of ten mugs on each day, and other lines: invoice, SKU, quantity and day."""
    lines = [(f"5{day:02}", "MUG", "10", day) for day in range(1, days + 1)]
    return Sales(
        rows=[
            [invoice, sku, f"NICE {sku}", quantity, f"2010-12-{day:02} 09:00:00", "2.50", "17850", "UK"]
            for invoice, sku, quantity, day in sorted((*lines, *more), key=lambda line: line[3])
        ]
    )


def simulated(server: Server, file: Path, *options: str) -> tuple[Result, dict[str, Any]]:
    """Run the command and return what it printed and the figures that it wrote."""
    report = file.with_name("report.json")
    report.unlink(missing_ok=True)
    result = CliRunner().invoke(replay, [str(file), "--url", server.url, "--report", str(report), *SHORT, *options])
    return result, orjson.loads(report.read_bytes()) if report.exists() else {}


def column(figures: dict[str, Any], side: str) -> dict[str, Any]:
    """Return the comparison's figures of one side."""
    return {name: row[side] for name, row in figures["comparison"].items()}


def test_ordering_prevents_stock_outs_to_the_unit(server: Server, tmp_path: Path) -> None:
    """Ten mugs a day, two days of lead time: with 40 to begin with, every unit of both sides can be told beforehand.

    The warm-up never varies, so there is no safety stock: 20 units last for the lead time, and an order is for 20 more.
    """
    # given
    called_off, new = (("601", "MUG", "500", 7), ("C601", "MUG", "-500", 7)), ("602", "NEW", "3", 8)
    file = steady(*called_off, new).write(tmp_path / "sales.csv.gz")
    # when
    result, figures = simulated(server, file, "--policy", "min-max")
    # then
    assert result.exit_code == 0, result.output
    assert column(figures, "none") == {
        "units_wanted": 80,
        "units_sold": 40,
        "units_lost": 40,
        "fill_rate_percent": 50.0,
        "order_lines": 8,
        "order_lines_short": 4,
        "items_that_ran_out": 1,
        "stock_outs": 1,
        "days_per_stock_out": 5.0,
        "days_out_of_stock_percent": 62.5,
        "levels_out_at_the_end": 1,
        "mean_inventory_units": 8,
        "mean_inventory_value": 19,
        "units_returned": 0,
        "units_written_off": 0,
        "purchase_orders": 0,
        "purchase_order_lines": 0,
        "units_ordered": 0,
        "units_received": 0,
    }
    assert column(figures, "min-max") == column(figures, "none") | {
        "units_sold": 80,
        "units_lost": 0,
        "fill_rate_percent": 100.0,
        "order_lines_short": 0,
        "items_that_ran_out": 0,
        "stock_outs": 0,
        "days_per_stock_out": 0.0,
        "days_out_of_stock_percent": 0.0,
        "levels_out_at_the_end": 0,
        "mean_inventory_units": 18,
        "mean_inventory_value": 44,
        "purchase_orders": 4,
        "purchase_order_lines": 4,
        "units_ordered": 80,
        "units_received": 60,
    }
    simulation = figures["simulation"]
    assert simulation["locations"] == ["UK-WAREHOUSE-NONE", "UK-WAREHOUSE-MIN-MAX"]
    assert (simulation["days_compared"], simulation["sales_called_off_the_same_day"]) == (8, 1)
    assert (simulation["items_left_out"], simulation["units_left_out"]) == (1, 3)
    assert figures["proof"]["stock_outs_in_the_ledger"] == {"none": 1, "min-max": 0}
    assert figures["proof"]["open_alerts_of_levels_out"] == {"none": 1, "min-max": 0}
    assert "With min-max, 100.0 % of the units wanted were sold instead of 50.0 %" in result.output
    assert "\x1b" not in result.output


def test_a_second_run_is_refused_unless_it_has_another_name(server: Server, tmp_path: Path) -> None:
    """What the server ordered cannot be ordered for a second time as if nothing had been."""
    # given
    file = steady(days=6).write(tmp_path / "sales.csv")
    first, figures = simulated(server, file, "--policy", "min-max")
    # when
    again, nothing = simulated(server, file, "--policy", "min-max")
    other, same = simulated(server, file, "--policy", "min-max", "--run", "B")
    # then
    assert (first.exit_code, again.exit_code, other.exit_code) == (0, 1, 0), other.output
    assert again.output == (
        "Error: UK-WAREHOUSE-NONE exists already, and a simulation begins with locations of its own: give this one "
        "another name with --run.\n"
    )
    assert nothing == {}
    assert same["comparison"] == figures["comparison"]
    assert same["simulation"]["locations"] == ["UK-WAREHOUSE-B-NONE", "UK-WAREHOUSE-B-MIN-MAX"]


def test_every_policy_sells_more_than_none_and_its_books_agree(server: Server, tmp_path: Path) -> None:
    """Real sales are irregular: they come with returns, write-offs and dirt, and over several connections."""
    # given
    sales = generate(seed=11, invoices=120, skus=8, max_quantity=9, minutes_between=120)
    policies = [argument for policy in POLICIES for argument in ("--policy", policy)]
    # when
    result, figures = simulated(server, sales.write(tmp_path / "sales.csv"), *policies)
    # then
    assert result.exit_code == 0, result.output
    assert figures["proof"]["differences"] == {policy: [] for policy in POLICIES}
    comparison = figures["comparison"]
    assert len(set(comparison["units_wanted"].values())) == 1
    assert [policy for policy, orders in comparison["purchase_orders"].items() if not orders] == ["none"]
    nothing = comparison["units_sold"].pop("none")
    assert min(comparison["units_sold"].values()) > nothing
    assert min(comparison["units_returned"].values()) > 0 < min(comparison["units_written_off"].values())


@pytest.mark.usefixtures("_transactions_end_soon")
async def test_a_simulation_outlives_the_death_of_the_server(server: Server) -> None:
    """`kill -9` in the middle: what was ordered, sold and delivered is there once, as if nothing had happened."""
    # given
    terms = terms_of(("min-max",), lead_time_days=2, warm_up_days=4, order_days=2, service_level=0.95, run=None)
    scenario = scenario_of(
        plan_of(SalesFile(name="s.csv", text=steady(days=20).text, digest="0123456789abcdef")), terms
    )
    sides = [Side(scenario, method, location=place) for method, place in terms.places("UK").items()]
    playing = asyncio.create_task(
        simulate(
            scenario,
            sides,
            Endpoint.parse(server.url),
            simulation="UK",
            connections=4,
            server_status=ServerStatus(patience_seconds=DEADLINE_SECONDS, say=print),
            display=ProgressDisplay(Console(quiet=True), is_quiet=True),
        )
    )
    async with asyncio.timeout(DEADLINE_SECONDS):
        while sides[1].shelf.trade.days < 5:
            assert not playing.done(), playing.exception()
            await asyncio.sleep(0.001)
    # when
    server.kill()
    await asyncio.to_thread(server.start)
    await playing
    # then
    side = sides[1]
    assert side.facts is not None
    assert side.facts.differences(side.shelf, side.supplied) == []
    assert side.facts.proof.disagreements.remarks == []
    assert (side.shelf.trade.units_sold, side.shelf.trade.stock_outs) == (160, 0)


async def test_a_server_that_does_not_submit_is_told_of_after_patience(
    server: Server,
    tmp_path: Path,
) -> None:
    """Another supplier, whose orders wait for people, is the cheaper one of two preferred ones."""
    # given
    file = steady().write(tmp_path / "sales.csv")
    client = RetryingClient(Endpoint.parse(server.url), ServerStatus(patience_seconds=0, say=print))
    for request in (
        mutation(SUPPLIER_UPSERT, code="SLOW", name="Slow"),
        mutation("mutation ($input: ItemUpsertInput!) { itemUpsert(input: $input) { replayed } }", sku="MUG", name="M"),
        mutation(SUPPLIER_ITEM_UPSERT, supplier="SLOW", sku="MUG", isPreferred=True, unitCost="1"),
    ):
        await client.ask(request)
    client.close()
    # when
    result, figures = await asyncio.to_thread(simulated, server, file, "--policy", "min-max", "--patience", "0.2")
    # then
    assert result.exit_code == 1
    assert (
        "The server has not ordered in 0.2 s what UK-WAREHOUSE-MIN-MAX needs: levels that are short: none; drafts that "
        "are not submitted: 1." in result.output
    )
    assert figures["outcome"]["good"] is False


@pytest.mark.skipif(os.name != "posix", reason="Windows has no SIGINT for another process")
def test_ctrl_c_stops_with_a_partial_comparison(server: Server, tmp_path: Path) -> None:
    """The figures so far are shown and written, and the user is told how to begin again."""
    # given
    file, report = steady(days=31).write(tmp_path / "sales.csv"), tmp_path / "interrupted.json"
    options = ["--url", server.url, *SHORT, "--policy", "min-max", "--report", str(report)]
    command, environment = [*COMMAND, str(file), *options], {**os.environ, "PYTHONUNBUFFERED": "1"}
    with running(command, stdout=subprocess.PIPE, env=environment) as process:
        assert process.stdout
        while not process.stdout.readline().startswith("none: "):
            assert process.poll() is None
        # when
        process.send_signal(signal.SIGINT)
        rest = process.stdout.read()
        process.wait(DEADLINE_SECONDS)
    # then
    assert process.returncode == 130
    assert rest.endswith("begin again under another name, with --run.\n")
    figures = orjson.loads(report.read_bytes())
    assert column(figures, "none")["units_wanted"] == 270
    assert figures["outcome"]["good"] is False


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        (("--lead-time-days", "2"), "--lead-time-days means nothing without --policy."),
        (("--run", "B"), "--run means nothing without --policy."),
        (("--policy", "min-max", "--opening-stock", "5"), "--opening-stock means nothing with --policy"),
        (("--policy", "sometimes"), "'sometimes' is not one of 'none', 'min-max'"),
        (("--policy", "min-max", "--run", "a b"), "'UK-WAREHOUSE-a b-NONE': A location code must be"),
        (("--policy", "min-max", "--service-level", "1"), "1.0 is not in the range 0.5<=x<=0.9999"),
    ],
)
def test_options_that_make_no_sense_are_refused_in_one_sentence(
    options: tuple[str, ...], sentence: str, tmp_path: Path
) -> None:
    """Before anything is asked of a server."""
    # given
    file = steady().write(tmp_path / "sales.csv")
    # when
    result = CliRunner().invoke(replay, [str(file), "--url", "http://127.0.0.1:1/graphql", *options])
    # then
    assert result.exit_code == 2
    assert sentence in result.output
