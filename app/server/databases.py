"""The databases of a server: those that are configured, checked, and of our own those that are not.

Rule: our own start before the application is imported, which takes as long as they take.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from importlib import import_module
from typing import Final

from pydantic import SecretStr

from app.config import Settings, without_secrets
from app.embedded import EmbeddedServices
from app.server.reporting import Report

_OF_EVERY_SERVER: Final = ("app.bootstrap", "app.server.process.http_server")
_OF_ONE_PROCESS: Final = ("app.web.asgi", "app.web.edge.http.http_protocol", "app.web.protocol", "uvloop")


@contextmanager
def databases(settings: Settings, *, report: Report, on_failure: Callable[[], None]) -> Iterator[Settings]:
    """Yield the settings with all URLs. Raises PreflightError and EmbeddedError."""
    if settings.mongo_url or settings.redis_url:
        _check(settings, report)
    if settings.mongo_url and settings.redis_url:
        yield settings
        return
    report(f"Starting our own databases; their data and logs are in {settings.data_dir.expanduser().absolute()}")
    services = EmbeddedServices(
        data_dir=settings.data_dir,
        report=report,
        mongo=not settings.mongo_url,
        redis=not settings.redis_url,
        mongod_cache_gb=settings.mongod_cache_gb,
        on_failure=on_failure,
        meanwhile=partial(_import_application, settings),
    )
    with services as urls:
        started = {"mongo_url": urls.mongo_url, "redis_url": urls.redis_url}
        yield settings.model_copy(update={name: SecretStr(url) for name, url in started.items() if url})


def _check(settings: Settings, report: Report) -> None:
    from app.server.checks.databases import check_mongo, check_redis  # noqa: PLC0415 - brings the drivers: see the rule

    if settings.mongo_url:
        check_mongo(settings.mongo_url, timeout_seconds=settings.mongo_timeout_seconds)
        report(f"MongoDB: answers at {without_secrets(settings.mongo_url.get_secret_value())}")
    if settings.redis_url:
        check_redis(settings.redis_url, timeout_seconds=settings.mongo_timeout_seconds)
        report(f"Redis: answers at {without_secrets(settings.redis_url.get_secret_value())}")


def _import_application(settings: Settings) -> None:
    """Import what the next steps need. Several processes import for themselves what answers requests."""
    for module in _OF_EVERY_SERVER if settings.workers > 1 else (*_OF_EVERY_SERVER, *_OF_ONE_PROCESS):
        import_module(module)
