"""What a task works on, a request or a background task, so that each line of the log and each trace can say so.

Rule: to begin work costs one assignment. It is described only where a line is logged. This is plain Python, so that
every layer may use it.
"""

import asyncio
import time
from collections.abc import Coroutine, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager, nullcontext
from contextvars import Context, ContextVar
from typing import Any, Final, TypeVar

from app.telemetry.tracing import Attributes, SpanPlace, Tracing, below

T = TypeVar("T")


class Work:
    """A piece of work. `cause` is its place in a trace, as `SpanPlace.text` has it; None where it is not traced.

    `tracing` takes its spans, where it is traced.

    `spent` is where its time went, in seconds by stage, as far as that is known; `database_calls` is how often the
    database was asked, apart from the writer, and `database_seconds` the time in which at least one call was under way.
    """

    __slots__ = (
        "_calls_open",
        "_in_database_since",
        "cause",
        "database_calls",
        "database_seconds",
        "spent",
        "tracing",
    )

    def __init__(self) -> None:
        self.cause: str | None = None
        self.tracing: Tracing | None = None
        self.spent: dict[str, float] | None = None
        self.database_calls = self._calls_open = 0
        self.database_seconds = self._in_database_since = 0.0

    def described(self) -> Mapping[str, object]:
        """Return what a line of the log says of it, by name. Nothing secret, and no values of the client's."""
        return {}

    def spend(self, **seconds: float) -> None:
        """Add to the time that stages took."""
        spent = self.spent = self.spent or {}
        for stage, more in seconds.items():
            spent[stage] = spent.get(stage, 0.0) + more

    def enter_database(self) -> None:
        """Note that a call begins. `leave_database` has to follow."""
        if not self._calls_open:
            self._in_database_since = time.perf_counter()
        self._calls_open += 1

    def leave_database(self) -> None:
        """Note that one has ended."""
        self.database_calls += 1
        self._calls_open -= 1
        if not self._calls_open:
            self.database_seconds += time.perf_counter() - self._in_database_since

    @contextmanager
    def step(self, name: str, attributes: Attributes | None = None) -> Iterator[None]:
        """Make what is done within the context a span of its own, where the work is traced."""
        above, tracing = self.cause, self.tracing
        if above is None or tracing is None:
            yield
            return
        place, began, error = below(above), time.time_ns(), None
        self.cause = place.text
        try:
            yield
        except BaseException as failure:
            error = type(failure).__name__
            raise
        finally:
            self.cause = above
            tracing.end(place, name, began=began, attributes=attributes, error=error)


class TaskWork(Work):
    """What a background task does."""

    __slots__ = ("_name",)

    def __init__(self, name: str) -> None:
        super().__init__()
        self._name = name

    def described(self) -> Mapping[str, object]:
        """Return the name of the task."""
        return {"task": self._name}

    @contextmanager
    def root(self, place: SpanPlace, tracing: Tracing, name: str, *, refusals: type[Exception]) -> Iterator[None]:
        """Make what is done within the context the first span of a trace, and apart from the task's other work."""
        work, began, error = TaskWork(self._name), time.time_ns(), None
        work.cause, work.tracing = place.text, tracing
        before = _work.set(work)
        try:
            yield
        except BaseException as failure:
            error = None if isinstance(failure, refusals) else type(failure).__name__
            raise
        finally:
            _work.reset(before)
            tracing.end(place, name, began=began, attributes={"stockpulse.task": self._name}, error=error)


_work: ContextVar[Work | None] = ContextVar("work", default=None)

begin_work = _work.set  # of the running task, and of those that it starts
current_work = _work.get


def context_apart(name: str) -> Context:
    """Return the context of a background task: it has no part in the work of the task that starts it."""
    context = Context()
    context.run(_work.set, TaskWork(name))
    return context


def start_apart(coroutine: Coroutine[Any, Any, T], *, name: str) -> asyncio.Task[T]:
    """Start a task that is no part of the work of the running one, such as what is done for many requests."""
    return asyncio.get_running_loop().create_task(coroutine, name=name, context=context_apart(name))


def current_cause() -> str | None:
    """Return where in a trace the running task is, as `SpanPlace.text` has it; None where it is not traced."""
    work = _work.get()
    return None if work is None else work.cause


_NO_STEP: Final = nullcontext()


def traced_step(name: str, attributes: Attributes | None = None) -> AbstractContextManager[None]:
    """Return `Work.step` of what the running task does; a context that does nothing where that is not traced."""
    work = _work.get()
    return _NO_STEP if work is None or work.cause is None else work.step(name, attributes)


def traced_task(name: str, *, tracing: Tracing | None, refusals: type[Exception]) -> AbstractContextManager[None]:
    """Begin a trace with what a background task does within the context, where chance chooses it (`TaskWork.root`).

    `refusals` are exceptions that are no error. What belongs to a request, or to a trace already, begins none.
    """
    work = _work.get()
    if tracing is None or not isinstance(work, TaskWork) or work.cause is not None:
        return _NO_STEP
    place = tracing.begin(None)
    return _NO_STEP if place is None else work.root(place, tracing, name, refusals=refusals)


def described_work() -> Mapping[str, object]:
    """Return what a line of the log says of the work of the running task, with the ids of its trace."""
    work = _work.get()
    if work is None:
        return {}
    cause = work.cause
    if cause is None:
        return work.described()
    return {**work.described(), "trace_id": cause[3:35], "span_id": cause[36:52]}
