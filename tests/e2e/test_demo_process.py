"""The demo shop beside `stockpulse serve`: it plays while the server runs, and ends with it."""

import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.stockpulse import STOCKPULSE, served
from tests.support.waiting import until

PLAYS = "The demo shop goes on by itself"


@pytest.mark.skipif(sys.platform != "linux", reason="processes are found in /proc")
def test_the_demo_plays_beside_the_server_and_ends_with_it(data_dir: Path) -> None:
    """One process plays, with the key of this start in no argument; after Ctrl-C none is left."""
    with served(data_dir, STOCKPULSE_DEMO_DAYS="1") as server:
        url = server.url
        assert any(line.startswith(PLAYS) for line in server.lines), server.output
        until(lambda: len(players_of(url)) == 1, "it plays")
        [arguments] = players_of(url)
        assert "sp_" not in arguments
        server.process.send_signal(signal.SIGINT)
        assert server.end() == 0, server.output
        until(lambda: not players_of(url), "it has ended")
        assert "Error" not in server.output


def test_a_server_that_is_not_there_is_named_in_one_sentence() -> None:
    """And nothing is printed but that."""
    command = [*STOCKPULSE, "demo", "--url", "http://127.0.0.1:1"]
    run = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603 - our own command
    assert (run.returncode, run.stdout) == (1, "")
    assert run.stderr == ("Error: No Stockpulse server answers at http://127.0.0.1:1: the connection was refused.\n")


def players_of(url: str) -> list[str]:
    """Return the arguments of each process that plays there."""
    found = []
    for path in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            arguments = path.read_bytes().replace(b"\0", b" ").decode()
        except OSError:  # it has ended
            continue
        if " demo " in arguments and f"{url}/graphql" in arguments:
            found.append(arguments)
    return found
