# ruff: noqa: ANN401, D101 - JSON and toy types are of any kind, and say what they are by their names
"""Compiled shapes: whatever is selected and whatever resolvers return, data and errors are those of graphql-core."""

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable, Generator
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import Enum
from random import Random
from typing import Any, Optional

import pytest
import strawberry
from hypothesis import given, settings
from hypothesis import strategies as st
from strawberry import relay
from strawberry.schema.config import StrawberryConfig

from app.web.graphql.fast.plan import SelectionPlan
from app.web.graphql.transport.engine import Engine
from app.web.graphql.transport.limits import Limits
from app.web.graphql.transport.request import GraphQLRequest
from schema.loading.shared_loader import SharedLoader
from tests.web.toy import toy_app

UNBOUNDED = Limits(max_cost=10**18)  # what is compiled is the same whatever it costs
BOUNDED = settings(max_examples=150, deadline=None)
RUNS = 3  # without shapes, with fresh ones, with known ones


class Later:
    """An awaitable that can be awaited more than once."""

    def __init__(self, value: Any) -> None:
        self.value = value

    def __await__(self) -> Generator[Any, None, Any]:
        yield from asyncio.sleep(0).__await__()
        if isinstance(self.value, Raised):
            raise self.value.error
        return self.value


@dataclass
class Raised:
    """Makes a resolver raise."""

    error: Exception


class Text(str):
    pass


@strawberry.enum
class Color(Enum):
    RED = "red"
    BLUE = 2


@strawberry.interface
class Named:
    name: str | None


@strawberry.type
class Thing(relay.Node, Named):
    key: relay.NodeID[str]
    number: int
    amount: int | None
    text: str
    flag: bool
    ratio: float | None
    color: Color | None
    moment: datetime | None
    tags: list[str]
    grid: list[list[int | None]] | None
    child: Optional["Thing"]
    children: list["Thing"]
    gaps: list[Optional["Thing"]] | None
    named: Named | None
    crowd: list[Named]
    behind: strawberry.Private[dict[str, Any]]

    @strawberry.field
    def size(self) -> int:
        return resolved(self.behind["size"])

    @strawberry.field
    def friend(self, info: strawberry.Info) -> Optional["Thing"]:
        assert (info.field_name, info.path.typename) == ("friend", "Thing")
        return resolved(self.behind["friend"])

    @strawberry.field
    def needed(self, root: Any) -> "Thing":
        return resolved(root.behind["needed"])

    @strawberry.field
    async def slow(self) -> list["Thing"] | None:
        await asyncio.sleep(0)
        found = resolved(self.behind["slow"])
        return await found if isinstance(found, Later) else found

    @strawberry.field
    def scaled(self, by: int = 2) -> int | None:
        return self.number * by

    @strawberry.field
    def batched(self, info: strawberry.Info) -> str:
        return _batched(info, str(self.key))  # type: ignore[return-value] # the executor awaits it

    @property
    def hidden(self) -> int:
        return 1


async def _batched(info: strawberry.Info, key: str) -> Any:
    return await info.context["loader"].load(key)


@strawberry.type
class Other(Named):
    weight: int


@strawberry.type
class Query:
    @strawberry.field
    def thing(self, info: strawberry.Info) -> Thing | None:
        return info.context["thing"]

    @strawberry.field
    def things(self, info: strawberry.Info) -> list[Thing]:
        return info.context["things"]

    @strawberry.field
    async def holes(self, info: strawberry.Info) -> list[Thing | None] | None:
        return info.context["things"]


def resolved(value: Any) -> Any:
    """Return or raise."""
    if isinstance(value, Raised):
        raise value.error
    return value


schema = strawberry.Schema(Query, types=[Other], config=StrawberryConfig(relay_use_legacy_global_id=False))
schema.process_errors = lambda *_: None  # type: ignore[method-assign] # the log is of no interest here


# What is selected.

LEAVES = ["__typename", "id", "name", "number", "amount", "text", "flag", "ratio", "color", "moment", "tags", "grid"]
LEAVES += ["size", "batched", "scaled", "scaled(by: 3)"]
OBJECTS = ["child", "children", "gaps", "friend", "needed", "slow"]
ROOTS = ["thing", "things", "things", "holes"]
ALIASES = {"scaled(by: 3)": "bigger: "}
DIRECTIVES = [""] * 150 + ["@skip(if: true)", "@include(if: $yes)"]


def selection(random: Random, depth: int = 3, type_: str = "Thing") -> str:
    """Return the text of a selection."""
    parts = []
    for kind in random.choices("lllllooona", k=random.randint(1, 5)):
        directive = random.choice(DIRECTIVES)
        if type_ == "Named":
            below = selection(random, depth - 1) if depth else "{ number }"
            parts.append(random.choice(["name", "__typename", f"...on Thing {below}", "...on Other { weight }"]))
        elif kind == "o" and depth:
            field = random.choice(OBJECTS)
            parts.append(f"{random.choice(['', '', f'{field}_2: '])}{field} {directive} {selection(random, depth - 1)}")
        elif kind == "n" and depth:
            parts.append(f"{random.choice(['named', 'crowd'])} {directive} {selection(random, depth - 1, 'Named')}")
        elif kind == "a" and depth:
            spread = random.choice(["...on Thing", "..."])
            parts.append(random.choice(["...F", f"{spread} {directive} {selection(random, depth - 1)}"]))
        else:
            field = random.choice(LEAVES)
            parts.append(f"{ALIASES.get(field) or random.choice(['', '', f'{field}_2: '])}{field} {directive}")
    return "{ " + " ".join(parts) + " }"


def a_document(random: Random) -> str:
    """Return a whole document."""
    text = f"{{ {random.choice(ROOTS)} {selection(random)} }} "
    text += f"fragment F on Thing {selection(random, 0)}" if "...F" in text else ""
    return f"query {'($yes: Boolean! = true)' if '$yes' in text else ''} {text}"


# What resolvers return.

ODD: list[Any] = [
    None, 0, -1, 2**31, 2**31 - 1, -(2**31) - 1, "5", "x", 1.0, 1.5, float("nan"), True, Text("sub"), b"x", [], {},
    Color.RED, Color.BLUE, "red", 2, ["a"], ("a", "b"), ["a", None], [[1, None], [2]], [[1], "2"], [1, "x"],
    datetime(2026, 11, 23, tzinfo=UTC), object, ValueError("an error as a value"), Raised(ValueError("as a value")),
    Later(1), Later("later"), Later(None), Later(ValueError("late")), Later(Raised(ValueError("raised late"))),
    [Later(1), 2], {"a": 1}.keys(),
]  # fmt: skip
USUAL: dict[str, list[Any]] = {
    "key": ["k", "l", "ü", "a:b"],
    "name": ["n", None],
    "number": [0, 7, -(2**31), 2**31 - 1],
    "amount": [None, 3],
    "text": ["", "t", "é"],
    "flag": [True, False],
    "ratio": [None, 0.5, 3],
    "color": [None, *Color],
    "moment": [None, datetime(2026, 11, 23, 9, 30, tzinfo=UTC)],
    "tags": [[], ["a", "b"]],
    "grid": [None, [], [[1, None], []], [(2,)]],
}


def some_thing(random: Random, oddity: float, depth: int = 3) -> Any:
    """Return a thing; with some likelihood something unusual in its place, and in that of each part."""
    if random.random() < oddity:
        return random.choice([*ODD, Other(name="o", weight=1)])
    if depth == 0:
        return None

    def part(usual: Any) -> Any:
        return random.choice(ODD) if random.random() < oddity else usual

    def below() -> Any:
        return some_thing(random, oddity, depth - 1)

    def any_named() -> Any:
        return random.choice([Other(name="o", weight=part(1)), below()])

    def several(one: Callable[[], Any]) -> Any:
        return part([found for _ in range(random.randint(0, 3)) if (found := one()) or random.random() < oddity])

    fields = {name: part(random.choice(usual)) for name, usual in USUAL.items()}
    fields |= {"child": part(below()), "named": part(any_named()), "crowd": several(any_named)}
    fields |= {"children": several(below), "gaps": several(below)}
    friend = random.choice([below(), Later(below()), Later(Raised(ValueError("raised late"))), None])
    behind = {"size": part(1), "friend": part(friend), "needed": part(below() or a_thing()), "slow": several(below)}
    thing = Thing(**fields, behind=behind)
    if random.random() < oddity:
        del thing.__dict__[random.choice(sorted(fields))]
    if random.random() < oddity:
        strawberry.cast(random.choice([Thing, Other]), thing)
    return thing


async def batch(keys: list[str]) -> list[Any]:
    """Load; a certain key fails."""
    await asyncio.sleep(0)
    return [KeyError(key) if key == "ü" else key.upper() for key in keys]


@BOUNDED
@given(seed=st.integers(0, 2**32), oddity=st.sampled_from([0.0, 0.003, 0.02, 0.1]))
async def test_data_and_errors_are_those_of_the_plain_executor(seed: int, oddity: float) -> None:
    """In every execution: messages, paths, locations, their order, and the order of the keys."""
    random = Random(seed)  # noqa: S311 - drawn by hypothesis one by one, such trees are too much for it
    text = a_document(random)
    thing, several = some_thing(random, oddity), [some_thing(random, oddity) for _ in range(random.randint(0, 4))]
    await compare(schema, text, lambda: {"thing": thing, "things": several, "loader": SharedLoader(batch)})


async def compare(served: strawberry.Schema, text: str, context: Callable[[], Any], **variables: Any) -> Engine:
    """Execute with Strawberry, and repeatedly with our engine; the results are the same."""
    expected = await outcome(served.execute(text, context_value=context(), variable_values=variables))
    engine = toy_app(served, limits=UNBOUNDED).engine
    request = GraphQLRequest(text, variables)
    document, _ = engine.document(request, None)
    for _ in range(RUNS):
        assert await outcome(engine.execution.execute(document, request, context())) == expected, text
    return engine


async def outcome(execution: Awaitable[Any]) -> tuple[str, list[Any]]:
    """Return what a client would see of the result, in its order."""
    return seen(await execution)


def seen(result: Any) -> tuple[str, list[Any]]:
    """Return the data as text, and the errors."""
    errors = [(error.message, error.path, error.locations) for error in result.errors or ()]
    return json.dumps(result.data, default=repr), errors


# What is compiled.


def links(engine: Engine) -> list[list[str] | None]:
    """Return what the shapes of the only document leave to the executor, the outer ones first."""
    [document] = engine.documents._documents.values()
    [plan] = document.plans.values()
    assert isinstance(plan, SelectionPlan)
    return [[link.name for link in shape.links] if shape else None for shape in plan._shapes.values()]


def a_thing(**others: Any) -> Thing:
    """Return a thing without anything unusual."""
    usual: dict[str, Any] = {
        "key": "k", "name": "n", "number": 1, "amount": None, "text": "t", "flag": True, "ratio": 0.5, "moment": None,
        "color": Color.BLUE, "tags": ["a"], "grid": None, "child": None, "children": [], "gaps": [None],
        "named": None, "crowd": [], "behind": {"size": 1, "friend": None, "needed": None, "slow": None},
    }  # fmt: skip
    return Thing(**{**usual, **others})


COMPILED = [
    ("{ thing { id __typename number text flag color moment tags grid ratio } }", [[]]),
    ("{ things { child { gaps { children { number } } } crowd { name } } }", [[]]),
    ("{ things { number size scaled batched named { name } child { size } } }",
     [["size", "scaled", "batched", "named", "child"], ["size"]]),
    ("{ things { number @include(if: true) } }", None),
]  # fmt: skip


@pytest.mark.parametrize(("text", "left"), COMPILED)
async def test_what_is_plain_is_compiled(text: str, left: list[list[str]] | None) -> None:
    """Attributes, global ids, lists and objects of those, empty lists of interfaces; the rest is linked."""
    thing = a_thing(child=a_thing(), children=[a_thing()])
    context = {"thing": thing, "things": [thing, a_thing(key="l")]}
    engine = await compare(schema, text, lambda: {**context, "loader": SharedLoader(batch)})
    if left is None:
        [document] = engine.documents._documents.values()
        assert document.plans == {}
    else:
        assert links(engine) == left


async def test_a_document_that_comes_once_is_not_compiled() -> None:
    """Compiling pays from the second execution on."""
    engine = toy_app(schema, limits=UNBOUNDED).engine
    request = GraphQLRequest("{ thing { number } }")
    document, _ = engine.document(request, None)
    await engine.execution.execute(document, request, {"thing": a_thing()})
    [plan] = document.plans.values()
    assert plan._shapes == {}


async def test_resolvers_run_once_whatever_surprises_there_are() -> None:
    """An unusual row is completed again, but before any of its resolvers has run."""
    calls: list[str] = []

    @strawberry.type
    class Row:
        name: str
        number: int

        @strawberry.field
        def link(self) -> str:
            calls.append(self.name)
            return self.name

    @strawberry.type
    class Root:
        @strawberry.field
        def rows(self) -> list[Row]:
            return [Row(name="a", number=1), Row(name="b", number="2"), Row(name="c", number=3)]  # type: ignore[arg-type] # the surprise

    await compare(strawberry.Schema(Root), "{ rows { link number } }", lambda: None)
    assert calls == ["a", "b", "c"] * (RUNS + 1)


async def test_properties_and_configured_resolvers_are_left_to_strawberry() -> None:
    """What only looks like an attribute is read as often as Strawberry reads it."""
    reads: list[str] = []

    @strawberry.type
    class Row:
        number: int

    class Counting(Row):
        @property
        def number(self) -> int:  # type: ignore[override] # the point of it
            reads.append("number")
            return 1

    def counted(source: Any, name: str) -> Any:
        reads.append(name)
        return getattr(source, name)

    @strawberry.type
    class Root:
        @strawberry.field
        def rows(self) -> list[Row]:
            return [Counting.__new__(Counting)]

        @strawberry.field
        def row(self) -> Row:
            return Row(number=2)

    await compare(strawberry.Schema(Root), "{ rows { number } }", lambda: None)
    assert len(reads) == RUNS + 1
    reads.clear()
    configured = strawberry.Schema(Root, config=StrawberryConfig(default_resolver=counted))
    await compare(configured, "{ row { number } }", lambda: None)
    assert reads == ["number"] * (RUNS + 1)


async def test_events_of_a_subscription_are_completed_by_shapes() -> None:
    """From the second event on, errors included."""

    @strawberry.type
    class Feed:
        @strawberry.subscription
        async def things(self) -> AsyncIterator[Thing]:
            for number in (1, 2, 2**31, 3):
                yield a_thing(number=number)

    served = strawberry.Schema(Query, subscription=Feed)
    served.process_errors = lambda *_: None  # type: ignore[method-assign] # as above
    text = "subscription { things { number text friend { id } } }"
    expected: Any = await served.subscribe(text)
    engine = toy_app(served, limits=UNBOUNDED).engine
    request = GraphQLRequest(text)
    document, _ = engine.document(request, None)
    ours = [seen(result) async for result in engine.execution.subscribe(document, request, None)]
    assert ours == [seen(result) async for result in expected]
    assert links(engine) == [["friend"]]
