"""How a replay ends: with a result, or with a sentence that says why it has none."""

import asyncio
from collections.abc import Coroutine
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from app.client.http.api_client import CannotGoOn, ServerGone

T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class ReplayResult(Generic[T]):
    """The result, or why it stopped without one; `is_interrupted` if that was Ctrl-C."""

    result: T | None = None
    stopped: str | None = None
    is_interrupted: bool = False


def replay_to_result(playing: Coroutine[Any, Any, T], *, go_on: str) -> ReplayResult[T]:
    """Run to the end. `go_on` is what the user is told to do after an interruption."""
    try:
        return ReplayResult(result=asyncio.run(playing))
    except ServerGone as error:
        return ReplayResult(stopped=f"{error} {go_on}")
    except CannotGoOn as error:
        return ReplayResult(stopped=str(error))
    except KeyboardInterrupt:
        return ReplayResult(stopped=f"Stopped by Ctrl-C. {go_on}", is_interrupted=True)
