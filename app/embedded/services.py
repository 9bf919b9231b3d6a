"""The embedded servers as one context: they run inside the `with`, and not before or after it (ADR 5)."""

from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType

from app.embedded.binaries import MONGOD, REDIS_SERVER, Program, find
from app.embedded.data_dir import locked
from app.embedded.errors import DataDirUnusable, ServerMissing
from app.embedded.mongod import Mongod
from app.embedded.redis_server import RedisServer
from app.embedded.server import Server
from app.embedded.supervisor import RESTART_DELAYS_SECONDS, ServerSupervisor


@dataclass(frozen=True, slots=True, kw_only=True)
class EmbeddedUrls:
    """The URLs of the servers; None for one that is not embedded."""

    mongo_url: str | None
    redis_url: str | None


class EmbeddedServices:
    """A mongod and a redis-server, or one of them, with their data below a directory.

    `report` gets a line for each event, from other threads too. `on_failure` is called, also from another thread, when
    a server that is needed cannot be started any more. `meanwhile` is called once, while they start. Entering raises
    EmbeddedError.
    """

    def __init__(
        self,
        *,
        data_dir: Path,
        report: Callable[[str], None] = lambda line: None,
        mongo: bool = True,
        redis: bool = True,
        mongod_cache_gb: float = 1,
        on_failure: Callable[[], None] = lambda: None,
        meanwhile: Callable[[], None] = lambda: None,
        restart_delays: Sequence[float] = RESTART_DELAYS_SECONDS,
    ) -> None:
        self._data_dir, self._cache_gb, self._report, self._meanwhile = data_dir, mongod_cache_gb, report, meanwhile
        self._on_failure, self._delays = on_failure, restart_delays
        self._wanted = [program for program, wanted in ((MONGOD, mongo), (REDIS_SERVER, redis)) if wanted]
        self._supervisors: dict[Program, ServerSupervisor] = {}
        self._open = ExitStack()

    def __enter__(self) -> EmbeddedUrls:
        found = {program: find(program) for program in self._wanted}
        if missing := [program for program, path in found.items() if path is None]:
            raise ServerMissing(missing)
        with ExitStack() as stack:
            data_dir = stack.enter_context(locked(self._data_dir))
            self._supervisors = {
                program: self._supervisor(program, path, data_dir) for program, path in found.items() if path
            }
            stack.callback(self._stop)
            for supervisor in self._supervisors.values():  # all at once: the start takes as long as the slowest
                supervisor.start()
            self._meanwhile()
            urls = EmbeddedUrls(mongo_url=self._url(MONGOD), redis_url=self._url(REDIS_SERVER))
            self._open = stack.pop_all()
        return urls

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._open.close()

    @property
    def mongod_pid(self) -> int:
        """The process id of mongod, which each restart changes."""
        return self._supervisors[MONGOD].pid

    @property
    def redis_pid(self) -> int:
        """The process id of redis-server, which each restart changes."""
        return self._supervisors[REDIS_SERVER].pid

    def _supervisor(self, program: Program, path: Path, data_dir: Path) -> ServerSupervisor:
        return ServerSupervisor(
            self._server(program, path, data_dir),
            data_dir=data_dir,
            report=self._report,
            on_failure=self._on_failure,
            restart_delays=self._delays,
        )

    def _server(self, program: Program, path: Path, data_dir: Path) -> Server:
        if program is REDIS_SERVER:
            return RedisServer(program=path)
        directory = data_dir / "mongodb"
        try:
            directory.mkdir(exist_ok=True)
        except OSError as error:
            raise DataDirUnusable(data_dir, error) from error
        return Mongod(program=path, directory=directory, cache_gb=self._cache_gb)

    def _url(self, program: Program) -> str | None:
        return self._supervisors[program].url() if program in self._supervisors else None

    def _stop(self) -> None:
        for supervisor in self._supervisors.values():
            supervisor.ask_to_stop()
        for supervisor in self._supervisors.values():
            supervisor.wait_stopped()
