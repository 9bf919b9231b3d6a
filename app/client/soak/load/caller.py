"""Sends operations, each until it is answered, over connections to all servers.

Rule: what got no answer is sent again under the same key, to the next server, for as long as the soak lasts.
"""

import asyncio
import random
import time
from collections import defaultdict
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, closing, contextmanager
from typing import Any

from app.client.http.connection import Endpoint
from app.client.http.request import Request
from app.client.http.retrying_client import CannotGoOn, Data, RetryingClient, ServerStatus
from app.client.soak.findings import Findings, Invariant
from app.client.soak.load.journal import Effect, SoakJournal
from app.client.soak.load.meter import KindFigures, Silence
from app.client.soak.load.sendings import OperationSendings, SendingWatch
from app.client.soak.timeline import MeasuredTime, Timeline

CONNECTIONS = 128  # more than are used at once, also while a server is frozen
ANSWER_SECONDS = 10.0  # a mutation is tried for eight
PATIENCE_SECONDS = 86_400.0  # no server stays away for longer
AFTER_ERROR_SECONDS = 1.0
MAX_ERRORS = 5  # that one operation is answered with before it is given up
TURNS = 0.02  # of requests: how often a client changes its server by itself, so that one that is back is used again


class NotAnswered(Exception):
    """The operation was refused or given up, so what follows it cannot be done; it is in the findings."""


class SoakCaller:
    """Sends, repeats, measures, and writes into the journal."""

    def __init__(
        self, clients: Sequence[RetryingClient], *, journal: SoakJournal, timeline: Timeline, findings: Findings
    ) -> None:
        self.journal = journal
        self.figures: defaultdict[str, KindFigures] = defaultdict(KindFigures)
        self.writes = Silence()
        self.sendings = SendingWatch(findings)
        self._timeline, self._findings = timeline, findings
        self._free: asyncio.LifoQueue[RetryingClient] = asyncio.LifoQueue()
        for client in clients:
            self._free.put_nowait(client)

    async def change(
        self, mutation: str, fields: Data, *, effect: Effect, select: str = "", kind: str | None = None
    ) -> Data:
        """Return the payload of a mutation that is accepted. Raises NotAnswered."""
        kind = kind or mutation
        number = self.journal.begin(kind, effect)
        name = f"{mutation[0].upper()}{mutation[1:]}"
        text = (
            f"mutation Soak{name}($input: {name}Input!) {{ "
            f"outcome: {mutation}(input: $input) {{ {select} userErrors {{ code message }} }} }}"
        )
        request = Request(text, {"input": {**fields, "idempotencyKey": self.journal.key(number)}}, ANSWER_SECONDS)
        payload, attempts = await self._answer(kind, request, MeasuredTime.WRITE)
        self._findings.check(Invariant.ANSWERS)
        if payload["outcome"]["userErrors"]:
            error = payload["outcome"]["userErrors"][0]
            self.journal.refuse(number, error["code"])
            self._findings.add(Invariant.ANSWERS, f"{kind} was refused as {error['code']}: {error['message']}")
            raise NotAnswered
        self.journal.acknowledge(number, attempts=attempts)
        self.writes.end()
        outcome: Data = payload["outcome"]
        return outcome

    async def read(self, kind: str, text: str, **variables: Any) -> Data:  # noqa: ANN401 - JSON
        """Return the data of a query. Raises NotAnswered."""
        payload, _ = await self._answer(kind, Request(text, variables, ANSWER_SECONDS), MeasuredTime.READ)
        return payload

    async def _answer(self, kind: str, request: Request, what: MeasuredTime) -> tuple[Data, int]:
        began, sent = time.monotonic(), self.sendings.operation(kind, what)
        client = await self._free.get()
        try:
            data = await self._asked(client, sent, request)
        finally:
            self.sendings.ended(sent)
            if random.random() < TURNS:  # noqa: S311 - no secret
                client.turn()
            self._free.put_nowait(client)
        seconds, figures = time.monotonic() - began, self.figures[kind]
        figures.answered += 1
        figures.repeated += sent.number > 1
        figures.latencies.add(seconds)
        self._timeline.took(what, seconds)
        return data, sent.number

    async def _asked(self, client: RetryingClient, sent: OperationSendings, request: Request) -> Data:
        for _ in range(MAX_ERRORS):
            try:
                return await client.ask(request)
            except CannotGoOn as error:  # no outage, which the client waits for
                sent.failures.append(error)
                self._findings.add(Invariant.ANSWERS, f"{sent.kind}: {error}")
                await asyncio.sleep(AFTER_ERROR_SECONDS)
            finally:
                sent.add(client)
        raise NotAnswered


@contextmanager
def soak_clients(endpoints: Sequence[Endpoint], *, size: int = CONNECTIONS) -> Iterator[list[RetryingClient]]:
    """Yield so many clients that know all servers, each with another one first."""
    status = ServerStatus(patience_seconds=PATIENCE_SECONDS, say=lambda _: None)
    with ExitStack() as stack:
        clients = []
        for number in range(size):
            first = number % len(endpoints)
            own, *others = (*endpoints[first:], *endpoints[:first])
            clients.append(stack.enter_context(closing(RetryingClient(own, status, others=others))))
        yield clients
