"""What clients read when the driver fails."""

import asyncio
import inspect
import time
from importlib import import_module
from pkgutil import walk_packages
from typing import Any

import pytest
from bson import encode
from bson.raw_bson import RawBSONDocument
from pymongo.errors import (
    AutoReconnect,
    BulkWriteError,
    ConfigurationError,
    DuplicateKeyError,
    ExecutionTimeout,
    NetworkTimeout,
    NotPrimaryError,
    OperationFailure,
    PyMongoError,
    ServerSelectionTimeoutError,
    WaitQueueTimeoutError,
)

from app.domain.failures import Unavailable, in_full
from app.store import queues, readers
from app.store.driver.failures import driver_failures, raises_unavailable, reason_of, unavailable
from app.store.writer.transient_errors import is_transient
from app.store.writer.writing.statements import LostRaceError
from app.telemetry.work import Work, begin_work

INSIDE = "db7.internal:27017"


@pytest.mark.parametrize(
    ("error", "reason"),
    [
        (ServerSelectionTimeoutError(f"{INSIDE}: [Errno 111] Connection refused, Timeout: 5s"), "it does not answer"),
        (AutoReconnect(f"{INSIDE}: connection closed"), "it does not answer"),
        (NetworkTimeout(f"{INSIDE}: timed out"), "it did not answer in time"),
        (ExecutionTimeout(f"{INSIDE}: operation exceeded time limit"), "it did not answer in time"),
        (
            WaitQueueTimeoutError(f"{INSIDE}: Timed out while checking out a connection"),
            "all connections to it are in use",
        ),
        (NotPrimaryError(f"not primary {INSIDE}"), "it takes no changes at the moment"),
        (ConfigurationError("Sessions are not supported by this deployment"), "it takes no changes at the moment"),
        (OperationFailure(f"Authentication failed {INSIDE}", 18), "it does not accept our user or password"),
        (OperationFailure(f"not authorized on {INSIDE}", 13), "our user has no right to what was asked"),
        (OperationFailure(f"anything {INSIDE}", 1), "it could not do what was asked"),
        (DuplicateKeyError(f"E11000 {INSIDE}", 11000), "it could not do what was asked"),
        (BulkWriteError({"writeErrors": [{"errmsg": INSIDE}]}), "it could not do what was asked"),
        (PyMongoError(INSIDE), "it could not do what was asked"),
        (LostRaceError(), "it could not do what was asked"),
    ],
    ids=lambda value: type(value).__name__,
)
def test_the_drivers_words_are_for_the_log(error: Exception, reason: str) -> None:
    """Clients read ours, which are few."""
    assert reason_of(error) == reason


def test_a_batch_is_tried_again_where_a_member_says_that_it_has_no_sessions() -> None:
    """It has them again once it has undone what it knew alone; a request that is wrong stays so."""
    assert is_transient(ConfigurationError("Sessions are not supported by this deployment"))
    assert not is_transient(OperationFailure("anything", 1))


def test_a_server_that_steps_down_is_asked_again() -> None:
    """Statements outside transactions that wait for the majority then fail with a label, whatever their class."""
    error = BulkWriteError({"writeErrors": [], "writeConcernErrors": [{"code": 11600, "errmsg": INSIDE}]})
    assert not is_transient(error)
    error._add_error_label("RetryableWriteError")
    assert is_transient(error)
    assert reason_of(error) == "it takes no changes at the moment"


def test_a_reader_that_fails_says_both() -> None:
    """The sentence is for the client, the note beside it for the log."""
    with pytest.raises(Unavailable) as failed, driver_failures():
        raise AutoReconnect(f"{INSIDE}: connection closed")
    assert str(failed.value) == "The database is not available: it does not answer"
    assert in_full(failed.value) == f"{failed.value} | AutoReconnect: {INSIDE}: connection closed"


def test_every_adapter_translates_the_drivers_failures() -> None:
    """Each public coroutine of a reader, of a queue and of the lease carries `raises_unavailable`."""
    rooms = [
        import_module(each.name)
        for room in (queues, readers)
        for each in walk_packages(room.__path__, prefix=f"{room.__name__}.")
    ]
    adapters = {each for room in rooms for name, each in vars(room).items() if name.startswith("Mongo")}
    bare = [
        method.__qualname__
        for adapter in adapters
        for name, method in vars(adapter).items()
        if inspect.isfunction(method) and inspect.iscoroutinefunction(inspect.unwrap(method))
        if not name.startswith("_") and method.__code__ is not raises_unavailable(method).__code__
    ]
    assert len(adapters) > 10
    assert bare == []


async def test_the_time_of_calls_is_that_in_which_one_is_under_way() -> None:
    """Of those at once it counts once, as does that of one within another; of those that fail, too."""
    work, may_end = Work(), asyncio.Event()
    begin_work(work)

    @raises_unavailable
    async def inner() -> None:
        await may_end.wait()

    @raises_unavailable
    async def outer() -> None:
        await inner()
        raise AutoReconnect(INSIDE)

    async with asyncio.timeout(10):
        asking = asyncio.gather(outer(), inner(), return_exceptions=True)
        began = time.perf_counter()
        await asyncio.sleep(0.05)
        assert work.database_seconds == 0
        may_end.set()
        [error, _] = await asking
    assert isinstance(error, Unavailable)
    assert work.database_calls == 3
    assert 0.04 < work.database_seconds <= time.perf_counter() - began + 0.01
    begin_work(None)


@pytest.mark.parametrize("is_raw", [False, True])
def test_the_log_has_no_whole_answer_of_the_server(is_raw: bool) -> None:
    """It would be bytes where documents are left undecoded, and has times of the cluster and signatures."""
    answer: Any = {"ok": 0.0, "errmsg": "Transaction 5 has been aborted.", "code": 251, "codeName": "NoSuchTransaction"}
    error = OperationFailure(answer["errmsg"], 251, RawBSONDocument(encode(answer)) if is_raw else answer)
    assert unavailable(error).details == "OperationFailure: Transaction 5 has been aborted (NoSuchTransaction)"
