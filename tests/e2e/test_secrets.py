"""Secrets are printed, logged, answered and listed nowhere, whatever fails."""

import gzip
import json
import os
import re
import secrets
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from bson import json_util
from pydantic import SecretStr
from pymongo import MongoClient
from websockets.sync.client import connect
from websockets.typing import Subprotocol

from app.config import secret_file_variables, without_secrets
from app.embedded.binaries import REDIS_SERVER, find
from app.embedded.ports import free_port
from app.security.key_form import new_key_text, new_prefix
from app.security.secret_key import new_secret_key
from app.server.checks.databases import check_mongo, check_redis
from app.server.checks.preflight import PreflightError
from tests.support.programs import running, until_listening
from tests.support.stockpulse import STOCKPULSE, Served
from tests.support.waiting import until

CREATE = """
mutation Create($input: WebhookCreateInput!) {
  webhookCreate(input: $input) { secret webhook { id secretCount } userErrors { message } }
}
"""
CREATE_KEY = "mutation($input: ApiKeyCreateInput!) { apiKeyCreate(input: $input) { key userErrors { message } } }"
CREATE_USER = (
    "mutation($input: UserCreateInput!) { userCreate(input: $input) { user { name } userErrors { message } } }"
)
CREATE_BY_PARTS = """
mutation($name: String!, $p: String) {
  userCreate(input: {name: $name, displayName: "Ben", roles: ["clerk"], password: $p}) { userErrors { message } }
}
"""
CREATE_BY_TEXT = """
mutation {
  userCreate(input: {name: "cleo", displayName: "Cleo", roles: ["clerk"], password: "%s"}) { userErrors { message } }
}
"""
ON_PURPOSE = {"graphql-preflight": "1"}
MARK = secrets.token_hex(6)  # what no output has by itself


class Marked:
    """Secrets that can be found again, and where they are given to a server."""

    provider = f"o{MARK}" * 3
    mongo, redis, key, bootstrap = f"m{MARK}", f"r{MARK}", new_secret_key(), new_key_text(new_prefix())
    metrics = f"t{MARK}" * 3
    wrong_key, wrong_password, password = new_key_text(new_prefix()), f"w{MARK}", f"password {MARK}"

    def __init__(self, mongo_url: str, redis_port: int, directory: Path) -> None:
        self.others = list[str]()
        path = directory / "keys"
        path.write_text(self.key)
        self.environment = {
            "STOCKPULSE_MONGO_URL": mongo_url.replace("//", f"//marked:{self.mongo}@", 1),
            "STOCKPULSE_REDIS_URL": f"redis://:{self.redis}@127.0.0.1:{redis_port}/0",
            "STOCKPULSE_SECRET_KEYS_FILE": str(path),
            "STOCKPULSE_MONGO_DATABASE": f"secrets{MARK[:4]}",
            "STOCKPULSE_DEMO": "false",
            "STOCKPULSE_BOOTSTRAP_KEY": self.bootstrap,
            "STOCKPULSE_OIDC_ISSUER": "https://login.example",
            "STOCKPULSE_OIDC_AUDIENCE": "stockpulse",
            "STOCKPULSE_OIDC_SECRET": self.provider,
            "STOCKPULSE_METRICS_TOKEN": self.metrics,
            "STOCKPULSE_AUTH": "required",
            "STOCKPULSE_LOG_LEVEL": "debug",
        }

    def in_text(self, text: str) -> list[str]:
        """Return which of them a text shows."""
        servers, keys = (
            (self.mongo, self.redis, self.metrics),
            (self.key, self.provider, self.bootstrap, self.wrong_key),
        )
        every = (*servers, *keys, self.password, self.wrong_password, *self.others)
        return [each for each in every if each in text]


@pytest.fixture
def marked(mongo_url: str, tmp_path: Path) -> Iterator[tuple[Marked, "subprocess.Popen[str]"]]:
    """Return marked secrets, which the databases ask for, and the redis-server."""
    port = free_port()
    given = Marked(mongo_url, port, tmp_path)
    (tmp_path / "redis.conf").write_text(f"port {port}\nbind 127.0.0.1\nsave ''\nrequirepass {given.redis}\n")
    with (
        MongoClient[dict[str, Any]](mongo_url) as client,
        running([str(find(REDIS_SERVER)), str(tmp_path / "redis.conf")], stdout=subprocess.DEVNULL) as redis,
    ):
        client.admin.command("createUser", "marked", pwd=given.mongo, roles=["root"])
        until_listening(redis, port)
        yield given, redis
        client.admin.command("dropUser", "marked")
        client.drop_database(given.environment["STOCKPULSE_MONGO_DATABASE"])


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
def test_a_served_secret_shows_nowhere(
    marked: tuple[Marked, "subprocess.Popen[str]"], tmp_path: Path, servers_dir: Path
) -> None:
    """Neither in what the server prints and answers, nor in the list of processes, the database, its log and backup."""
    given, redis = marked
    server = Served(tmp_path / "data", **given.environment)
    answers: list[str] = []
    try:
        with httpx.Client(base_url=server.url, headers={"authorization": f"Bearer {given.bootstrap}"}) as client:
            asked = {"url": "https://partner.example/hook", "events": ["LEVEL_CHANGED"], "idempotencyKey": "k"}
            created = client.post("/graphql", json={"query": CREATE, "variables": {"input": asked}}).json()
            given.others.append(created["data"]["webhookCreate"]["secret"])
            assert given.others[0].startswith("whsec_")
            signed_in = client.post("/auth/sign-in", json={"key": given.bootstrap}, headers=ON_PURPOSE)
            given.others += re.findall(r"=([\w-]{43})", signed_in.headers["set-cookie"])
            assert len(given.others) == 2
            _open_websockets(server.url, key=given.bootstrap, cookie=signed_in.headers["set-cookie"].partition(";")[0])
            made = client.post(
                "/graphql", json={"query": CREATE_KEY, "variables": {"input": {"name": "till", "roles": ["clerk"]}}}
            ).json()
            given.others.append(made["data"]["apiKeyCreate"]["key"])
            anna = {"name": "anna", "displayName": "Anna", "roles": ["clerk"], "password": given.password}
            ben = {"name": "ben", "p": given.password}
            # What a variable may not be is quoted to the client that sent it, and nowhere else.
            client.post("/graphql", json={"query": CREATE_USER, "variables": {"input": anna | {"displayName": None}}})
            client.post("/graphql", json={"query": CREATE_USER, "variables": {"input": anna | {"roles": [7]}}})
            client.post("/graphql", json={"query": CREATE_USER, "variables": {"input": [anna]}})
            wrong = {"authorization": f"Bearer {given.wrong_key}"}
            no_user = {"name": "anna", "password": given.wrong_password}
            typed = {"name": "ben", "password": given.password}
            answers += [
                signed_in.text,
                client.post("/graphql", json={"query": "{ webhooks(first: 9) { nodes { id url secretCount } } }"}).text,
                client.post(
                    "/graphql", json={"query": CREATE, "variables": {"input": asked | {"url": "http://"}}}
                ).text,
                client.post("/graphql", json={"query": "{ __typename }"}, headers=wrong).text,
                client.post("/graphql", json={"query": CREATE_USER, "variables": {"input": anna}}).text,
                client.post("/graphql", json={"query": CREATE_USER, "variables": {"input": anna}}).text,
                client.post("/graphql", json={"query": CREATE_BY_PARTS, "variables": ben}).text,
                client.post("/graphql", json={"query": CREATE_BY_TEXT % given.password}).text,
                client.post("/graphql", content=b"{", headers={"content-type": "application/json"}).text,
                client.post("/auth/sign-in", json={"key": given.wrong_key}, headers=ON_PURPOSE).text,
                client.post("/auth/sign-in", json=no_user, headers=ON_PURPOSE).text,
                client.post("/auth/sign-in", json=typed, headers=ON_PURPOSE).text,
            ]
            redis.kill()
            until(lambda: "redis" in client.get("/readyz").text.lower(), "Redis is missed")
            answers.append(client.get("/readyz").text)
        listed = [path.read_bytes().replace(b"\0", b" ").decode(errors="replace") for path in commands_of(server)]
        assert any("stockpulse" in each for each in listed)
    finally:
        server.process.terminate()
        server.end()
    files = [*(tmp_path / "data").rglob("*"), *servers_dir.rglob("*.log*")]
    logged = [path.read_text(errors="replace") for path in files if path.is_file()]
    assert any("NETWORK" in text for text in logged)
    kept = everything_in(given.environment)
    assert [each for each in ("partner.example", "userCreate", "apiKeyCreate", "cleo") if each not in kept] == []
    assert "password" in kept  # the audit names what it leaves out
    printed = subprocess.run(  # noqa: S603 - our own command
        [*STOCKPULSE, "config"], env=given.environment, capture_output=True, text=True, check=True
    )
    backup = in_backup(tmp_path / "backup", given.environment)
    assert [each for each in ("partner.example", "userCreate", "apiKeyCreate", "cleo") if each not in backup] == []
    for text in (server.output, *answers, *listed, *logged, kept, printed.stdout, printed.stderr, backup):
        assert given.in_text(text) == []
    assert "***" in printed.stdout


def _open_websockets(url: str, *, key: str, cookie: str) -> None:
    """Open a websocket with a key in each of its places, and one with a session."""
    bearer = {"authorization": f"Bearer {key}"}
    for headers, payload in ((bearer, {}), ({}, bearer), ({"cookie": cookie, "origin": url}, {})):
        with connect(
            f"{url.replace('http', 'ws', 1)}/graphql",
            subprotocols=[Subprotocol("graphql-transport-ws")],
            additional_headers=headers,
        ) as websocket:
            websocket.send(json.dumps({"type": "connection_init", "payload": payload}))
            assert json.loads(websocket.recv()) == {"type": "connection_ack"}


def everything_in(environment: dict[str, str]) -> str:
    """Return the database of a server as text."""
    with MongoClient[dict[str, Any]](environment["STOCKPULSE_MONGO_URL"]) as client:
        database = client[environment["STOCKPULSE_MONGO_DATABASE"]]
        stored = {name: database[name].find().to_list() for name in database.list_collection_names()}
    assert len(stored["webhooks"]) == 1
    return json_util.dumps(stored)


def in_backup(folder: Path, environment: dict[str, str]) -> str:
    """Back the database of a server up, and return as text what was printed and written, for its owner alone."""
    command = [*STOCKPULSE, "backup", "create", str(folder)]
    printed = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)  # noqa: S603
    files = [path for path in folder.rglob("*") if path.is_file()]
    assert {path.stat().st_mode & 0o777 for path in files} == {0o600}
    assert {path.parent.stat().st_mode & 0o777 for path in files} == {0o700}
    assert "access_keys.bson.gz" in {path.name for path in files}
    assert "access_sessions.bson.gz" not in {path.name for path in files}
    read = [gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes() for path in files]
    return printed.stdout + printed.stderr + b"".join(read).decode(errors="replace")


def commands_of(server: Served) -> list[Path]:
    """Return where the command lines of a server and its children are."""
    groups = ((path, path.parent.name) for path in Path("/proc").glob("[0-9]*/cmdline"))
    return [path for path, pid in groups if _group_of(int(pid)) == server.process.pid]


def _group_of(pid: int) -> int | None:
    try:
        return os.getpgid(pid)
    except ProcessLookupError:
        return None


@pytest.mark.parametrize(
    "url",
    [
        "mongodb://shop:s3same@127.0.0.1:1/?replicaSet=rs0",
        "mongodb://shop:s3%2Fsame s3same@127.0.0.1:1/",
        "mongodb://127.0.0.1:1/?authMechanism=MONGODB-AWS&authMechanismProperties=AWS_SESSION_TOKEN:s3same",
        "mongodb://shop:s3same@127.0.0.1:1/?tls=true&tlsCertificateKeyFilePassword=s3same",
        "mongodb://shop:s3same@127.0.0.1:port/",
        "s3same",
        "redis://:s3same@127.0.0.1:1/0",
        "redis://127.0.0.1:1/0?password=s3same",
        "redis://:s3same@127.0.0.1:port/0",
        "rediss://:s3same@127.0.0.1:1/0?ssl_password=s3same&ssl_cert_reqs=sometimes",
        "http://shop:s3same@127.0.0.1",
    ],
)
@pytest.mark.parametrize("check", [check_mongo, check_redis])
def test_a_database_that_cannot_be_used_is_named_without_its_secrets(url: str, check: Any) -> None:  # noqa: ANN401
    """Whatever of the URL the driver does not like; without the sentence of the driver, which may quote it."""
    with pytest.raises(PreflightError) as refused:
        check(SecretStr(url), timeout_seconds=0.2)
    assert "s3same" not in str(refused.value)
    assert "s3same" not in without_secrets(url)


def test_each_secret_setting_is_marked_above() -> None:
    """A new one is added there, so that it is looked for."""
    assert {name.removesuffix("_FILE") for name in secret_file_variables()} == {
        "STOCKPULSE_MONGO_URL",
        "STOCKPULSE_REDIS_URL",
        "STOCKPULSE_SECRET_KEYS",
        "STOCKPULSE_BOOTSTRAP_KEY",
        "STOCKPULSE_OIDC_SECRET",
        "STOCKPULSE_METRICS_TOKEN",
    }
