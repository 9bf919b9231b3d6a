"""`stockpulse import` where something dies in the middle: run again, it completes, and nothing is there twice."""

import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from app.store.driver.client import Client
from tests.client.files.shop import Shop, write_rows
from tests.support.database import transactions_end_soon
from tests.support.programs import running
from tests.support.served import Server

ROWS = 8_000
ANSWERED = 2_001  # levels: a third chunk of a thousand is only sent once one was answered
COMMAND = [sys.executable, "-c", "from app.cli.import_ import import_; import_()"]
FIGURES = re.compile(r": ([\d,]+) applied, (?:([\d,]+) applied by an earlier try, )?0 unchanged, 0 rejected\.")
COUNT_LEVELS = "query ($location: String!) { stockLevels(filter: {locations: [$location]}, first: 0) { totalCount } }"
DEADLINE_SECONDS = 60


@pytest.fixture
async def _transactions_end_soon(mongo_client: Client) -> AsyncIterator[None]:
    """Let mongod forget the open transaction of a killed server soon."""
    async with transactions_end_soon(mongo_client):
        yield


@pytest.fixture(scope="module")
def skus(lasting_server: Server) -> list[str]:
    """Return items, more than are sent at once, of a server that a test may kill, and then starts again."""
    skus = [f"S-{number}" for number in range(ROWS)]
    Shop(lasting_server, location="MAIN").stock_items(skus)
    return skus


@pytest.fixture
def file(shop: Shop, skus: list[str], tmp_path: Path) -> Path:
    """Return a file with a row for each item at the location of this test."""
    return write_rows(tmp_path / "a.csv", "sku location on_hand", [(sku, shop.location, 7) for sku in skus])


@contextmanager
def importing(shop: Shop, file: Path, *, patience_seconds: float = DEADLINE_SECONDS) -> Iterator[subprocess.Popen[str]]:
    """Run the import as a process of its own, with two chunks on their way at a time."""
    options = ["--url", shop.server.url, "--connections", "2", "--patience", str(patience_seconds)]
    command, environment = [*COMMAND, "levels", str(file), *options], {**os.environ, "PYTHONUNBUFFERED": "1"}
    with running(command, stdout=subprocess.PIPE, env=environment) as process:
        yield process


def wait_for_levels(shop: Shop, count: int, process: subprocess.Popen[str]) -> None:
    """Return once so many levels have been set; there are more to come."""
    deadline = time.monotonic() + DEADLINE_SECONDS
    while shop.ask(COUNT_LEVELS, location=shop.location)["totalCount"] < count:
        assert process.poll() is None
        assert time.monotonic() < deadline


def figures(output: str) -> tuple[int, int]:
    """Return how many rows were applied, and how many were there before."""
    match = FIGURES.search(output)
    assert match, output
    applied, there = (int(figure.replace(",", "")) for figure in match.groups("0"))
    return applied, there


def test_after_kill_of_the_import_a_second_run_completes_it(shop: Shop, file: Path) -> None:
    """What was recorded is told as such; each level has one movement."""
    # given
    with importing(shop, file) as process:
        wait_for_levels(shop, ANSWERED, process)
        # when
        process.kill()
    assert len(shop.counts()) < ROWS
    result = shop.take("levels", file)
    assert "To set it anew, run the same command again." in result.output
    # then
    assert result.exit_code == 0, result.output
    assert shop.counts() == {f"S-{number}": (7, 1) for number in range(ROWS)}
    applied, there = figures(result.output)
    assert applied + there == ROWS
    assert 1_000 <= there < ROWS


@pytest.mark.usefixtures("_transactions_end_soon")
def test_an_import_outlives_the_death_of_the_server(shop: Shop, file: Path) -> None:
    """It waits until the server is back, asks again under the same keys, and every row is there once."""
    # given
    with importing(shop, file) as process:
        wait_for_levels(shop, ANSWERED, process)
        # when
        shop.server.kill()
        shop.server.start()
        output = process.communicate(timeout=DEADLINE_SECONDS)[0]
    # then
    assert process.returncode == 0, output
    assert shop.counts() == {f"S-{number}": (7, 1) for number in range(ROWS)}
    assert sum(figures(output)) == ROWS
    assert "The server is away: " in output
    assert "The server is back after " in output


@pytest.mark.skipif(os.name != "posix", reason="Windows has no SIGINT for another process")
def test_ctrl_c_tells_what_was_done_and_a_second_run_completes_it(shop: Shop, file: Path) -> None:
    """The figures so far are shown, and the exit code is that of shells."""
    # given
    with importing(shop, file) as process:
        wait_for_levels(shop, ANSWERED, process)
        # when
        process.send_signal(signal.SIGINT)
        output = process.communicate(timeout=DEADLINE_SECONDS)[0]
    # then
    assert process.returncode == 130
    assert output.endswith("Stopped by Ctrl-C. Run the same command again to go on.\n")
    assert 0 < sum(figures(output)) < ROWS
    result = shop.take("levels", file)
    assert result.exit_code == 0, result.output
    assert shop.counts() == {f"S-{number}": (7, 1) for number in range(ROWS)}


@pytest.mark.usefixtures("_transactions_end_soon")
def test_an_import_without_patience_gives_up(shop: Shop, file: Path) -> None:
    """It says what was done, and how to go on, with exit code 2."""
    # given
    with importing(shop, file, patience_seconds=0.2) as process:
        wait_for_levels(shop, ANSWERED, process)
        # when
        shop.server.kill()
        output = process.communicate(timeout=DEADLINE_SECONDS)[0]
    shop.server.start()
    # then
    assert process.returncode == 2
    assert 0 < sum(figures(output)) < ROWS
    assert output.endswith("Run the same command again to go on.\n")
