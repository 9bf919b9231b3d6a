"""Installations to soak: a small one as `serve` makes it, with several processes, and a cluster.

Rule: what is killed is started again, as a supervisor does on a server; databases of a cluster only after others had
the time to take over.
"""

import os
import signal
import subprocess
import sys
import time
from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path
from types import TracebackType
from typing import Self

import orjson

from app.client.soak.faults.installation import NotCompared, NotMended
from app.client.soak.faults.schedule import API
from app.embedded import EmbeddedError, EmbeddedServices
from app.embedded.cluster.cluster import Cluster, is_ready
from app.embedded.cluster.member import ClusterMember
from app.embedded.cluster.takeover import Takeover
from app.embedded.ports import free_ports
from app.embedded.server import LOOPBACK
from app.security.key_form import new_key_text, new_prefix
from app.security.secret_key import new_secret_key

MEND_SECONDS = 120.0  # for a part to do its work again
AWAY_SECONDS = 15.0  # of a killed member of a cluster: longer than an election takes
LOOK_SECONDS = 0.05
RECONCILE_SECONDS = 600.0
_COMMAND = [sys.executable, "-c", "from app.cli.main import main; main()"]
_SETTINGS = {
    "STOCKPULSE_AUTH": "required",
    "STOCKPULSE_DEMO": "false",
    "STOCKPULSE_WEBHOOK_ALLOW_PRIVATE": "true",
    # One key does everything here: what it may spend is no subject of a soak.
    "STOCKPULSE_BUDGET_CAPACITY": "1000000000",
    "STOCKPULSE_BUDGET_RESTORE_RATE": "1000000000",
}


class OwnInstallation(ABC):
    """A context: everything runs inside the `with`, and not before or after it. Entering raises EmbeddedError."""

    def __init__(self) -> None:
        self.key: str | None = new_key_text(new_prefix())
        self._open = ExitStack()
        self._turn = 0

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._open.close()

    @property
    @abstractmethod
    def apis(self) -> Sequence[ClusterMember]:
        """The servers."""

    @property
    def servers(self) -> dict[str, str]:
        """Where each server is, by its name."""
        return {api.name: f"http://{LOOPBACK}:{api.port}" for api in self.apis}

    def logs(self) -> list[Path]:
        """Return the logs of the servers."""
        return [api.log for api in self.apis]

    def reconcile(self, sku: str | None) -> list[str]:
        """Return the differences that the command finds. Raises NotCompared."""
        done = subprocess.run(  # noqa: S603 - our own command
            [*_COMMAND, "reconcile", "--json", "--quiet", *([] if sku is None else ["--sku", sku])],
            env={**os.environ, **self.apis[0].environment},
            capture_output=True,
            text=True,
            timeout=RECONCILE_SECONDS,
            check=False,
        )
        if done.returncode == 0:
            return []
        if done.returncode != 1:
            raise NotCompared(f"it ended with code {done.returncode}: {done.stderr.strip()}")
        return [line for line in done.stdout.splitlines() if "check" in orjson.loads(line)]

    def _next_api(self) -> str:
        """Return each server in its turn."""
        self._turn += 1
        return self.apis[self._turn % len(self.apis)].name


class SmallInstallation(OwnInstallation):
    """A mongod and a redis-server, supervised as `serve` does it, and several servers that share them."""

    roles: Sequence[str] = ("mongod", "redis-server", API)

    def __init__(self, folder: Path, *, processes: int, report: Callable[[str], None]) -> None:
        super().__init__()
        self._folder, self._processes, self._report = folder, processes, report
        self._apis: dict[str, ClusterMember] = {}
        self._starter = ThreadPoolExecutor(1, thread_name_prefix="starter")  # children end with their thread
        self._killed: dict[str, int] = {}

    def __enter__(self) -> Self:
        with ExitStack() as stack:
            self._folder.mkdir(parents=True)
            self._databases = EmbeddedServices(data_dir=self._folder / "databases", report=self._report)
            urls = stack.enter_context(self._databases)
            environment = {
                **_SETTINGS,
                "STOCKPULSE_MONGO_URL": str(urls.mongo_url),
                "STOCKPULSE_REDIS_URL": str(urls.redis_url),
                "STOCKPULSE_BOOTSTRAP_KEY": str(self.key),
                "STOCKPULSE_SECRET_KEYS": new_secret_key(),
            }
            stack.callback(self._starter.shutdown)
            stack.callback(self._end)
            for number, port in enumerate(free_ports(self._processes), start=1):
                api = self._api(f"{API}-{number}", port, environment)
                self._apis[api.name] = api
                self._starter.submit(api.start).result()
            for api in self.apis:
                _await(lambda: is_ready(api.port), api.name)  # noqa: B023
            self._report(f"Stockpulse: {len(self.apis)} processes, at {' and '.join(self.servers.values())}")
            self._open = stack.pop_all()
        return self

    @property
    def apis(self) -> Sequence[ClusterMember]:
        """The servers."""
        return [*self._apis.values()]

    @property
    def urls(self) -> list[str]:
        """The GraphQL endpoints: those of all servers, between which clients choose."""
        return [f"{url}/graphql" for url in self.servers.values()]

    def pids(self) -> dict[str, int]:
        """Return the process of each part."""
        own = {api.name: api.pid for api in self.apis}
        return {**own, "mongod": self._databases.mongod_pid, "redis-server": self._databases.redis_pid}

    def find(self, role: str) -> str:
        """Return the part of a role."""
        return self._next_api() if role == API else role

    def kill(self, name: str) -> None:
        """End a part at once."""
        if name in self._apis:
            self._apis[name].kill()
        else:
            self._killed[name] = self.pids()[name]
            os.kill(self._killed[name], signal.SIGKILL)

    def freeze(self, name: str) -> None:
        """Let a part stand still."""
        os.kill(self.pids()[name], signal.SIGSTOP)

    def taken_over_after(self) -> None:
        """Return nothing: there is one of each database."""

    def restart(self, name: str) -> None:
        """Stop a server, and return once another is ready in its place."""
        self._apis[name].stop()
        self.mend(name)

    def mend(self, name: str) -> None:
        """Start a killed part, or let a frozen one go on, and return once every server says that all is well."""
        if name in self._killed:
            before = self._killed.pop(name)
            _await(lambda: self.pids()[name] != before, name)  # its supervisor starts it
        elif name not in self._apis or self._apis[name].is_running:
            os.kill(self.pids()[name], signal.SIGCONT)
        _await(self._is_well, name)

    def _is_well(self) -> bool:
        """Start each server that has ended, as a service manager does; return whether all say that all is well."""
        for api in self.apis:
            if not api.is_running:
                self._starter.submit(api.start).result()
        return all(is_ready(api.port) for api in self.apis)

    def _api(self, name: str, port: int, environment: Mapping[str, str]) -> ClusterMember:
        command = [*_COMMAND, "serve", "--host", LOOPBACK, "--port", str(port)]
        return ClusterMember(name=name, port=port, command=command, folder=self._folder, environment=environment)

    def _end(self) -> None:
        for api in self.apis:
            api.kill()


class ClusterInstallation(OwnInstallation):
    """Three mongods, three Redis with Sentinels, several servers, and a balancer that clients know alone."""

    roles: Sequence[str] = ("primary", "secondary", "redis-master", API)

    def __init__(self, folder: Path, *, processes: int, report: Callable[[str], None]) -> None:
        super().__init__()
        self._cluster = Cluster(folder, processes=processes, settings=_SETTINGS, report=report)
        self._takeover: Takeover | None = None
        self._found: dict[str, str] = {}
        self.key = self._cluster.admin_key

    def __enter__(self) -> Self:
        with ExitStack() as stack:
            stack.enter_context(self._cluster)
            self._open = stack.pop_all()
        return self

    @property
    def apis(self) -> Sequence[ClusterMember]:
        """The servers."""
        return self._cluster.apis

    @property
    def urls(self) -> list[str]:
        """The GraphQL endpoint of the balancer."""
        return [f"{self._cluster.url}/graphql"]

    def pids(self) -> dict[str, int]:
        """Return the process of each part."""
        return {name: self._cluster.member(name).pid for name in self._cluster.names}

    def find(self, role: str) -> str:
        """Return the part that has a role now. Raises NotMended where none has it."""
        if role == API:
            self._found = {}
            return self._next_api()
        try:
            self._found = {role: self._cluster.member(role).name}
            return self._found[role]
        except (EmbeddedError, StopIteration) as error:
            raise NotMended(f"There is no {role}.") from error

    def kill(self, name: str) -> None:
        """End a part at once; a database stays away until others have taken over."""
        self._watch(name)
        self._cluster.kill(name)
        if name not in self.servers:
            time.sleep(AWAY_SECONDS)

    def freeze(self, name: str) -> None:
        """Let a part stand still."""
        self._watch(name)
        self._cluster.freeze(name)

    def taken_over_after(self) -> float | None:
        """Return how long after the last harm there was another primary, or another master of Redis."""
        takeover, self._takeover = self._takeover, None  # the next harm may be of a part that none takes over
        return None if takeover is None else takeover.stop()

    def restart(self, name: str) -> None:
        """Stop a server, and return once another is ready in its place."""
        self._cluster.stop(name)
        self.mend(name)

    def _watch(self, name: str) -> None:
        """Look for who takes over what a part does, if that is a role of one."""
        cluster, self._takeover = self._cluster, None
        if name == self._found.get("primary"):
            self._takeover = Takeover(cluster.mongo.primary, harmed=name)
        elif name == self._found.get("redis-master"):
            self._takeover = Takeover(cluster.redis.master, harmed=name)

    def mend(self, name: str) -> None:
        """Start a part, or let it go on, and return once it does its work and every server says that all is well."""

        def does_its_work() -> bool:
            self._cluster.start(name)  # once more where it has ended, as a service manager does
            return self._cluster.is_ready(name)

        _await(does_its_work, name)
        _await(lambda: all(is_ready(api.port) for api in self.apis), name)


def _await(is_so: Callable[[], bool], name: str) -> None:
    """Return once something is so. Raises NotMended."""
    deadline = time.monotonic() + MEND_SECONDS
    while not is_so():
        if time.monotonic() > deadline:
            raise NotMended(f"{name} was started again, and not all is well after {MEND_SECONDS:g} s.")
        time.sleep(LOOK_SECONDS)
