"""Requests that are made together, and what became of each."""

import asyncio
from collections.abc import Awaitable, Sequence

from app.domain.errors import ErrorCode, Refused
from app.domain.outcome import Outcome
from tests.support.scene import outcome_or_refusal


async def at_once(*requests: Awaitable[Outcome]) -> list[Outcome | Refused]:
    """Return what became of requests that are made together."""
    return list(await asyncio.gather(*map(outcome_or_refusal, requests)))


def winners(results: Sequence[Outcome | Refused]) -> list[Outcome]:
    """Return those that were not refused."""
    return [result for result in results if isinstance(result, Outcome)]


def codes(results: Sequence[Outcome | Refused]) -> set[ErrorCode]:
    """Return why the others were."""
    return {error.code for result in results if isinstance(result, Refused) for error in result.errors}
