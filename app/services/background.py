"""What goes on in the background of a process for as long as a context is open."""

import asyncio
from abc import ABC, abstractmethod
from contextlib import suppress
from types import TracebackType
from typing import Self


class Background(ABC):
    """One task that lives in an async context. Whoever derives from it says in `_run` what the task does, for good."""

    def __init__(self, *, name: str) -> None:
        """`name` is the task's, for those who look at a process from outside."""
        self._name = name
        self._task: asyncio.Task[None] | None = None

    async def __aenter__(self) -> Self:
        self._task = asyncio.create_task(self._run(), name=self._name)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        assert self._task is not None
        self._task.cancel()
        with suppress(asyncio.CancelledError):
            await self._task

    @abstractmethod
    async def _run(self) -> None:
        """Do what is to be done, until cancelled."""
