"""A case: one sentence of the protocol, and what shows whether a server keeps it.

Rule: a case needs nothing of the server but what its target names; what it does not name is skipped, not failed.
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, fields
from enum import StrEnum
from typing import Any

from tests.conformance.conversation import Conversation, Failed
from tests.conformance.raw_socket import Closed, Refused, Torn, open_socket

SUBPROTOCOL = "graphql-transport-ws"
DEADLINE_SECONDS = 10.0  # of a case that waits for nothing on purpose
FAILURES = (Failed, Closed, Torn, Refused, OSError, ValueError)  # of the server, or on the way to it


class Level(StrEnum):
    """How binding a sentence is: RFC 2119. What the protocol leaves open, but clients rely on, is SHOULD."""

    MUST = "MUST"
    SHOULD = "SHOULD"


class Result(StrEnum):
    """What has become of a case."""

    PASSED = "passed"
    FAILED = "FAILED"
    SKIPPED = "skipped"


@dataclass(frozen=True, kw_only=True)
class Target:
    """The server under test, and operations of its schema. The first two fit every schema that has mutations."""

    url: str = field(metadata={"help": "address, as ws:// or wss://"})
    headers: Mapping[str, str] = field(default_factory=dict)
    init: Mapping[str, Any] | None = field(default=None, metadata={"help": "payload of connection_init, as JSON"})
    query: str = field(default="query Q { __typename }", metadata={"help": "query that works"})
    mutation: str | None = field(
        default="mutation M { __typename }", metadata={"help": "mutation that may be run any number of times"}
    )
    open: str | None = field(default=None, metadata={"help": "subscription that stays open; it may be silent"})
    steady: str | None = field(default=None, metadata={"help": "subscription that sends events without end"})
    finite: str | None = field(default=None, metadata={"help": "subscription that sends two or more events and ends"})
    failing: str | None = field(default=None, metadata={"help": "query whose resolver fails"})
    breaking: str | None = field(default=None, metadata={"help": "subscription that fails after its first event"})
    refused_init: Mapping[str, Any] | None = field(
        default=None, metadata={"help": "payload of connection_init that the server refuses, as JSON"}
    )
    max_message_bytes: int | None = field(default=None, metadata={"help": "size of the largest message"})
    init_seconds: float | None = field(
        default=None, metadata={"help": "time that the server waits for connection_init"}
    )
    ping_seconds: float | None = field(default=None, metadata={"help": "time until a missed ping closes a connection"})

    @asynccontextmanager
    async def dial(
        self, *, init: bool = True, subprotocols: Sequence[str] = (SUBPROTOCOL,), early: bytes = b""
    ) -> AsyncIterator[Conversation]:
        """Connect, and initialise the connection by default."""
        socket = await open_socket(self.url, headers=self.headers, subprotocols=subprotocols, early=early)
        conversation = Conversation(socket)
        try:
            if init:
                self.begin(conversation)
                await conversation.hear_ack()
            yield conversation
        finally:
            socket.writer.transport.abort()

    def begin(self, conversation: Conversation) -> None:
        """Send connection_init."""
        conversation.say(type="connection_init", **({} if self.init is None else {"payload": self.init}))


Check = Callable[[Target], Awaitable[None]]


@dataclass(frozen=True)
class Case:
    """One sentence and its check."""

    name: str
    level: Level
    sentence: str
    needs: tuple[str, ...]
    check: Check


@dataclass(frozen=True)
class Outcome:
    """What has become of a case, and why."""

    case: Case
    result: Result
    reason: str = ""


CASES: list[Case] = []


def case(level: Level, sentence: str, *, needs: Sequence[str] = ()) -> Callable[[Check], Check]:
    """Add a check to the cases; it needs these fields of the target."""
    known = {each.name for each in fields(Target)}
    assert set(needs) <= known, needs

    def added(check: Check) -> Check:
        name = check.__name__
        assert name not in {each.name for each in CASES}, name
        CASES.append(Case(name, level, sentence, tuple(needs), check))
        return check

    return added


async def run(case: Case, target: Target) -> Outcome:
    """Run one case; raise nothing of what the server does."""
    missing = [name for name in case.needs if getattr(target, name) is None]
    if missing:
        return Outcome(case, Result.SKIPPED, f"needs --{missing[0].replace('_', '-')}")
    try:
        async with asyncio.timeout(DEADLINE_SECONDS + 2 * ((target.init_seconds or 0) + (target.ping_seconds or 0))):
            await case.check(target)
    except TimeoutError:
        return Outcome(case, Result.FAILED, "nothing came")
    except FAILURES as failure:
        return Outcome(case, Result.FAILED, str(failure) or type(failure).__name__)
    return Outcome(case, Result.PASSED)
