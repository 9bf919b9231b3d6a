"""How often operations were sent is counted where they were begun; at a rolling restart one retry must be enough."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path

import orjson
import pytest

from app.client.http.connection import Endpoint
from app.client.soak.findings import Findings, Invariant
from app.client.soak.load.caller import SoakCaller, soak_clients
from app.client.soak.load.journal import SoakJournal
from app.client.soak.load.sendings import SendingCounts
from app.client.soak.timeline import MeasuredTime, Timeline
from tests.client.http.test_connection import Peer


def http(status: int, content: object) -> bytes:
    """Return an answer as it comes over HTTP."""
    text = orjson.dumps(content)
    return b"HTTP/1.1 %d X\r\nConnection: close\r\nContent-Length: %d\r\n\r\n%b" % (status, len(text), text)


def error(code: str, **extensions: object) -> bytes:
    """Return an answer with an error."""
    return http(503, {"errors": [{"message": "No.", "extensions": {"code": code, **extensions}}]})


GOOD = http(200, {"data": {"outcome": {"userErrors": []}}})
CLOSED = b""  # with `closes`: the connection ends without an answer
BAD_GATEWAY = http(502, "")
STOPPING = error("UNAVAILABLE")
BUSY = error("OVERLOADED", retryAfterSeconds=0.01)
NOT_HTTP = b"SMTP\r\n\r\n"


@asynccontextmanager
async def calling(answer: Callable[[int], bytes], folder: Path, findings: Findings) -> AsyncIterator[SoakCaller]:
    """Open a server that answers so, each time on a connection of its own, and who asks it."""
    async with AsyncExitStack() as stack:
        peer = Peer(answer, closes=True)
        server = await asyncio.start_server(peer.serve, "127.0.0.1", 0)
        stack.callback(server.close)
        port = server.sockets[0].getsockname()[1]
        journal = stack.enter_context(SoakJournal(folder / "journal.txt", run="RUN"))
        clients = stack.enter_context(soak_clients([Endpoint.parse(f"http://127.0.0.1:{port}")], size=1))
        yield SoakCaller(clients, journal=journal, timeline=Timeline(), findings=findings)


@pytest.mark.parametrize(
    ("first", "counts"),
    [
        ([], SendingCounts(1)),
        ([CLOSED], SendingCounts(1, twice=1)),
        ([BAD_GATEWAY], SendingCounts(1, twice=1)),
        ([STOPPING], SendingCounts(1, twice=1)),
        ([BUSY], SendingCounts(1, twice=1)),
        ([STOPPING, CLOSED], SendingCounts(1, more=1)),
        ([NOT_HTTP], SendingCounts(1, twice=1, otherwise=1)),
    ],
    ids=["at once", "closed", "gateway", "stopping", "busy", "third", "no HTTP"],
)
async def test_what_needed_a_third_sending_or_failed_otherwise_is_a_violation_at_a_restart(
    first: list[bytes], counts: SendingCounts, tmp_path: Path
) -> None:
    """And at no other time, where it is counted alike; a retry of what clients do retry is none."""
    asked = 0

    def answer(number: int) -> bytes:
        return [*first, GOOD][number - 1 - asked]

    findings = Findings()
    async with calling(answer, tmp_path, findings) as caller:
        for once_is_enough in (False, True):
            sendings = caller.sendings.begin(once_is_enough=once_is_enough)
            await caller.change("stockAdjust", {}, effect={})
            caller.sendings.begin()
            assert dict(sendings.counts) == {MeasuredTime.WRITE: counts}
            asked += len(first) + 1
            is_found = once_is_enough and bool(counts.more or counts.otherwise)
            assert findings.violations == ({Invariant.RETRIED_ONCE: 1} if is_found else {})
    assert findings.checks[Invariant.RETRIED_ONCE] == 1


async def test_an_operation_counts_to_the_restart_in_which_it_was_begun(tmp_path: Path) -> None:
    """Also where it is answered, or given up, after that; its violation names what happened."""
    findings = Findings()
    async with calling(lambda number: CLOSED if number < 3 else GOOD, tmp_path, findings) as caller:
        sendings = caller.sendings.begin(once_is_enough=True)
        operation = asyncio.create_task(caller.read("totals", "{ totals }"))
        await asyncio.sleep(0)
        later = caller.sendings.begin()
        await operation
    assert dict(sendings.counts) == {MeasuredTime.READ: SendingCounts(1, more=1)}
    assert dict(later.counts) == {}
    [found] = findings.examples
    assert found.what == "totals was sent 3 times: the connection was lost; the connection was lost"
