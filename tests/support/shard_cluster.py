# ruff: noqa: ANN401 - commands and answers hold values of any kind
"""The config server and two shards of a cluster, and what mongos would tell them: no package here has mongos itself.

Rule: each command is passed on as mongos passes it on, to the config server or to the primary shard. So the servers
check it as those of a whole cluster do; only statements are never routed.
"""

import asyncio
import subprocess
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from pymongo import AsyncMongoClient

from app.embedded.binaries import MONGOD, find
from app.embedded.ports import free_port
from app.server.process.die_with_parent import tied_to_us

DATABASE = "shop"
_MAJORITY = {"writeConcern": {"w": "majority"}}
Server = AsyncMongoClient[dict[str, Any]]


class Mongos:
    """A client of mongos, as far as a plan needs one."""

    def __init__(self, config: Server, primary: Server) -> None:
        self.config, self.primary = config, primary
        self.admin = _Admin(self)

    def __getitem__(self, name: str) -> Any:
        if name == "admin":
            return self.admin
        if name == "config":
            return self.config["config"]
        return _Database(self, name)


class _Database:
    """A database whose client is the mongos."""

    def __init__(self, client: Mongos, name: str) -> None:
        self.client, self.name = client, name

    def __getitem__(self, name: str) -> Any:
        return self.client.primary[self.name][name]

    def __getattr__(self, name: str) -> Any:
        return getattr(self.client.primary[self.name], name)


class _Admin:
    """What mongos does with each command."""

    def __init__(self, mongos: Mongos) -> None:
        self._mongos = mongos

    async def command(self, command: Any) -> Any:
        name = command if isinstance(command, str) else next(iter(command))
        if name == "hello":
            return {"msg": "isdbgrid", "ok": 1.0}
        if name == "shardCollection":
            database, _, collection = command[name].partition(".")
            known = await self._mongos.config["config"]["databases"].find_one({"_id": database})
            assert known is not None
            sent = {"_shardsvrCreateCollection": collection, "shardKey": command["key"]}
            versioned = {**sent, **_MAJORITY, "databaseVersion": known["version"]}
            return await self._mongos.primary[database].command(versioned)
        passed_on = {"enableSharding": "_configsvrCreateDatabase", "addShardToZone": "_configsvrAddShardToZone"}
        sent = {passed_on.get(name, "_configsvrUpdateZoneKeyRange"): command[name]}
        sent |= {part: value for part, value in command.items() if part != name}
        return await self._mongos.config.admin.command({**sent, **_MAJORITY})


@asynccontextmanager
async def shard_cluster(directory: Path) -> AsyncIterator[Mongos]:
    """Start the servers, with the database on the shard `one`, and stop them."""
    roles = {"cfg": "--configsvr", "one": "--shardsvr", "two": "--shardsvr"}
    ports = {name: free_port() for name in roles}
    processes = [_started(directory / name, name, role, ports[name]) for name, role in roles.items()]
    clients: dict[str, Server] = {
        name: AsyncMongoClient("127.0.0.1", port, directConnection=True, serverSelectionTimeoutMS=60_000)
        for name, port in ports.items()
    }
    try:
        async with asyncio.timeout(120):
            await asyncio.gather(*(_initiated(clients[name], name, ports[name]) for name in roles))
            admin = clients["cfg"].admin
            for name in ("one", "two"):
                await admin.command({"_configsvrAddShard": f"{name}/127.0.0.1:{ports[name]}", **_MAJORITY})
            await admin.command({"_configsvrCreateDatabase": DATABASE, "primaryShardId": "one", **_MAJORITY})
        yield Mongos(clients["cfg"], clients["one"])
    finally:
        for client in clients.values():
            await client.close()
        for process in processes:
            process.kill()  # nothing of it is needed any more
            process.wait()


def _started(directory: Path, name: str, role: str, port: int) -> "subprocess.Popen[bytes]":
    directory.mkdir(parents=True)
    program = find(MONGOD)
    assert program is not None
    command = [
        *(str(program), "--dbpath", str(directory), "--port", str(port), "--replSet", name, role),
        *("--bind_ip", "127.0.0.1", "--nounixsocket", "--wiredTigerCacheSizeGB", "0.25", "--oplogSize", "64"),
        *("--setParameter", "diagnosticDataCollectionEnabled=false"),
    ]
    return subprocess.Popen(tied_to_us(command), stdout=subprocess.DEVNULL)  # noqa: S603 - our own program


async def _initiated(client: Server, name: str, port: int) -> None:
    config = {"_id": name, "members": [{"_id": 0, "host": f"127.0.0.1:{port}"}]}
    await client.admin.command("replSetInitiate", config | ({"configsvr": True} if name == "cfg" else {}))
    while not (await client.admin.command("hello"))["isWritablePrimary"]:  # noqa: ASYNC110 - of another process
        await asyncio.sleep(0.02)
