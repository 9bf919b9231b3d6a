"""Runs uvicorn with our options, on a socket that is bound already.

Rule: the first signal starts the deadline of the stop, in one process as in many.
"""

import gc
import logging
import socket
import sys
from collections.abc import Callable
from types import FrameType

import uvicorn

from app.config import Settings
from app.server.process.log import log_config, log_what_is_printed
from app.server.process.stop_deadline import StopDeadline
from app.server.process.worker_processes import WorkerProcesses
from app.telemetry.log_lines import JsonLines
from app.telemetry.shared_directory import sharing_metrics

GRACEFUL_SECONDS = 7  # for open requests and streams; the application and the databases get the rest of the ten
WEBSOCKET_MESSAGE_MAX_BYTES = 65_536

logger = logging.getLogger(__name__)

_LOOP = "uvloop" if sys.platform != "win32" else "asyncio"  # the faster of the two; it does not exist on Windows


def run(
    settings: Settings,
    *,
    listener: socket.socket,
    on_ready: Callable[[], None],
    on_tick: Callable[[], None],
    deadline: StopDeadline,
    report: Callable[[str], None],
) -> bool:
    """Serve until SIGINT or SIGTERM; return whether it ended as it should. `on_tick` is called while it goes on.

    The application reads its settings from the environment, because workers are processes of their own.
    """
    config = _Config(
        "app.web.asgi:create_app",
        factory=True,
        loop=_LOOP,
        http="app.web.edge.http.http_protocol:HttpProtocol",  # uvicorn's "httptools", with our limits
        limit_concurrency=settings.max_connections,  # of HTTP only: the protocol counts websockets
        server_header=False,
        proxy_headers=False,  # app/web/edge/client_address.py reads them, of listed proxies only
        ws="app.web.protocol:WebSocketProtocol",  # uvicorn's "websockets-sansio", except for how it sends
        ws_per_message_deflate=False,
        ws_max_size=WEBSOCKET_MESSAGE_MAX_BYTES,
        timeout_graceful_shutdown=GRACEFUL_SECONDS,
        workers=settings.workers,
        log_config=log_config(settings),
        log_level=settings.log_level,
        access_log=False,
    )
    if settings.workers > 1:
        with sharing_metrics():
            workers = WorkerProcesses(
                config, [listener], on_ready=on_ready, on_tick=on_tick, deadline=deadline, report=report
            )
            workers.run()
        return not workers.failed
    server = _Server(config, on_ready=on_ready, on_tick=on_tick, deadline=deadline)
    server.run([listener])
    return server.started


class _Config(uvicorn.Config):
    """The configuration, which each worker applies to itself."""

    def configure_logging(self) -> None:
        super().configure_logging()
        if self._is_json:
            log_what_is_printed()

    def load(self) -> None:
        gc.disable()  # until the application has opened: what it imports stays
        try:
            super().load()
        except Exception:
            if not self._is_json:
                raise
            logger.critical("The application cannot be loaded.", exc_info=True)  # multiprocessing would print it
            raise SystemExit(1) from None

    @property
    def _is_json(self) -> bool:
        return isinstance(self.log_config, dict) and self.log_config["formatters"]["lines"]["()"] is JsonLines


class _Server(uvicorn.Server):
    """One process: this one."""

    def __init__(
        self,
        config: uvicorn.Config,
        *,
        on_ready: Callable[[], None],
        on_tick: Callable[[], None],
        deadline: StopDeadline,
    ) -> None:
        super().__init__(config)
        self._on_ready, self._on_tick, self._deadline = on_ready, on_tick, deadline

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        if self.started:
            self._on_ready()

    async def on_tick(self, counter: int) -> bool:
        """Also tell that the event loop turns, which calls this ten times a second."""
        self._on_tick()
        return await super().on_tick(counter)

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        self._deadline.begin()
        super().handle_exit(sig, frame)
