"""Changes of keys, users and roles reach every process that shares Redis and a database."""

import asyncio

from app.live.access_channel import AccessChannel
from tests.support.waiting import eventually


async def test_a_change_is_heard_in_every_process(redis_url: str) -> None:
    """In its own at once, in others by Redis, and not by those of another database."""
    heard: dict[str, list[frozenset[str] | None]] = {"here": [], "there": [], "elsewhere": []}
    async with (
        AccessChannel(redis_url, namespace="shop") as here,
        AccessChannel(redis_url, namespace="shop") as there,
        AccessChannel(redis_url, namespace="other") as elsewhere,
    ):
        for channel, name in ((here, "here"), (there, "there"), (elsewhere, "elsewhere")):
            channel.listen(heard[name].append)
        await eventually(lambda: here.problem() is there.problem() is elsewhere.problem() is None)
        for each in heard.values():
            each.clear()
        await here.announce({"key:till-7"})
        assert heard["here"][0] == {"key:till-7"}
        await eventually(lambda: heard["there"] == [frozenset({"key:till-7"})])
        assert heard["elsewhere"] == []


async def test_a_lost_subscription_may_have_missed_anything() -> None:
    """Without Redis a change is heard in its own process, and announcing it does not fail."""
    heard: list[frozenset[str] | None] = []
    async with AccessChannel("redis://127.0.0.1:1", namespace="shop") as channel:
        channel.listen(heard.append)
        async with asyncio.timeout(60):
            await channel.announce({"role:night"})
        assert frozenset({"role:night"}) in heard
        await eventually(lambda: None in heard)
        assert channel.problem() is not None
