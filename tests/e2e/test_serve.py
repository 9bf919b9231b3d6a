"""`stockpulse serve` as an operator runs it: from nothing, stopped politely, killed, and run again."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import httpx
import pytest

from tests.support.service_manager import service_manager
from tests.support.stockpulse import STOP_SECONDS, database_pids, is_alive, is_ready, is_running, served
from tests.support.waiting import until


@pytest.mark.parametrize(("workers", "number"), [(1, signal.SIGINT), (2, signal.SIGTERM)])
def test_it_serves_from_nothing_and_stops_politely(data_dir: Path, workers: int, number: signal.Signals) -> None:
    """From an empty directory it serves; on Ctrl-C or SIGTERM it says so, exits with 0, and leaves nothing.

    A service manager hears the same: each step, that it is ready, that it goes on, and that it stops.
    """
    asked = {"WATCHDOG_USEC": "400000"}
    with service_manager() as manager, served(data_dir, "--workers", str(workers), **asked, **manager.asks) as server:
        # given
        assert is_alive(server.url)
        until(lambda: manager.heard.count("WATCHDOG=1") > 1, "it goes on")
        assert [each for each in manager.heard if each in {"READY=1", "STOPPING=1"}] == ["READY=1"]
        assert any(each.startswith("STATUS=mongod: ready in") for each in manager.heard)
        pids = database_pids(data_dir)
        said = len(server.lines)
        # when
        server.process.send_signal(number)
        # then
        assert server.end() == 0, server.output
        assert server.lines[said:] == ["Stopping (10 s at most)."]
        until(lambda: {"STOPPING=1", "STATUS=Stopping (10 s at most)."} <= set(manager.heard), "the manager knows")
        assert [is_running(pid) for pid in pids] == [False, False]


def test_who_is_asked_to_stop_first_lets_balancers_know_and_goes_on_to_serve(data_dir: Path) -> None:
    """It is not ready and ends each connection, but answers; asked again it stops at once."""
    with served(data_dir, "--no-demo", "--workers", "2", STOCKPULSE_DRAIN_SECONDS="60") as server:
        # given
        until(lambda: is_ready(server.url), "it is ready")
        assert "connection" not in httpx.get(f"{server.url}/livez").headers
        # when
        server.process.send_signal(signal.SIGTERM)
        # then
        until(lambda: {_said_of_connection(server.url) for _ in range(10)} == {"close"}, "both have heard")
        answers = [httpx.get(f"{server.url}/{path}") for path in ("readyz", "livez")]
        assert [answer.headers["connection"] for answer in answers] == ["close", "close"]
        assert [answer.status_code for answer in answers] == [503, 200]
        assert answers[0].json() == {"status": "unavailable", "checks": {"stop": "it is about to stop"}}
        # when
        server.process.send_signal(signal.SIGTERM)
        # then
        assert server.end() == 0, server.output


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux ends a child with its parent")
def test_after_kill_nothing_runs_and_the_next_start_serves_on_the_same_port(data_dir: Path) -> None:
    """`kill -9` of the parent ends workers and databases, so that port and data are free for the next."""
    with served(data_dir, "--workers", "2") as server:
        # given
        url = server.url
        assert is_alive(url)
        pids = database_pids(data_dir)
        # when
        server.process.kill()
        # then
        until(lambda: not is_alive(url), "the workers end")
        until(lambda: not any(is_running(pid) for pid in pids), "the databases end")
    with served(data_dir, "--port", url.rpartition(":")[2]) as server:
        assert server.url == url
        assert is_alive(url)


def test_a_killed_mongod_is_started_again_while_we_serve(data_dir: Path) -> None:
    """The server stays up, says what happened, and the database is back at its old address."""
    with served(data_dir) as server:
        # given
        assert is_alive(server.url)
        killed, _ = database_pids(data_dir)
        # when
        os.kill(killed, signal.SIGKILL)
        # then
        until(lambda: "mongod: ready again" in server.output, "mongod is back")
        assert "mongod: killed by SIGKILL; starting it again" in server.output
        assert is_alive(server.url)


def test_a_killed_database_is_started_again_though_nobody_reads_what_is_told(data_dir: Path) -> None:
    """As behind `| head`, or when the terminal has gone."""
    with served(data_dir, "--no-demo", last_read="A first query:") as server:
        url = server.url
        before = database_pids(data_dir)
        for pid in before:
            os.kill(pid, signal.SIGKILL)
        until(lambda: not set(before) & set(database_pids(data_dir)), "both are started again")
        until(lambda: is_ready(url), "all is well again")
        server.process.send_signal(signal.SIGTERM)
        assert server.end() == 0
        assert "A first query:" in server.lines[-1]


def test_the_printed_query_works_as_printed(data_dir: Path) -> None:
    """Who copies the curl line gets stock levels of the demo shop."""
    with served(data_dir) as server:
        # given
        assert is_alive(server.url)
        [line] = [line.strip() for line in server.lines if line.strip().startswith("curl ")]
        # when
        answer = subprocess.run(line, shell=True, capture_output=True, text=True, timeout=STOP_SECONDS, check=True)  # noqa: S602 - it is a shell line
        # then
        assert answer.stdout.startswith('{"data":{"stockLevels":{"nodes":[{')


def _said_of_connection(url: str) -> str | None:
    return httpx.get(f"{url}/livez").headers.get("connection")
