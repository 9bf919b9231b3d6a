"""Liveness and readiness of this process.

Rule: liveness checks no dependency; readiness checks the stores, in bounded time. Without MongoDB, while the writer is
stuck, or once it is about to stop, the process is not ready. Without Redis it is: mutations continue and dashboards
fall back to polling, so that is only reported; so is a background task that failed lately and was restarted, and what
may become worse: a queue that fills, webhooks far behind, servers of the database that do not answer.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping

from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

logger = logging.getLogger(__name__)

READINESS_TIMEOUT_SECONDS = 2.0  # below a load balancer's usual 5 s, so that we answer first
DATABASE = "mongo"
STOPPING = "stop"
REQUIRED = frozenset({DATABASE, "writer", STOPPING})

# Names each dependency, and each task that has failed, with its problem; None is good health.
Check = Callable[[], Awaitable[Mapping[str, str | None]]]


def health_routes(check: Check, *, timeout_seconds: float = READINESS_TIMEOUT_SECONDS) -> list[Route]:
    """Return the routes `/livez` and `/readyz`.

    The check should have a timeout for each dependency: when it does not return at all, MongoDB counts as down.
    """

    async def readyz(_: Request) -> Response:
        return _report(await _bounded(check, timeout_seconds))

    return [Route("/livez", _livez), Route("/readyz", readyz)]


async def _livez(_: Request) -> Response:
    return PlainTextResponse("ok")


async def _bounded(check: Check, seconds: float) -> Mapping[str, str | None]:
    try:
        async with asyncio.timeout(seconds):
            return await check()
    except TimeoutError:
        return {DATABASE: f"no answer within {seconds:g} s"}
    except Exception:
        logger.exception("The readiness check failed.")
        return {DATABASE: "the check failed"}


def _report(problems: Mapping[str, str | None]) -> Response:
    failing = {name for name, problem in problems.items() if problem is not None}
    status = "unavailable" if failing & REQUIRED else "degraded" if failing else "ok"
    checks = {name: problem or "ok" for name, problem in problems.items()}
    return JSONResponse({"status": status, "checks": checks}, status_code=503 if failing & REQUIRED else 200)
