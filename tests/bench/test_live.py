"""What the live benchmarks compare is the same on all sides."""

import orjson
import pytest
import strawberry
from graphql import GraphQLSchema, parse, validate

from app.client.live_bench.events import LEVELS, KnownMessages
from bench import live_strawberry
from bench.live_event import MadeUpLevels, message
from schema.root import schema as ours

STRAWBERRY = strawberry.Schema(
    query=live_strawberry.Query, mutation=live_strawberry.Mutation, subscription=live_strawberry.Subscription
)


@pytest.mark.parametrize("schema", [ours, STRAWBERRY], ids=["ours", "strawberry"])
def test_the_document_is_valid_on_each_side(schema: strawberry.Schema) -> None:
    """A side that refuses it would be measured as one that delivers nothing."""
    core = schema._schema
    assert isinstance(core, GraphQLSchema)
    assert validate(core, parse(LEVELS)) == []


def test_an_event_that_is_made_up_is_read_like_one_of_ours() -> None:
    """With its time, and a version that grows."""
    levels, known = MadeUpLevels(), KnownMessages(reads_levels=True)
    events = [*levels.snapshot(["SKU-0001"]), levels.change("SKU-0001"), levels.change("SKU-0001")]
    read = [known.read(message(event, id="1").encode())[1] for event in events]
    assert [each.version for each in read if each] == [1, 2, 3]
    assert [each.recorded is None for each in read if each] == [True, False, False]


def test_fields_come_in_the_order_of_the_document() -> None:
    """So that the bytes are those that GraphQL gives."""
    event = orjson.loads(message(MadeUpLevels().change("SKU-0001"), id="1"))["payload"]["data"]["stockLevels"]
    words = [word for word in LEVELS.replace("{", " ").replace("}", " ").split() if word.isalpha()]
    selected = words[words.index("kind") :]
    assert [*event.keys(), *event["level"].keys(), *event["movement"].keys()] == [
        *("kind", "level", "movement"),
        *selected[selected.index("level") + 1 : selected.index("movement")],
        *selected[selected.index("movement") + 1 :],
    ]
