"""Liveness and readiness."""

import asyncio
from collections.abc import Mapping
from typing import Any

from starlette.applications import Starlette

from app.web.observation.health import Check, health_routes
from tests.web.toy import http_client


async def answer(path: str, check: Check, **options: float) -> tuple[int, Any]:
    """Request a health endpoint."""
    async with http_client(Starlette(routes=health_routes(check, **options))) as client:
        response = await client.get(path)
    return response.status_code, response.json() if path == "/readyz" else response.text


def reporting(problems: Mapping[str, str | None]) -> Check:
    """Return a check with that outcome."""

    async def check() -> Mapping[str, str | None]:
        return problems

    return check


async def hangs() -> Mapping[str, str | None]:
    """Never return."""
    return await asyncio.Event().wait()  # type: ignore[return-value]


async def test_a_process_that_runs_is_alive() -> None:
    """No dependency is checked."""
    assert await answer("/livez", hangs) == (200, "ok")


async def test_all_well_is_ready() -> None:
    """200 and ok."""
    assert await answer("/readyz", reporting({"mongo": None, "redis": None})) == (
        200,
        {"status": "ok", "checks": {"mongo": "ok", "redis": "ok"}},
    )


async def test_without_mongodb_there_is_nothing_to_serve() -> None:
    """503, with the problem."""
    assert await answer("/readyz", reporting({"mongo": "no primary", "redis": None})) == (
        503,
        {"status": "unavailable", "checks": {"mongo": "no primary", "redis": "ok"}},
    )


async def test_without_redis_we_serve_on() -> None:
    """200, and degraded, because mutations continue."""
    assert await answer("/readyz", reporting({"mongo": None, "redis": "refused"})) == (
        200,
        {"status": "degraded", "checks": {"mongo": "ok", "redis": "refused"}},
    )


async def test_without_its_writer_a_process_takes_no_changes() -> None:
    """503, until it is restarted: another process may serve."""
    assert await answer("/readyz", reporting({"mongo": None, "redis": None, "writer": "It failed"})) == (
        503,
        {"status": "unavailable", "checks": {"mongo": "ok", "redis": "ok", "writer": "It failed"}},
    )


async def test_a_task_of_the_background_that_has_ended_is_named() -> None:
    """200, and degraded: it is restarted, and its work is late at worst."""
    assert await answer("/readyz", reporting({"mongo": None, "redis": None, "publisher": "It failed"})) == (
        200,
        {"status": "degraded", "checks": {"mongo": "ok", "redis": "ok", "publisher": "It failed"}},
    )


async def test_a_check_that_hangs_is_a_problem() -> None:
    """The response comes in bounded time."""
    status, body = await answer("/readyz", hangs, timeout_seconds=0.02)
    assert (status, body["status"]) == (503, "unavailable")


async def test_a_check_that_crashes_is_a_problem() -> None:
    """503 without the exception's text, which goes to the log."""

    async def check() -> Mapping[str, str | None]:
        raise RuntimeError("the password is hunter2")

    status, body = await answer("/readyz", check)
    assert (status, body["status"]) == (503, "unavailable")
    assert "hunter2" not in str(body)
