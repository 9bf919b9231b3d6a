"""A small installation to soak: a mongod, a redis-server and several `stockpulse serve`, each supervised.

Rule: what is killed is started again by its supervisor, as `serve` does with its databases and systemd with `serve`.
"""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from types import TracebackType
from typing import Self

import orjson

from app.embedded import EmbeddedServices
from app.embedded.api_server import ApiServer, is_ready
from app.embedded.supervisor import ServerSupervisor
from app.security.key_form import new_key_text, new_prefix
from app.security.secret_key import new_secret_key

MEND_SECONDS = 120.0  # for a part to do its work again
LOOK_SECONDS = 0.05
RECONCILE_SECONDS = 600.0
_COMMAND = "from app.cli.main import main; main()"
_UNBOUNDED = {  # one key does everything here: what it may spend is no subject of a soak
    "STOCKPULSE_BUDGET_CAPACITY": "1000000000",
    "STOCKPULSE_BUDGET_RESTORE_RATE": "1000000000",
}


class SmallInstallation:
    """A context: everything runs inside the `with`, and not before or after it. Entering raises EmbeddedError."""

    roles: Sequence[str] = ("mongod", "redis-server", "api")

    def __init__(self, folder: Path, *, processes: int, report: Callable[[str], None]) -> None:
        self._folder, self._report = folder, report
        self._names = [f"api-{number}" for number in range(1, processes + 1)]
        self._open = ExitStack()
        self._apis: dict[str, ServerSupervisor] = {}
        self._turn = 0
        self.key: str | None = new_key_text(new_prefix())
        self.servers: Mapping[str, str] = {}

    def __enter__(self) -> Self:
        with ExitStack() as stack:
            self._folder.mkdir(parents=True)
            self._databases = EmbeddedServices(data_dir=self._folder / "databases", report=self._report)
            urls = stack.enter_context(self._databases)
            self._settings = {
                "STOCKPULSE_MONGO_URL": str(urls.mongo_url),
                "STOCKPULSE_REDIS_URL": str(urls.redis_url),
                "STOCKPULSE_BOOTSTRAP_KEY": str(self.key),
                "STOCKPULSE_SECRET_KEYS": new_secret_key(),
                "STOCKPULSE_AUTH": "required",
                "STOCKPULSE_DEMO": "false",
                "STOCKPULSE_WEBHOOK_ALLOW_PRIVATE": "true",
                **_UNBOUNDED,
            }
            stack.enter_context(_environment(self._settings))
            stack.callback(self._stop)
            self._apis = {name: self._supervisor(name) for name in self._names}
            for supervisor in self._apis.values():
                supervisor.start()
            self.servers = {name: supervisor.url() for name, supervisor in self._apis.items()}
            self._open = stack.pop_all()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._open.close()

    @property
    def urls(self) -> list[str]:
        """The GraphQL endpoints."""
        return [f"{url}/graphql" for url in self.servers.values()]

    def pids(self) -> dict[str, int]:
        """Return the process of each part."""
        own = {name: supervisor.pid for name, supervisor in self._apis.items()}
        return {**own, "mongod": self._databases.mongod_pid, "redis-server": self._databases.redis_pid}

    def logs(self) -> list[Path]:
        """Return the logs of the servers."""
        return [self._folder / f"{name}.log" for name in self._names]

    def find(self, role: str) -> str:
        """Return the part of a role; of the servers, each in its turn."""
        if role != "api":
            return role
        self._turn += 1
        return self._names[self._turn % len(self._names)]

    def kill(self, name: str) -> None:
        """End a part at once, and return when its supervisor has started another."""
        self._replace(name, signal.SIGKILL)

    def restart(self, name: str) -> None:
        """Stop a part, and return when its supervisor has started it again."""
        self._replace(name, signal.SIGTERM)

    def freeze(self, name: str) -> None:
        """Let a part stand still."""
        os.kill(self.pids()[name], signal.SIGSTOP)

    def mend(self, name: str) -> None:
        """Let a part go on, and return once every server says that all is well."""
        os.kill(self.pids()[name], signal.SIGCONT)
        _wait(self._is_well, f"{name} was mended, but not all is well")

    def reconcile(self, sku: str | None) -> list[str]:
        """Return the differences that the command finds."""
        where = [] if sku is None else ["--sku", sku]
        done = subprocess.run(  # noqa: S603 - our own command
            [sys.executable, "-c", _COMMAND, "reconcile", "--json", "--quiet", *where],
            env={**os.environ, **self._settings},
            capture_output=True,
            text=True,
            timeout=RECONCILE_SECONDS,
            check=False,
        )
        if done.returncode == 0:
            return []
        lines = [line for line in done.stdout.splitlines() if "check" in orjson.loads(line)]
        return lines or [f"it ended with code {done.returncode}: {done.stderr.strip()}"]

    def _replace(self, name: str, number: signal.Signals) -> None:
        before = self.pids()[name]
        os.kill(before, number)
        _wait(lambda: self.pids()[name] != before, f"{name} was not started again")

    def _is_well(self) -> bool:
        return all(is_ready(int(url.rpartition(":")[2])) for url in self.servers.values())

    def _supervisor(self, name: str) -> ServerSupervisor:
        return ServerSupervisor(
            ApiServer(name=name, directory=self._folder),
            data_dir=self._folder,
            report=self._report,
            on_failure=lambda: None,
        )

    def _stop(self) -> None:
        for supervisor in self._apis.values():
            supervisor.ask_to_stop()
        for supervisor in self._apis.values():
            supervisor.wait_stopped()


@contextmanager
def _environment(settings: Mapping[str, str]) -> Iterator[None]:
    """Set variables that the started servers inherit, and take them back in the end."""
    before = {name: os.environ.get(name) for name in settings}
    os.environ.update(settings)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                del os.environ[name]
            else:
                os.environ[name] = value


def _wait(is_so: Callable[[], bool], otherwise: str) -> None:
    """Return once something is so. Raises TimeoutError."""
    deadline = time.monotonic() + MEND_SECONDS
    while not is_so():
        if time.monotonic() > deadline:
            raise TimeoutError(otherwise)
        time.sleep(LOOK_SECONDS)
