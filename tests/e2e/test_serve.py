"""`stockpulse serve` as an operator runs it: from nothing, stopped politely, killed, and run again."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import httpx
import pytest

from app.store.driver.client import Database
from tests.support.programs import running
from tests.support.service_manager import service_manager
from tests.support.stockpulse import STOCKPULSE, STOP_SECONDS, database_pids, is_alive, is_ready, is_running, served
from tests.support.waiting import until


def test_it_serves_from_nothing_and_stops_politely(data_dir: Path) -> None:
    """From an empty directory it serves; on Ctrl-C it says so, exits with 0, and leaves nothing.

    A service manager hears the same: each step, that it is ready, that it goes on, and that it stops. Who copies the
    curl line gets stock levels of the demo shop, which one process plays, with the key of this start in no argument.
    """
    asked = {"WATCHDOG_USEC": "400000", "STOCKPULSE_DEMO_DAYS": "1"}
    with service_manager() as manager, served(data_dir, **asked, **manager.asks) as server:
        # given
        assert is_alive(server.url)
        until(lambda: manager.heard.count("WATCHDOG=1") > 1, "it goes on")
        assert [each for each in manager.heard if each in {"READY=1", "STOPPING=1"}] == ["READY=1"]
        assert any(each.startswith("STATUS=mongod: ready in") for each in manager.heard)
        # when
        [line] = [line.strip() for line in server.lines if line.strip().startswith("curl ")]
        answer = subprocess.run(line, shell=True, capture_output=True, text=True, timeout=STOP_SECONDS, check=True)  # noqa: S602 - it is a shell line
        # then
        assert answer.stdout.startswith('{"data":{"stockLevels":{"nodes":[{')
        assert any(line.startswith("The demo shop goes on by itself") for line in server.lines), server.output
        until(lambda: len(players_of(server.url)) == 1 or sys.platform != "linux", "it plays")
        assert not any("sp_" in arguments for arguments in players_of(server.url))
        pids = database_pids(data_dir)
        said = len(server.lines)
        # when
        server.process.send_signal(signal.SIGINT)
        # then
        assert server.end() == 0, server.output
        assert server.lines[said:] == ["Stopping (10 s at most)."]
        until(lambda: {"STOPPING=1", "STATUS=Stopping (10 s at most)."} <= set(manager.heard), "the manager knows")
        assert [is_running(pid) for pid in pids] == [False, False]
        until(lambda: not players_of(server.url), "the demo has ended")
        assert "Error" not in server.output


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux ends a child with its parent")
def test_workers_outlive_a_killed_mongod_end_with_a_killed_parent_and_drain_when_asked_to_stop(data_dir: Path) -> None:
    """Mongod is back at its old address. After `kill -9` of the parent, port and data are free for the next.

    Who is asked to stop lets balancers know first: it is not ready and ends each connection, but answers; asked again
    it stops at once.
    """
    with served(data_dir, "--no-demo", "--workers", "2") as server:
        # given
        url = server.url
        assert is_alive(url)
        killed, _ = database_pids(data_dir)
        # when
        os.kill(killed, signal.SIGKILL)
        # then
        until(lambda: "mongod: ready again" in server.output, "mongod is back")
        assert "mongod: killed by SIGKILL; starting it again" in server.output
        until(lambda: is_ready(url), "all is well again")
        # when
        pids = database_pids(data_dir)
        server.process.kill()
        # then
        until(lambda: not is_alive(url), "the workers end")
        until(lambda: not any(is_running(pid) for pid in pids), "the databases end")
    options = ["--no-demo", "--workers", "2", "--port", url.rpartition(":")[2]]
    with (
        service_manager() as manager,
        served(data_dir, *options, STOCKPULSE_DRAIN_SECONDS="60", **manager.asks) as server,
    ):
        # given
        assert server.url == url
        until(lambda: is_ready(url), "it is ready")
        assert "connection" not in httpx.get(f"{url}/livez").headers
        pids = database_pids(data_dir)
        said = len(server.lines)
        # when
        server.process.send_signal(signal.SIGTERM)
        # then
        until(lambda: {_said_of_connection(url) for _ in range(10)} == {"close"}, "both have heard")
        answers = [httpx.get(f"{url}/{path}") for path in ("readyz", "livez")]
        assert [answer.headers["connection"] for answer in answers] == ["close", "close"]
        assert [answer.status_code for answer in answers] == [503, 200]
        assert answers[0].json() == {"status": "unavailable", "checks": {"stop": "it is about to stop"}}
        until(lambda: {"STOPPING=1", "STATUS=Stopping (70 s at most)."} <= set(manager.heard), "the manager knows")
        # when
        server.process.send_signal(signal.SIGTERM)
        # then
        assert server.end() == 0, server.output
        asked = "WARNING:  Asked to stop: not ready any more, and stopping in 60 s."
        assert sorted(server.lines[said:]) == ["Stopping (70 s at most).", asked, asked]
        assert [is_running(pid) for pid in pids] == [False, False]


def test_a_stop_while_the_demo_shop_is_recorded_is_in_order(mongo_url: str, redis_url: str, database: Database) -> None:
    """It is asked for before anything is served, amid transactions: what is printed is that it stops, and no more."""
    places = {"MONGO_URL": mongo_url, "REDIS_URL": redis_url, "MONGO_DATABASE": database.name}
    environment = {**os.environ, **{f"STOCKPULSE_{name}": value for name, value in places.items()}}
    options = {"stdout": subprocess.PIPE, "stderr": subprocess.STDOUT, "env": environment}
    with running([*STOCKPULSE, "serve", "--port", "0"], **options) as server:
        assert server.stdout
        lines = []
        for line in server.stdout:
            lines.append(line)
            if "0 of 90 days recorded" in line:
                server.send_signal(signal.SIGINT)
        assert server.wait() == 0, lines
    assert {line.split()[0] for line in lines} == {"MongoDB:", "Redis:", "Demo", "Stopping"}, lines


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


def test_a_server_that_is_not_there_is_named_to_the_demo_in_one_sentence() -> None:
    """And nothing is printed but that."""
    command = [*STOCKPULSE, "demo", "--url", "http://127.0.0.1:1"]
    run = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603 - our own command
    assert (run.returncode, run.stdout) == (1, "")
    assert run.stderr == ("Error: No Stockpulse server answers at http://127.0.0.1:1: the connection was refused.\n")


def players_of(url: str) -> list[str]:
    """Return the arguments of each process that plays the demo there; none where there is no /proc."""
    found = []
    for path in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            arguments = path.read_bytes().replace(b"\0", b" ").decode()
        except OSError:  # it has ended
            continue
        if " demo " in arguments and f"{url}/graphql" in arguments:
            found.append(arguments)
    return found


def _said_of_connection(url: str) -> str | None:
    return httpx.get(f"{url}/livez").headers.get("connection")
