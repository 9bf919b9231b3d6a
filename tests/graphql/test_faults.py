"""When the service cannot answer: what clients and load balancers are told, and what goes on all the same."""

import asyncio
import re
import time
from collections.abc import AsyncIterator
from functools import partial
from typing import Any

import httpx
import pytest
from pymongo.uri_parser import parse_uri

from app.bootstrap import foundation
from app.store.driver.client import Database
from app.store.writer.writer import MongoWriter
from app.telemetry import sampling
from app.web.asgi import MAX_LOOP_LAG_SECONDS
from tests.graphql.api import DEADLINE_SECONDS, Api, opened, settings_of
from tests.graphql.operations import seed
from tests.graphql.proxy import Proxy, proxy_to

ADJUST = """
mutation Adjust($key: String) {
  stockAdjust(input: {sku: "TEA-1", location: "MAIN", delta: 1, reason: FOUND, idempotencyKey: $key}) {
    level { onHand }
    replayed
  }
}
"""
GOES_ON = {
    "backorders",
    "begun levels",
    "daily review",
    "database clock",
    "expiry",
    "hub audit",
    "hub receiver",
    "need snoozes",
    "policy application",
    "publisher",
    "registration of this process",
    "replenisher",
    "replenisher sweeps",
    "shared tail",
    "snoozes",
    "webhooks",
}
READS = {
    "level": '{ stockLevel(sku: "TEA-1", location: "MAIN") { onHand } }',
    "item": '{ item(sku: "TEA-1") { name } }',
    "list": "{ stockLevels { nodes { onHand } } }",
    "movements": "{ movements { nodes { delta } } }",
    "count": "{ items { totalCount } }",
}
NAMES = "{ stockLevels { nodes { item { name } } } }"
TEA = '{ stockLevel(sku: "TEA-1", location: "MAIN") { onHand version } }'


@pytest.fixture
async def guarded(
    database: Database, mongo_url: str, redis_url: str, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[tuple[Api, Proxy]]:
    """Return a client of a shop, and the proxy of its MongoDB. Its writer gives up soon."""
    monkeypatch.setattr(foundation, "MongoWriter", partial(MongoWriter, retry_deadline_seconds=2))
    await seed(database)
    [(host, port)] = parse_uri(mongo_url)["nodelist"]
    async with proxy_to(host, port) as proxy:
        url = f"mongodb://127.0.0.1:{proxy.port}/?directConnection=true"
        async with opened(settings_of(url, redis_url, database.name, mongo_timeout_seconds=1)) as api:
            yield api, proxy


@pytest.fixture
async def unannounced(database: Database, mongo_url: str, redis_url: str) -> AsyncIterator[tuple[Api, Proxy]]:
    """Return a client of a shop, and the proxy of its Redis."""
    await seed(database)
    host, _, port = redis_url.removeprefix("redis://").partition("/")[0].partition(":")
    async with proxy_to(host, int(port)) as proxy:
        url = f"redis://127.0.0.1:{proxy.port}/0"
        async with opened(settings_of(mongo_url, url, database.name)) as api:
            yield api, proxy


# What drivers say, and what only we know.
INSIDE = re.compile(
    r"127\.0\.0\.1|localhost|mongodb|rs0|topology|server ?(description|selection|type)|autoreconnect|pool|errno|"
    r"error \d+|refused|reset by|configured timeouts|timeoutms|closed|exception|traceback|pymongo|socket",
    re.IGNORECASE,
)


def tells_nothing_of_the_inside(proxy: Proxy, *responses: httpx.Response) -> None:
    """Look for hosts, ports and drivers' words in all that was answered."""
    for response in responses:
        assert INSIDE.findall(response.text.replace("MongoDB", "")) == []
        assert str(proxy.port) not in re.sub(r'"requestId":"\w+"', "", response.text)


async def ready(api: Api, status: str) -> Any:  # noqa: ANN401 - JSON
    """Wait until /readyz says so; return the whole answer."""
    async with asyncio.timeout(DEADLINE_SECONDS):
        while True:
            response = await api.client.get("/readyz")
            if response.json()["status"] == status:
                return response
            await asyncio.sleep(0.02)


async def test_every_answer_carries_a_request_id(lasting_shop: Api) -> None:
    """The caller's own where it is well formed, else one of ours; errors quote it."""
    response = await lasting_shop.post(TEA, **{"x-request-id": "till-7/42"})
    assert response.headers["x-request-id"] == "till-7/42"
    response = await lasting_shop.post(TEA, **{"x-request-id": 'no "good"'})
    assert len(response.headers["x-request-id"]) == 32
    response = await lasting_shop.post("{ nonsense }", **{"x-request-id": "till-7/43"})
    assert response.headers["x-request-id"] == "till-7/43"
    assert response.json()["errors"][0]["extensions"] == {"code": "BAD_USER_INPUT", "requestId": "till-7/43"}
    response = await lasting_shop.client.post("/graphql", content=b"{")
    assert len(response.headers["x-request-id"]) == 32


async def test_our_own_faults_are_masked(shop: Api, database: Database, caplog: pytest.LogCaptureFixture) -> None:
    """A level whose item is gone is a broken database: the client gets an id to quote, the log the rest."""
    # given
    await database["items"].delete_one({"_id": "CUP-1"})
    # when
    response = await shop.post(NAMES, **{"x-request-id": "quote-me"})
    # then
    [error] = response.json()["errors"]
    assert error["message"] == "Internal error. Quote the request id quote-me when you report it."
    assert error["path"][:2] == ["stockLevels", "nodes"]
    assert error["extensions"] == {"code": "INTERNAL", "requestId": "quote-me"}
    assert "CUP-1" not in response.text
    [record] = [record for record in caplog.records if record.name == "app.web.graphql.transport.masking"]
    assert record.getMessage() == "Request quote-me failed: a level of the unknown item CUP-1"


async def burst(database: Database, mongo_url: str, redis_url: str) -> list[Any]:
    """Send thirty mutations at once to a process in which one may wait; return the responses."""
    await seed(database)
    async with opened(settings_of(mongo_url, redis_url, database.name, write_queue_max=1)) as api:
        responses = await asyncio.gather(*(api.post(ADJUST, {"key": f"k-{number}"}) for number in range(30)))
        done = [response for response in responses if "errors" not in response.json()]
        assert 1 <= len(done) < 30
        assert (await api.run(TEA))["onHand"] == 10 + len(done), "what was refused was not recorded"
        refused = [number for number, response in enumerate(responses) if response not in done]
        assert (await api.run(ADJUST, key=f"k-{refused[0]}"))["replayed"] is False
        return [response for response in responses if response not in done]


async def test_too_many_mutations_at_once_are_refused(database: Database, mongo_url: str, redis_url: str) -> None:
    """OVERLOADED says when to come back; the same key works then, for nothing was recorded."""
    for response in await burst(database, mongo_url, redis_url):
        [error] = response.json()["errors"]
        assert error["message"] == "Too many changes are waiting. Try again in 1 s."
        assert error["path"] == ["stockAdjust"]
        request_id = response.headers["x-request-id"]
        assert error["extensions"] == {"retryAfterSeconds": 1, "code": "OVERLOADED", "requestId": request_id}
        assert response.json()["data"] is None


async def test_a_refused_load_is_a_503_with_retry_after(database: Database, mongo_url: str, redis_url: str) -> None:
    """So that clients and balancers that know only HTTP wait as well."""
    for response in await burst(database, mongo_url, redis_url):
        assert (response.status_code, response.headers.get("retry-after")) == (503, "1")


async def test_without_mongodb_mutations_are_unavailable(guarded: tuple[Api, Proxy]) -> None:
    """The writer tries for a while; then the same key tells what became of it, once MongoDB is back."""
    # given
    api, proxy = guarded
    assert (await ready(api, "ok")).status_code == 200
    await proxy.shut()
    # when
    response, unready = await asyncio.gather(api.post(ADJUST, {"key": "k"}), ready(api, "unavailable"))
    # then
    [error] = response.json()["errors"]
    assert error["extensions"]["code"] == "UNAVAILABLE"
    # It was not recorded, or what the server did by itself before it was not.
    assert error["message"].startswith("The database is not available: ")
    tells_nothing_of_the_inside(proxy, response, unready)
    assert response.json()["data"] is None
    assert unready.status_code == 503
    assert unready.json()["checks"]["mongo"] != "ok"
    assert (await api.client.get("/livez")).text == "ok"
    # and when
    await proxy.open()
    await ready(api, "ok")
    assert await api.run(ADJUST, key="k") == {"level": {"onHand": 11}, "replayed": False}


async def test_without_mongodb_reads_are_unavailable(
    guarded: tuple[Api, Proxy], caplog: pytest.LogCaptureFixture
) -> None:
    """A read that may be repeated later is no fault of the server's code; the log has the driver's words for each."""
    api, proxy = guarded
    await ready(api, "ok")
    await proxy.shut()
    responses = await asyncio.gather(*(api.post(query) for query in READS.values()))
    codes = {error["extensions"]["code"] for response in responses for error in response.json()["errors"]}
    assert codes == {"UNAVAILABLE"}
    tells_nothing_of_the_inside(proxy, *responses)
    for response in responses:
        failed = f"Request {response.headers['x-request-id']}: "
        [details] = [line for line in caplog.messages if line.startswith(failed)]
        assert f"127.0.0.1:{proxy.port}" in details


async def test_without_redis_everything_goes_on(unannounced: tuple[Api, Proxy]) -> None:
    """Degraded, and still ready: mutations are recorded, reads answered, and it mends by itself."""
    api, proxy = unannounced
    assert (await ready(api, "ok")).json() == {"status": "ok", "checks": {"mongo": "ok", "redis": "ok"}}
    await proxy.shut()
    degraded = await ready(api, "degraded")
    assert degraded.status_code == 200
    assert degraded.json()["checks"]["mongo"] == "ok"
    assert degraded.json()["checks"]["redis"] == "Redis does not answer."
    tells_nothing_of_the_inside(proxy, degraded)
    assert await api.run(ADJUST, key="k") == {"level": {"onHand": 11}, "replayed": False}
    assert await api.run(TEA) == {"onHand": 11, "version": 2}
    await proxy.open()
    assert (await ready(api, "ok")).status_code == 200


async def test_a_task_that_ends_by_itself_is_named_and_begins_again(shop: Api) -> None:
    """Each one that goes on for good in a process: /readyz names it, the process serves on, and it is there again."""
    await ready(shop, "ok")
    running = {name for task in asyncio.all_tasks() if (name := task.get_name()) in GOES_ON}
    assert running == GOES_ON
    ended = [task for task in asyncio.all_tasks() if task.get_name() in GOES_ON]
    for task in ended:
        task.cancel()
    async with asyncio.timeout(DEADLINE_SECONDS):
        while not (response := await ready(shop, "degraded")).json()["checks"].keys() >= GOES_ON:
            assert response.status_code == 200
        while GOES_ON - {task.get_name() for task in asyncio.all_tasks()}:  # noqa: ASYNC110 - they begin by themselves
            await asyncio.sleep(0.02)
    assert not {*ended} & asyncio.all_tasks()
    assert (await shop.run(ADJUST, key="after"))["level"]["onHand"]


async def test_an_event_loop_that_stood_still_is_named_for_a_while(shop: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    """By how long it was late; the process serves on, and after forty looks on time all is well."""
    monkeypatch.setattr(sampling, "LOOK_SECONDS", 0.02)
    await ready(shop, "ok")
    await asyncio.sleep(0.3)  # until it looks so often
    time.sleep(MAX_LOOP_LAG_SECONDS + 0.1)  # noqa: ASYNC251 - that is the fault
    response = await ready(shop, "degraded")
    assert response.status_code == 200
    assert re.fullmatch(r"It was 1\.\d s late\.", response.json()["checks"]["event loop"])
    assert "event loop" not in (await ready(shop, "ok")).json()["checks"]
