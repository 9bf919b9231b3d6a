# ruff: noqa: ANN401 - JSON is of any type
"""Clients of several servers over one database, as a shop has them: what one does not answer, another is asked."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import orjson

from app.client.http.connection import Endpoint, HttpConnection, HttpResponse, ServerAway

DEADLINE_SECONDS = 60  # reached only by a failure: a killed server is back within seconds
PAUSE_SECONDS = 0.02  # after every server was asked in vain
TRY_AGAIN = frozenset({"UNAVAILABLE", "OVERLOADED", "THROTTLED"})


@dataclass(frozen=True, slots=True)
class Answer:
    """The value of the one root field, and whether the question was asked before without an answer.

    What became of it then is not known: it may have been heard, and recorded.
    """

    value: Any
    is_repeated: bool


class FailoverClient:
    """One client, with a connection to each server. It asks its own, and the next one where that does not answer.

    `said` gathers the idempotency keys under which anything was asked for.
    """

    def __init__(self, urls: Sequence[str], *, number: int, said: set[str]) -> None:
        first = number % len(urls)
        self._connections = [HttpConnection(Endpoint.parse(url)) for url in (*urls[first:], *urls[:first])]
        self._said = said

    async def ask(self, query: str, **variables: Any) -> Answer:
        """Ask until there is an answer, with the same words. Fails on anything that is the client's fault, or a bug."""
        if "input" in variables:
            self._said.add(variables["input"]["idempotencyKey"])
        body = orjson.dumps({"query": query, "variables": variables})
        is_repeated = False
        async with asyncio.timeout(DEADLINE_SECONDS):
            while True:
                for connection in self._connections:
                    try:
                        data = _data_of(await connection.post(body))
                    except ServerAway as away:
                        is_repeated |= not isinstance(away.__cause__, ConnectionRefusedError)
                        continue
                    if data is not None:
                        [value] = data.values()
                        return Answer(value, is_repeated=is_repeated)
                    is_repeated = True
                await asyncio.sleep(PAUSE_SECONDS)

    async def change(self, query: str, **input: Any) -> Any:
        """Return the payload of a mutation that is accepted."""
        payload = (await self.ask(query, input=input)).value
        assert payload["userErrors"] == [], payload
        return payload

    def close(self) -> None:
        """Close all connections."""
        for connection in self._connections:
            connection.close()


def _data_of(response: HttpResponse) -> dict[str, Any] | None:
    """Return the data of an answer; None where it says to try again."""
    answer: dict[str, Any] = orjson.loads(response.body)
    codes = {error["extensions"]["code"] for error in answer.get("errors", ())}
    if codes and codes <= TRY_AGAIN:
        return None
    assert answer.keys() == {"data"}, answer
    data: dict[str, Any] = answer["data"]
    return data
