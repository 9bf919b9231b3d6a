"""What records of requests have of subscriptions: each once, when it is open, and never how long it lived."""

from collections.abc import Sequence
from contextlib import AsyncExitStack

import pytest

from app.web.graphql import Handled, Limits, Observation
from app.web.graphql.transport.documents.cache import PreparedOperation
from app.web.graphql.transport.masking import FormattedError
from tests.support.waiting import eventually
from tests.web.live_toy import World, live_app
from tests.web.test_event_streams import streaming
from tests.web.toy import Overloaded, dial, hear, serve, subscribe

SHARED = "subscription { beats { number } }"
ALONE = "subscription { beats { number agent } }"
OPENS = Limits(event_stream_opens_milliseconds=10)


class Heard:
    """A meter, and an observer."""

    def __init__(self) -> None:
        self.answered: list[Handled] = []
        self.counted: list[str] = []

    def __call__(self, handled: Handled, seconds: float) -> None:
        """Keep what is answered."""
        self.answered.append(handled)

    def began(self, operation: PreparedOperation) -> None:
        """Count a beginning."""
        self.counted.append("OK")

    def ended(self, handled: Handled, errors: Sequence[FormattedError]) -> None:
        """Count an end."""
        self.counted.append(errors[0]["extensions"]["code"] if errors else "done")


@pytest.mark.parametrize("query", [SHARED, ALONE])
@pytest.mark.parametrize("transport", ["events", "frames", "messages"])
async def test_a_subscription_is_heard_of_once_though_nothing_happens_for_long(transport: str, query: str) -> None:
    """Before its first event, and neither by that, nor by what ends it, once more."""
    world, heard = World(), Heard()
    observation = Observation(meter=heard, observers=(heard,))
    app = live_app(world, limits=OPENS, observation=observation, writes_frames=transport != "messages")
    beats = world.stream()
    async with serve(app) as (_, port), AsyncExitStack() as stack:
        if transport == "events":
            stream = await stack.enter_async_context(streaming(port, query))
            await stream.head()
        else:
            client = await stack.enter_async_context(dial(port))
            await subscribe(client, query)
        await eventually(lambda: bool(heard.answered and beats.listeners))
        beats.put("A", 1)
        if transport == "events":
            while '"number":1' not in await stream.chunk():
                pass
            beats.fail(Overloaded())
            await stream.rest()
        else:
            assert (await hear(client))["payload"]["data"]["beats"]["number"] == 1
            beats.fail(Overloaded())
            await client.wait_closed()
        await eventually(lambda: beats.open == 0)
    assert (len(heard.answered), heard.counted) == (1, ["OK"])


@pytest.mark.parametrize("transport", ["events", "messages"])
async def test_a_subscription_that_is_refused_is_heard_of_once(transport: str) -> None:
    """With what refused it."""
    heard = Heard()
    app = live_app(World(), observation=Observation(meter=heard, observers=(heard,)))
    query = 'subscription { beats(of: "refused") { number } }'
    async with serve(app) as (_, port):
        if transport == "events":
            async with streaming(port, query) as stream:
                assert "503" in await stream.head()
        else:
            async with dial(port) as client:
                await subscribe(client, query)
                assert (await hear(client))["type"] == "error"
        await eventually(lambda: bool(heard.answered))
    assert (len(heard.answered), heard.counted) == (1, ["OVERLOADED"])
