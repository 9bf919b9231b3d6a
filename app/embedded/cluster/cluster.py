"""The cluster as one context: its processes run inside the `with`, and not before or after it.

Rule: one thread starts all processes, and lives as long as they do: Linux ends a child with the thread that started it.
"""

import base64
import http.client
import os
import secrets
import shutil
import sys
import sysconfig
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path
from types import TracebackType
from typing import Self

from app.embedded.binaries import MONGOD, REDIS_SERVER, find
from app.embedded.cluster import balancer
from app.embedded.cluster.member import ClusterMember
from app.embedded.cluster.mongo_set import MongoSet
from app.embedded.cluster.redis_set import RedisSet
from app.embedded.cluster.waiting import FORM_SECONDS, within
from app.embedded.data_dir import locked
from app.embedded.errors import ServerMissing
from app.embedded.ports import free_ports
from app.embedded.server import LOOPBACK

ELECTION_TIMEOUT_SECONDS = 10.0  # MongoDB's default
DOWN_AFTER_SECONDS = 5.0  # of a Redis master, by the Sentinels; their own default is 30
DRAIN_SECONDS = "2"  # the balancer looks four times a second
HEALTH = "/readyz"
BALANCER = "balancer"
ROLES = ("primary", "secondary", "redis-master", "redis-replica", "api")


class Cluster:
    """Three mongods, three redis-servers, three Sentinels, several `stockpulse serve` and a balancer.

    `settings` are those of `stockpulse serve`, as environment variables; what the cluster needs is set already.
    Entering starts everything anew below the folder, which one cluster may use at a time; raises EmbeddedError.
    """

    def __init__(
        self,
        folder: Path,
        *,
        processes: int = 2,
        election_timeout_seconds: float = ELECTION_TIMEOUT_SECONDS,
        down_after_seconds: float = DOWN_AFTER_SECONDS,
        settings: Mapping[str, str] | None = None,
        report: Callable[[str], None] = lambda line: None,
    ) -> None:
        self._folder = folder.expanduser().absolute()
        self._processes = processes
        self._election_timeout_seconds = election_timeout_seconds
        self._down_after_seconds = down_after_seconds
        self._settings = settings or {}
        self._report = report
        self._starter = ThreadPoolExecutor(1, thread_name_prefix="cluster starter")
        self._members: dict[str, ClusterMember] = {}
        self._open = ExitStack()
        self._secret_key = base64.b64encode(os.urandom(32)).decode()
        self.admin_key = f"sp_cluster23456_{secrets.token_urlsafe(32)}"

    def __enter__(self) -> Self:
        found = {program: find(program) for program in (MONGOD, REDIS_SERVER)}
        if missing := [program for program, path in found.items() if path is None]:
            raise ServerMissing(missing)
        mongod, redis_server = found.values()
        assert mongod
        assert redis_server
        with ExitStack() as stack:
            stack.enter_context(locked(self._folder))
            stack.callback(self._starter.shutdown)
            stack.callback(self._end)
            self.mongo = MongoSet(self._folder, program=mongod, election_timeout_seconds=self._election_timeout_seconds)
            stack.callback(self.mongo.close)
            self.redis = RedisSet(self._folder, program=redis_server, down_after_seconds=self._down_after_seconds)
            self._add(*self.mongo.members, *self.redis.members)
            _at_once(self.mongo.form, self.redis.form)
            self._report(f"MongoDB: {len(self.mongo.members)} members, the primary is {self.primary().name}")
            self._report(f"Redis: {len(self.redis.servers)} servers and {len(self.redis.sentinels)} Sentinels")
            *ports, self.port = free_ports(self._processes + 1)
            self.apis = [self._api(number, port) for number, port in enumerate(ports, start=1)]
            self._add(*self.apis, self._balancer())
            for api in self.apis:
                self.await_ready(api.name)
            self._members[BALANCER].wait_until_listening()
            within(FORM_SECONDS, lambda: is_ready(self.port), "The balancer finds no server that is ready")
            self._report(f"Stockpulse: {len(self.apis)} processes behind {self.url}")
            self._open = stack.pop_all()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._open.close()

    @property
    def url(self) -> str:
        """Where clients find it: the address of the balancer."""
        return f"http://{LOOPBACK}:{self.port}"

    @property
    def names(self) -> list[str]:
        """The names of all processes."""
        return [*self._members]

    def member(self, name: str) -> ClusterMember:
        """Return the process of a name, or that has a role now: see ROLES. Raises KeyError, NotInTime."""
        match name:
            case "primary":
                return self.primary()
            case "secondary":
                primary = self.primary()
                return next(each for each in self.mongo.members if each.answers and each is not primary)
            case "redis-master":
                return self.redis.await_master()
            case "redis-replica":
                master = self.redis.await_master()
                return next(each for each in self.redis.servers if each.answers and each is not master)
            case "api":
                return next(each for each in self.apis if each.answers)
        return self._members[name]

    def primary(self) -> ClusterMember:
        """Return MongoDB's primary, as soon as there is one; raise NotInTime."""
        return self.mongo.await_primary()

    def kill(self, name: str) -> str:
        """End a process at once, and return its name."""
        member = self.member(name)
        member.kill()
        return member.name

    def freeze(self, name: str) -> str:
        """Let a process stand still with its connections open, and return its name."""
        member = self.member(name)
        member.freeze()
        return member.name

    def stop(self, name: str) -> int:
        """Ask a process to end, wait for that, and return its exit code."""
        return self._members[name].stop()

    def start(self, name: str) -> None:
        """Start a process that has ended on its port and data, or let one go on that was frozen."""
        member = self._members[name]
        member.resume()
        self._starter.submit(member.start).result()

    def await_ready(self, name: str, *, seconds: float = FORM_SECONDS) -> None:
        """Return once a process does its part: a member follows, a server is ready; raise NotInTime."""
        within(seconds, lambda: self.is_ready(name), f"{name} is not ready")

    def is_ready(self, name: str) -> bool:
        """Return whether a process does its part."""
        member = self._members[name]
        if not member.answers:
            return False
        if member in self.mongo.members:
            return self.mongo.follows(member)
        return self.redis.follows(member) if member in self.redis.members else is_ready(member.port)

    def _add(self, *members: ClusterMember) -> None:
        for member in members:
            self._members[member.name] = member
            self._starter.submit(member.start).result()

    def _api(self, number: int, port: int) -> ClusterMember:
        program = Path(sysconfig.get_path("scripts"), "stockpulse")
        environment = {
            "STOCKPULSE_MONGO_URL": self.mongo.url,
            "STOCKPULSE_REDIS_URL": self.redis.url,
            "STOCKPULSE_AUTH": "required",
            "STOCKPULSE_DEMO": "false",
            "STOCKPULSE_BOOTSTRAP_KEY": self.admin_key,
            "STOCKPULSE_SECRET_KEYS": self._secret_key,
            "STOCKPULSE_DRAIN_SECONDS": DRAIN_SECONDS,
            **self._settings,
        }
        command = [str(program), "serve", "--host", LOOPBACK, "--port", str(port)]
        return ClusterMember(
            name=f"api-{number}", port=port, command=command, folder=self._folder, environment=environment
        )

    def _balancer(self) -> ClusterMember:
        ports = [str(api.port) for api in self.apis]
        command = [sys.executable, "-I", "-S", str(balancer.__file__), str(self.port), HEALTH, *ports]
        return ClusterMember(name=BALANCER, port=self.port, command=command, folder=self._folder)

    def _end(self) -> None:
        for member in reversed(self._members.values()):
            member.kill()
        for name in self._members:
            shutil.rmtree(self._folder / name, ignore_errors=True)  # data of a trial, hundreds of megabytes


def _at_once(*works: Callable[[], None]) -> None:
    with ThreadPoolExecutor(len(works)) as pool:
        for done in [pool.submit(work) for work in works]:
            done.result()


def is_ready(port: int) -> bool:
    """Return whether a server of this machine says that it can serve, and that all is well."""
    connection = http.client.HTTPConnection(LOOPBACK, port, timeout=3)
    try:
        connection.request("GET", HEALTH)
        return b'"ok"' in connection.getresponse().read().partition(b",")[0]
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()
