# ruff: noqa: ANN401 - JSON is of any type
"""What has an id is the present state, wherever an answer shows it: each object is compared with `node` of its id.

The queries are made from the schema, so that what is added to it is compared, too.
"""

from collections import defaultdict
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest
from graphql import get_named_type, is_required_argument

from app.store.driver.client import Database, close_client, open_client
from app.store.mapping import names
from app.store.sharding.layout import lay_out
from tests.graphql.api import Api, settings_of
from tests.graphql.insight.busy_day import a_busy_day
from tests.graphql.live.sockets import Served, served
from tests.graphql.operations import seed
from tests.graphql.selections import LISTED, asked_whole, root_fields, types_with_id, with_fragments
from tests.support import scattered
from tests.support.concerns import Concerns, concerns_heard
from tests.support.shards import Shards, listening

MUTATIONS, QUERIES, FEEDS = root_fields("Mutation"), root_fields("Query"), root_fields("Subscription")
FURTHER = 2  # steps from what a root field gives to what that refers to, all of it asked for
AT_ONCE = 50
EVENTS = 4  # of each feed, at least
FIGURES = {"alertCounts", "topMovers"}  # feeds of these begin with what they are now, and wait
CHANGE_BY_THEMSELVES = {"ReplenishmentPolicy"}  # it is applied a moment later
ATTEMPTS = 5  # what goes on by itself may come between two reads, but not for ever

# What the fields need that cannot be asked without an argument; those by id are asked with an id of their type.
ARGUMENTS = {
    "item": '(sku: "TEA-1")',
    "itemByBarcode": '(barcode: "4006381333931")',
    "location": '(code: "MAIN")',
    "stockLevel": '(sku: "TEA-1", location: "MAIN")',
    "stockLevels": "(first: 2)",  # of all that is asked of a level, more cost too much
    **dict.fromkeys(("inventoryInsights", "replenishmentAdvice", "replenishmentNeeds"), "(first: 2)"),  # the same
    "itemLabels": "(kind: TAG)",
    "supplier": '(code: "ACME")',
    "countsDue": '(location: "NORTH", first: 2)',
    "replenishmentSimulation": '(input: { sku: "TEA-1", location: "MAIN" })',
    "operationByKey": '(idempotencyKey: "1")',
    "apiKey": '(name: "till-7")',
    "user": '(name: "anna")',
    "role": '(name: "night")',
    "trustedDocument": f'(hash: "{"0" * 64}")',
}

NODES = frozenset(types_with_id())

# What these give has no global id.
WITHOUT_IDS = {
    *("abcClassTotals", "alertCounts", "auditLog", "auditPages", "inventorySummary", "itemLabels", "trustedDocument"),
    *("trustedDocuments", "viewer"),
}

Object = dict[str, Any]


@dataclass
class Day:
    """A shop over shards in which everything has happened, and what was asked and answered meanwhile."""

    server: Served
    cursor: str  # of a feed that saw it begin
    shards: Shards
    asked: list[tuple[str, Object]] = field(default_factory=list)
    answered: list[Object] = field(default_factory=list)

    async def do(self, name: str, /, **input: Any) -> Any:
        """Call a mutation under a key of its own; what it answers is the truth."""
        said = {**input, "idempotencyKey": str(len(self.asked) + 1)}
        payload = await self.call(name, said)
        assert payload["userErrors"] == [], (name, payload)
        assert payload["replayed"] is False
        self.asked.append((name, said))
        self.answered.append(payload)
        found = await differences(self.server.api, payload)
        assert [each for each in found if each[0] not in CHANGE_BY_THEMSELVES] == [], name
        return payload

    async def call(self, name: str, input: Object) -> Any:
        """Call a mutation, and ask for everything."""
        kind = f"{name[0].upper()}{name[1:]}Input!"
        whole = asked_whole(MUTATIONS[name], further=1)
        query = with_fragments(f"mutation Change($input: {kind}) {{ {name}(input: $input) {whole} }}")
        return await self.server.api.run(query, input=input)


@pytest.fixture(scope="module")
def concerns() -> Iterator[Concerns]:
    """Return what all commands of the day say, and of the tests."""
    with concerns_heard() as heard:
        yield heard


@pytest.fixture(scope="module")
async def day(concerns: Concerns, lasting_database: Database, mongo_url: str, redis_url: str) -> AsyncIterator[Day]:
    """Return a day that is over: the tests repeat what was asked, and change nothing."""
    await seed(lasting_database)
    await lay_out(lasting_database)
    settings = settings_of(mongo_url, redis_url, lasting_database.name, webhook_allow_private=True)
    shards = Shards(lasting_database.name)
    async with listening(shards), served(settings) as server:
        async with server.dial() as socket:
            feed = await socket.start("subscription { movements { cursor } }")
            day = Day(server, (await feed.next())["cursor"], shards)
        await a_busy_day(day.do)
        yield day


def objects(answer: Any) -> Iterator[Object]:
    """Yield everything with a global id."""
    if isinstance(answer, list):
        for each in answer:
            yield from objects(each)
    elif isinstance(answer, dict):
        if "id" in answer and answer["__typename"] in NODES:
            yield answer
        for each in answer.values():
            yield from objects(each)


def told(value: Any, *, is_whole: bool = True) -> Any:
    """Return what an answer says of one object, without what it says of others."""
    if isinstance(value, list):
        return [told(each, is_whole=False) for each in value]
    if not isinstance(value, dict):
        return value
    if "id" in value and not is_whole:
        return {"id": value["id"]}
    return {name: told(each, is_whole=False) for name, each in value.items()}


async def truth(api: Api, answer: Any) -> dict[str, Object | None]:
    """Return all that `nodes` says of what an answer holds, by id."""
    ids: dict[str, set[str]] = defaultdict(set)
    for each in objects(answer):
        ids[each["__typename"]].add(each["id"])
    found: dict[str, Object | None] = {}
    for type_, some in ids.items():
        query = with_fragments(f"query ($ids: [ID!]!) {{ nodes(ids: $ids) {{ ...{type_} }} }}")
        listed = sorted(some)
        for start in range(0, len(listed), AT_ONCE):
            part = listed[start : start + AT_ONCE]
            found |= dict(zip(part, await api.run(query, ids=part), strict=True))
    return {identity: node and told(node) for identity, node in found.items()}


async def differences(api: Api, answer: Any) -> list[tuple[str, str, Any, Any]]:
    """Return where an answer says of an object with an id what `node` does not: (type, field, said, truth)."""
    nodes = await truth(api, answer)
    return [
        (each["__typename"], name, value, node[name])
        for each in objects(answer)
        if (node := nodes[each["id"]]) is not None  # a policy that sets nothing is no longer there
        for name, value in told(each).items()
        if node[name] != value
    ]


async def test_the_day_calls_every_mutation_and_ends_with_something_of_every_type(day: Day) -> None:
    """Add to it what is added to the API."""
    of_people = {"passwordChange"}  # of those who signed in, which is not asked for here
    assert {name for name, _ in day.asked} == set(MUTATIONS) - of_people
    assert {each["__typename"] for each in objects(day.answered)} | {"WebhookDelivery"} == set(types_with_id())


async def test_a_repeat_shows_its_operation_and_everything_else_as_it_is_now(day: Day) -> None:
    """Of every mutation, at the end of the day."""
    found: list[Any] = []
    for _ in range(ATTEMPTS):
        again = [await day.call(name, said) for name, said in day.asked]
        for (name, _said), first, payload in zip(day.asked, day.answered, again, strict=True):
            secrets = {part: payload[part] for part in ("secret", "key") if part in payload}
            past = {**told(first), "replayed": True} | secrets
            assert told(payload) == past, name
        if not (found := await differences(day.server.api, again)):
            break
    assert found == []


@pytest.mark.parametrize("name", sorted(QUERIES.keys() - {"node", "nodes"}))
async def test_a_query_shows_everything_as_it_is_now(day: Day, name: str) -> None:
    """What a field gives, what that refers to, and what that refers to."""
    arguments = ARGUMENTS.get(name) or await arguments_of(day, name)
    query = with_fragments(f"{{ {name}{arguments} {asked_whole(QUERIES[name], further=FURTHER)} }}")
    for _ in range(ATTEMPTS):
        answer = await day.server.api.run(query)
        assert name in WITHOUT_IDS or list(objects(answer)), answer
        if not (found := await differences(day.server.api, answer)):
            return
    assert found == []


async def arguments_of(day: Day, name: str) -> str:
    """Return the arguments of a field that takes an id, or of a list."""
    of = QUERIES[name]
    if "id" in of.args:
        type_ = get_named_type(of.type).name
        identity = next(each["id"] for each in objects(day.answered) if each["__typename"] == type_)
        return f'(id: "{identity}")'
    assert not any(map(is_required_argument, of.args.values())), f"say in ARGUMENTS how to ask for {name}"
    return f"(first: {LISTED})" if "first" in of.args else ""


# All of a summary costs more than a subscription may; what it shows is what the query of the same name shows.
@pytest.mark.parametrize("name", sorted(FEEDS.keys() - {"inventorySummary"}))
async def test_a_feed_shows_everything_as_it_is_now(day: Day, name: str) -> None:
    """From before the day began, where it resumes: what an event tells of is past, what it shows is not."""
    arguments = f'(after: "{day.cursor}")' if "after" in FEEDS[name].args else ""
    query = with_fragments(f"subscription {{ {name}{arguments} {asked_whole(FEEDS[name], further=1)} }}")
    found: list[Any] = []
    for _ in range(ATTEMPTS):
        async with day.server.dial(max_size=None, max_queue=None) as socket:
            feed = await socket.start(query)
            events = await feed.take(1 if name in FIGURES else EVENTS)
        if not (found := await differences(day.server.api, events)):
            break
    assert found == []


async def test_whatever_is_asked_says_its_shard_or_is_listed_with_its_reason(day: Day) -> None:
    """All that the tests above and the workers have asked: no more is scattered than is listed, and no less."""
    sent = [each for each in day.shards.sent if each.is_scattered]
    assert {each.shape for each in sent} == scattered.ALL
    assert {each.shape for each in sent if each.transaction is not None} == scattered.IN_TRANSACTIONS


async def test_every_command_says_how_it_is_acknowledged_and_what_it_reads(
    day: Day, concerns: Concerns, mongo_url: str, lasting_database: Database
) -> None:
    """Writes wait for the journals of most members, reads are the primary's and in those, whatever the URL says."""
    weak = "w=1&journal=false&readConcernLevel=local&readPreference=primaryPreferred&retryWrites=false"
    client = open_client(f"{mongo_url}&{weak}")
    levels = client[lasting_database.name][names.LEVELS]
    before = concerns.said.total()
    assert await levels.count_documents({}) > 0
    assert await levels.find_one({"_id": "none"}) is None
    await levels.delete_one({"_id": "none"})
    await close_client(client)
    assert concerns.said.total() >= before + 3
    assert concerns.wrong == []
    assert concerns.said["commitTransaction", "in a transaction"] > len(day.asked)
    assert {("find", "alone"), ("aggregate", "alone"), ("update", "alone"), ("delete", "alone")} <= concerns.said.keys()
