"""`stockpulse serve` as an operator runs it: from nothing, stopped politely, killed, and run again."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.stockpulse import STOP_SECONDS, database_pids, is_alive, is_ready, is_running, served
from tests.support.waiting import until


@pytest.mark.parametrize(("workers", "number"), [(1, signal.SIGINT), (2, signal.SIGTERM)])
def test_it_serves_from_nothing_and_stops_politely(data_dir: Path, workers: int, number: signal.Signals) -> None:
    """From an empty directory it serves; on Ctrl-C or SIGTERM it says so, exits with 0, and leaves nothing."""
    with served(data_dir, "--workers", str(workers)) as server:
        # given
        assert is_alive(server.url)
        pids = database_pids(data_dir)
        said = len(server.lines)
        # when
        server.process.send_signal(number)
        # then
        assert server.end() == 0, server.output
        assert server.lines[said:] == ["Stopping (10 s at most)."]
        assert [is_running(pid) for pid in pids] == [False, False]


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
