"""gql 4: levels in a dictionary, lines of the ledger as they come, over one websocket that comes back."""

import asyncio
import os
import random
from typing import Any

from gql import Client, GraphQLRequest, gql
from gql.client import AsyncClientSession
from gql.transport.exceptions import TransportError, TransportQueryError
from gql.transport.websockets import WebsocketsTransport
from websockets.exceptions import ConnectionClosed

URL = os.environ.get("SERVER_URL", "http://127.0.0.1:8000/graphql")
LONGEST_PAUSE_SECONDS = 5
RETRIED = frozenset({1001, 1006, 1012, 1013, 1014, 4403, 4408})  # other codes are final; 4401: sign in again

LEVEL_EVENTS = gql("""
subscription LevelEvents {
  stockLevels(filter: { locations: ["LONDON"] }) { kind level { id version available status item { sku } } }
}
""")
LEDGER = gql("""
subscription Ledger($after: String) {
  movements(filter: { location: "LONDON" }, after: $after) { cursor movement { delta recordedAt item { sku } } }
}
""")


class Dashboard:
    """The newest version of each level, and how far the ledger was read."""

    def __init__(self) -> None:
        self.levels: dict[str, dict[str, Any]] = {}
        self.cursor: str | None = None
        self.failures = 0

    async def follow(self) -> None:
        """Connect, and connect again, until the credential is refused or an operation is."""
        while True:
            try:
                async with Client(transport=transport()) as session, asyncio.TaskGroup() as tasks:
                    tasks.create_task(self.follow_levels(session))
                    tasks.create_task(self.follow_ledger(session))
            except* (TransportError, OSError) as lost:  # a TimeoutError is an OSError
                if lost.subgroup(is_final):
                    raise
            self.failures += 1
            await asyncio.sleep(random.uniform(0, min(LONGEST_PAUSE_SECONDS, self.failures)))

    async def follow_levels(self, session: AsyncClientSession) -> None:
        """Show levels: all of them first, then each that changes."""
        self.levels.clear()  # a connection begins with a snapshot
        async for data in session.subscribe(LEVEL_EVENTS):
            self.failures = 0
            kind, level = data["stockLevels"]["kind"], data["stockLevels"]["level"]
            known = self.levels.get(level["id"])
            if known is None or known["version"] <= level["version"]:
                self.levels[level["id"]] = level
                print(kind, level["item"]["sku"], level["version"], flush=True)
                shown = (f"{each['item']['sku']} {each['available']}" for each in self.levels.values())
                print("LEVELS", ", ".join(sorted(shown)), flush=True)

    async def follow_ledger(self, session: AsyncClientSession) -> None:
        """Show each line once: a new connection goes on after the last one."""
        request = GraphQLRequest(LEDGER, variable_values={"after": self.cursor})
        async for data in session.subscribe(request):
            self.cursor = data["movements"]["cursor"]
            if line := data["movements"]["movement"]:
                print("LINE", line["item"]["sku"], line["delta"], flush=True)
            else:
                print("LEDGER begins here", flush=True)


def transport() -> WebsocketsTransport:
    """Return a connection that is not open yet."""
    return WebsocketsTransport(
        url=URL.replace("http", "ws", 1),
        init_payload={"authorization": f"Bearer {os.environ['STOCKPULSE_KEY']}"},
        subprotocols=[WebsocketsTransport.GRAPHQLWS_SUBPROTOCOL],
        ping_interval=12,
        pong_timeout=5,  # a connection on which no pong comes back is given up
    )


def is_final(error: BaseException) -> bool:
    """Return whether connecting again would not help: the operation was refused, or the credential."""
    if isinstance(error, TransportQueryError):
        return True
    cause: BaseException | None = error
    while cause is not None:
        if isinstance(cause, ConnectionClosed) and cause.rcvd is not None:
            return cause.rcvd.code not in RETRIED
        cause = cause.__cause__
    return False


if __name__ == "__main__":
    asyncio.run(Dashboard().follow())
