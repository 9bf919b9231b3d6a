"""`stockpulse serve`: starts the databases and the server, one printed line per step.

Rule: an error that the operator can mend is one sentence; only our own bugs show a traceback.
"""

import gc
import os
import signal
import threading
import time
from collections.abc import Mapping
from contextlib import closing
from types import FrameType
from typing import TYPE_CHECKING

from pydantic import SecretStr

from app.config import Settings, environment_of, secret_file_variables
from app.security.secret_key import SecretKeyError, kept_secret_key
from app.server.checks import preflight
from app.server.checks.access_settings import check_access
from app.server.checks.safe_settings import check_safety
from app.server.databases import databases
from app.server.process.demo_process import DemoProcess
from app.server.process.log import begin_log, reporting
from app.server.process.open_files import make_room
from app.server.process.service_manager import ServiceManager
from app.server.process.stop_deadline import StopDeadline
from app.server.process.stoppable_run import StoppableRun
from app.server.reporting import Report, drop_what_is_not_read, unfailing

if TYPE_CHECKING:
    from app.bootstrap import DemoPlayer

FIRST_QUERY = "{ stockLevels(first: 3) { nodes { item { sku name } location { code } onHand available status } } }"
READER = "demo-viewer"  # the key of the first query
SHOWN_HOSTS = {"0.0.0.0": "127.0.0.1", "::": "::1"}  # noqa: S104 - where a browser finds a server on every address


def serve(settings: Settings, *, report: Report) -> int:
    """Serve until SIGINT or SIGTERM; return the exit code.

    Raise PreflightError or EmbeddedError, each with one sentence for the operator.
    """
    gc.disable()  # until we are ready: what is imported by then stays, and looking through it takes 0.3 s
    begin_log(settings)
    manager = ServiceManager()
    report = unfailing(manager.reporting(reporting(settings, report)))
    check_safety(settings, report)  # first: it names everything at once
    check_access(settings)
    # One process drains before its stop begins; several do so after their parent was asked to stop.
    drain_seconds = settings.drain_seconds if settings.workers > 1 else 0
    demo = DemoProcess(logs_errors=settings.log_format == "json")

    def begin_to_stop() -> None:
        manager.stopping()
        demo.leave()

    deadline = StopDeadline(report, drain_seconds=drain_seconds, on_begin=begin_to_stop)

    preparation = StoppableRun()

    def stop(_: int, __: FrameType | None) -> None:
        deadline.begin()
        if not preparation.stop():
            raise KeyboardInterrupt  # ends whatever runs, so that every context closes

    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, stop)
    has_failed = threading.Event()

    def stop_for_failure() -> None:
        has_failed.set()
        os.kill(os.getpid(), signal.SIGTERM)

    try:
        with closing(preflight.bind(settings.host, settings.port)) as listener:
            settings = _within_open_files(settings, report)
            settings = settings.model_copy(update={"port": listener.getsockname()[1]})
            with databases(settings, report=report, on_failure=stop_for_failure) as with_urls:
                complete = _with_secret_keys(with_urls)  # now that the data directory is ours
                _hand_down(complete)
                first_keys, player = _prepare(complete, report, preparation)
                preflight.listen(listener)
                from app.server.process import http_server  # noqa: PLC0415 - see the rule of app/server/databases.py

                def begin() -> None:
                    manager.ready()
                    _begin(complete, report, first_keys, player, demo)

                with closing(demo):
                    is_good = http_server.run(
                        complete,
                        listener=listener,
                        on_ready=begin,
                        on_tick=manager.alive,
                        deadline=deadline,
                        report=report,
                    )
    except KeyboardInterrupt:
        is_good = True  # asked to stop, and every context has closed
    drop_what_is_not_read()
    return 0 if is_good and not has_failed.is_set() else 1


def _within_open_files(settings: Settings, report: Report) -> Settings:
    """Return the settings with as many connections as the system allows, in the proportion that is set."""
    wanted = settings.max_connections + settings.max_websockets
    fitting = make_room(wanted)
    if fitting is None:
        return settings
    http = max(fitting * settings.max_connections // wanted, 1)
    report(
        f"The system allows {fitting} connections per process: {http} of HTTP and {fitting - http} websockets. "
        "For more, raise `ulimit -n`."
    )
    return settings.model_copy(update={"max_connections": http, "max_websockets": fitting - http})


def _with_secret_keys(settings: Settings) -> Settings:
    """Return the settings with the keys of the data directory, if none are set, so that all workers have the same."""
    if settings.secret_keys is not None:
        return settings
    try:
        return settings.model_copy(update={"secret_keys": SecretStr(kept_secret_key(settings.data_dir))})
    except SecretKeyError as error:
        raise preflight.PreflightError(str(error)) from error


def _hand_down(settings: Settings) -> None:
    """Let the workers read the same settings, those that files held included."""
    for variable in secret_file_variables():
        os.environ.pop(variable, None)
    os.environ.update(environment_of(settings))


def _prepare(
    settings: Settings, report: Report, preparation: StoppableRun
) -> tuple[Mapping[str, str], "DemoPlayer | None"]:
    """Prepare the database; return the API keys that were made for the demo, by name, and who plays it."""
    from pymongo.errors import PyMongoError  # noqa: PLC0415 - see the rule of app/server/databases.py

    from app.bootstrap import BootstrapKeyError, demo_player, prepare  # noqa: PLC0415
    from app.domain.failures import ServiceError, Unavailable  # noqa: PLC0415

    began = time.monotonic()
    try:
        first_keys = preparation.run(prepare(settings, report=report))
        player = preparation.run(demo_player(settings))
    except BootstrapKeyError as error:
        raise preflight.PreflightError(str(error)) from error
    except (PyMongoError, ServiceError) as error:
        reason = error.reason if isinstance(error, Unavailable) else error
        raise preflight.PreflightError(f"The database {settings.mongo_database} cannot be set up: {reason}.") from error
    report(f"Database: prepared in {time.monotonic() - began:.1f} s")
    return first_keys, player


def _begin(
    settings: Settings,
    report: Report,
    first_keys: Mapping[str, str],
    player: "DemoPlayer | None",
    demo: DemoProcess,
) -> None:
    gc.enable()
    if player is not None:
        demo.start(f"{_url_of(settings)}/graphql", key=player.key)
        report("The demo shop goes on by itself, a trading day a minute; STOCKPULSE_DEMO_LIVE=false leaves it still.")
    _welcome(settings, report, first_keys)


def _url_of(settings: Settings) -> str:
    host = SHOWN_HOSTS.get(settings.host, settings.host)
    return f"http://{f'[{host}]' if ':' in host else host}:{settings.port}"


def _welcome(settings: Settings, report: Report, first_keys: Mapping[str, str]) -> None:
    url = _url_of(settings)
    if settings.log_format == "json":  # a log is kept, and read by many: it gets no keys
        made = " API keys of the demo shop were made, which a log does not show." if first_keys else ""
        report(f"Stockpulse is ready at {url}/graphql.{made}")
        return
    needs_key = settings.auth == "required"
    bearer = first_keys.get(READER, "$STOCKPULSE_KEY")
    key = f' -H "authorization: Bearer {bearer}"' if needs_key else ""
    report(
        f"""
Stockpulse is ready; Ctrl-C stops it.
  Dashboard               {url}/
  GraphQL and GraphiQL    {url}/graphql
  Alive / able to serve   {url}/livez  {url}/readyz
{_about_keys(settings, first_keys) if needs_key else ""}
A first query:
  curl -s {url}/graphql{key} -H 'content-type: application/json' -d '{{"query":"{FIRST_QUERY}"}}'
"""
    )


def _about_keys(settings: Settings, first_keys: Mapping[str, str]) -> str:
    """Return the keys that were made, or how to get one where all were made before."""
    if first_keys:
        lines = [f"  {name:<22}  {text}" for name, text in first_keys.items()]
        return "\n".join(["", "API keys of the demo shop, shown only now:", *lines, ""])
    if settings.bootstrap_key is not None:
        return "\nThe admin key bootstrap is the one in STOCKPULSE_BOOTSTRAP_KEY, unless it was revoked.\n"
    return (
        "\nAPI keys are shown only when they are made. Without one, start again with STOCKPULSE_BOOTSTRAP_KEY set to\n"
        "what `stockpulse bootstrap-key` prints: that becomes an admin key.\n"
    )
