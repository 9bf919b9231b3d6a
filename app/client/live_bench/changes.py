"""The changes of a measurement, sent by their schedule and not when the one before is answered.

Rule: a change that waits for a free connection is late, and its lateness counts: a server that is slow cannot slow down
what it is asked for.
"""

import asyncio
import time
from collections import Counter, deque
from collections.abc import Sequence
from contextlib import ExitStack, closing
from dataclasses import dataclass, field
from datetime import datetime

import orjson

from app.client.http.connection import Endpoint, HttpConnection, ServerAway
from app.client.live_bench import requests

CONNECTIONS = 64  # of the changes; at 1,000 changes/s each may take 64 ms


@dataclass(frozen=True, slots=True)
class Answered:
    """A change that the server made, as Unix times: when it was due, and when its answer was there."""

    due: float
    answered: float


@dataclass(slots=True)
class Sent:
    """What became of the changes."""

    made: dict[tuple[str, int], Answered] = field(default_factory=dict)
    failures: Counter[str] = field(default_factory=Counter)
    seconds: float = 0.0
    # The server's clock is at least, and at most, so many seconds before ours.
    clock_at_least: float = float("-inf")
    clock_at_most: float = float("inf")

    @property
    def clock_difference(self) -> float:
        """How far the server's clock is from ours in seconds, by what is certain; 0 where they may agree."""
        return max(self.clock_at_least, 0.0) or min(self.clock_at_most, 0.0)

    def clock_error(self, corrected: float) -> float:
        """Return by how many seconds times are still wrong where the clock was corrected by so many."""
        return max(self.clock_at_least - corrected, corrected - self.clock_at_most, 0.0)


async def send_changes(
    endpoint: Endpoint, *, location: str, skus: Sequence[str], rate: float, seconds: float, connections: int
) -> Sent:
    """Change one level after the other, so many per second, and wait for the answers."""
    bodies = [requests.change(location, sku).to_json() for sku in skus]
    sent = Sent()
    with ExitStack() as stack:
        free = [stack.enter_context(closing(HttpConnection(endpoint))) for _ in range(connections)]
        waiting: deque[tuple[float, bytes]] = deque()
        working: set[asyncio.Task[None]] = set()

        async def work(connection: HttpConnection) -> None:
            while waiting:
                await _change(connection, *waiting.popleft(), sent=sent)
            free.append(connection)

        begun, begun_at = time.monotonic(), time.time()
        for number in range(max(1, int(rate * seconds))):
            due = number / rate
            if (pause := begun + due - time.monotonic()) > 0:
                await asyncio.sleep(pause)
            waiting.append((begun_at + due, bodies[number % len(bodies)]))
            if free:
                task = asyncio.create_task(work(free.pop()))
                working.add(task)
                task.add_done_callback(working.discard)
        await asyncio.gather(*working)
        sent.seconds = time.monotonic() - begun
    return sent


async def _change(connection: HttpConnection, due: float, body: bytes, *, sent: Sent) -> None:
    asked = time.time()
    try:
        answer = orjson.loads((await connection.post(body)).body)
    except ServerAway as error:
        sent.failures[str(error)] += 1
        return
    except orjson.JSONDecodeError:
        sent.failures["the answer was no JSON"] += 1
        return
    answered = time.time()
    errors = answer.get("errors") or answer["data"]["outcome"]["userErrors"]
    if errors:
        sent.failures[(errors[0].get("extensions") or errors[0]).get("code") or errors[0]["message"]] += 1
        return
    line = answer["data"]["outcome"]["movement"]
    sent.made[line["level"]["id"], line["version"]] = Answered(due, answered)
    recorded = datetime.fromisoformat(line["recordedAt"]).timestamp()
    sent.clock_at_least = max(sent.clock_at_least, recorded - answered)
    sent.clock_at_most = min(sent.clock_at_most, recorded - asked)
