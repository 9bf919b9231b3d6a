# ruff: noqa: ANN401, D101, D102 - JSON and toy types are of any kind, and say what they are by their names
"""Compiled shapes: whatever is selected and whatever resolvers return, data and errors are those of graphql-core."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable, Generator
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import Enum
from typing import Any, Optional

import pytest
import strawberry
from hypothesis import given, settings
from hypothesis import strategies as st
from strawberry import relay
from strawberry.dataloader import DataLoader
from strawberry.schema.config import StrawberryConfig

from app.web.graphql.engine import Engine
from app.web.graphql.plan import Plan
from app.web.graphql.request import GraphQLRequest
from tests.web.toy import toy_app

BOUNDED = settings(max_examples=300, deadline=None)
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


class Text(str):  # noqa: SLOT000 - a subclass as clumsy as they come
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
ALIASES = {"scaled(by: 3)": "bigger: "}
DIRECTIVES = [""] * 18 + ["@skip(if: true)", "@include(if: $yes)"]


@st.composite
def selections(draw: Callable[[Any], Any], depth: int = 3, type_: str = "Thing") -> str:
    """Return the text of a selection."""
    parts = []
    for kind in draw(st.lists(st.sampled_from("lllllooona"), min_size=1, max_size=5)):
        directive = draw(st.sampled_from(DIRECTIVES))
        if type_ == "Named":
            below = draw(selections(depth - 1)) if depth else "{ number }"
            parts.append(draw(st.sampled_from(["name", "__typename", f"...on Thing {below}", "...on Other { weight }"])))
        elif kind == "o" and depth:
            field = draw(st.sampled_from(OBJECTS))
            alias = draw(st.sampled_from(["", "", f"{field}_2: "]))
            parts.append(f"{alias}{field} {directive} {draw(selections(depth - 1))}")
        elif kind == "n" and depth:
            field = draw(st.sampled_from(["named", "crowd"]))
            parts.append(f"{field} {directive} {draw(selections(depth - 1, 'Named'))}")
        elif kind == "a" and depth:
            parts.append(draw(st.sampled_from(["...F", "...on Thing ", "... "])))
            if parts[-1] != "...F":
                parts[-1] += f"{directive} {draw(selections(depth - 1))}"
        else:
            field = draw(st.sampled_from(LEAVES))
            alias = ALIASES.get(field) or draw(st.sampled_from(["", "", f"{field}_2: "]))
            parts.append(f"{alias}{field} {directive}")
    return "{ " + " ".join(parts) + " }"


@st.composite
def documents(draw: Callable[[Any], Any]) -> str:
    """Return a whole document."""
    root = draw(st.sampled_from(["thing", "things", "holes"]))
    text = f"query ($yes: Boolean! = true) {{ {root} {draw(selections())} }} "
    fragment = f"fragment F on Thing {draw(selections(0))}" if "...F" in text else ""
    return text + fragment


# What resolvers return.

ODD: list[Any] = [
    None, 0, -1, 2**31, 2**31 - 1, -(2**31) - 1, "5", "x", 1.0, 1.5, float("nan"), True, Text("sub"), b"x", [], {},
    Color.RED, Color.BLUE, "red", 2, ["a"], ("a", "b"), ["a", None], [[1, None], [2]], [[1], "2"], [1, "x"],
    datetime(2026, 11, 23, tzinfo=UTC), object, ValueError("an error as a value"), Raised(ValueError("as a value")),
    Later(1), Later("later"), Later(None), Later(ValueError("late")), Later(Raised(ValueError("raised late"))),
    [Later(1), 2], {"a": 1}.keys(),
]  # fmt: skip
USUAL: dict[str, st.SearchStrategy[Any]] = {
    "key": st.sampled_from(["k", "ü", "a:b"]),
    "name": st.sampled_from(["n", None]),
    "number": st.integers(-(2**31), 2**31 - 1),
    "amount": st.sampled_from([None, 3]),
    "text": st.text(max_size=3),
    "flag": st.booleans(),
    "ratio": st.sampled_from([None, 0.5, 3]),
    "color": st.sampled_from([None, *Color]),
    "moment": st.sampled_from([None, datetime(2026, 11, 23, 9, 30, tzinfo=UTC)]),
    "tags": st.lists(st.sampled_from(["a", "b"]), max_size=2),
    "grid": st.sampled_from([None, [], [[1, None], []], [(2,)]]),
}


@st.composite
def things(draw: Callable[[Any], Any], depth: int = 3) -> Any:
    """Return a thing, seldom something else in its place."""
    rarely = st.integers(0, 24)
    if draw(rarely) == 0:
        return draw(st.sampled_from([*ODD, Other(name="o", weight=1)]))

    def value(name: str, usual: st.SearchStrategy[Any]) -> Any:
        return draw(st.sampled_from(ODD)) if draw(rarely) == 0 else draw(usual)

    deeper = things(depth - 1) if depth else st.none()
    named = st.just(Other(name="o", weight=1)) | deeper if depth else st.none()
    several = st.lists(deeper, max_size=3) if depth else st.just([])
    fields = {name: value(name, usual) for name, usual in USUAL.items()}
    fields |= {"child": value("child", deeper), "named": value("named", named)}
    fields |= {"children": value("children", several), "gaps": value("gaps", several)}
    fields["crowd"] = value("crowd", st.lists(named, max_size=2) if depth else st.just([]))
    later = st.one_of(deeper, deeper.map(Later), st.sampled_from([Raised(ValueError("raised")), None]))
    behind = {
        "size": value("size", st.integers(0, 9)),
        "friend": value("friend", later),
        "needed": value("needed", deeper),
        "slow": value("slow", several),
    }
    thing = Thing(**fields, behind=behind)
    if draw(rarely) == 0:
        del thing.__dict__[draw(st.sampled_from(sorted(fields)))]
    elif draw(rarely) == 0:
        strawberry.cast(draw(st.sampled_from([Thing, Other])), thing)
    return thing


async def batch(keys: list[str]) -> list[Any]:
    """Load; a certain key fails."""
    await asyncio.sleep(0)
    return [KeyError(key) if key == "ü" else key.upper() for key in keys]


@BOUNDED
@given(text=documents(), thing=things(), several=st.lists(things(), max_size=4))
async def test_data_and_errors_are_those_of_the_plain_executor(text: str, thing: Any, several: list[Any]) -> None:
    """In every execution: messages, paths, locations, their order, and the order of the keys."""
    await compare(schema, text, lambda: {"thing": thing, "things": several, "loader": DataLoader(batch)})


async def compare(served: strawberry.Schema, text: str, context: Callable[[], Any], **variables: Any) -> Engine:
    """Execute with Strawberry, and repeatedly with our engine; the answers are the same."""
    expected = told(await served.execute(text, context_value=context(), variable_values=variables))
    engine = toy_app(served).engine
    request = GraphQLRequest(text, variables)
    try:
        document, _ = engine.document(request)
    except Exception as error:  # noqa: BLE001 - the random document is invalid: Strawberry says so too
        assert expected[0] == "null", (text, error)
        return engine
    for _ in range(RUNS):
        assert told(await engine.execution.execute(document, request, context())) == expected, text
    return engine


def told(result: Any) -> tuple[str, list[Any]]:
    """Return what a client would see of the result, in its order."""
    errors = [(error.message, error.path, error.locations) for error in result.errors or ()]
    return json.dumps(result.data, default=repr), errors


# What is compiled.


def links(engine: Engine) -> dict[str, list[str] | None]:
    """Return what the shapes of the only document leave to the executor, by type."""
    [document] = engine.documents._documents.values()
    [plan] = document.plans.values()
    assert isinstance(plan, Plan)
    return {type_.name: shape and [link.name for link in shape.links] for (type_, _), shape in plan._shapes.items()}


def a_thing(**others: Any) -> Thing:
    """Return a thing without surprises."""
    usual: dict[str, Any] = {
        "key": "k", "name": "n", "number": 1, "amount": None, "text": "t", "flag": True, "ratio": 0.5, "moment": None,
        "color": Color.BLUE, "tags": ["a"], "grid": None, "child": None, "children": [], "gaps": [None],
        "named": None, "crowd": [], "behind": {"size": 1, "friend": None, "needed": None, "slow": None},
    }  # fmt: skip
    return Thing(**{**usual, **others})


COMPILED = [
    ("{ thing { id __typename number text flag color moment tags grid ratio } }", {"Thing": []}),
    ("{ things { child { gaps { children { number } } } crowd { name } } }", {"Thing": []}),
    ("{ things { number size scaled batched named { name } child { size } } }",
     {"Thing": ["size", "scaled", "batched", "named", "child"]}),
    ("{ things { number @include(if: true) } }", None),
]  # fmt: skip


@pytest.mark.parametrize(("text", "left"), COMPILED)
async def test_what_is_plain_is_compiled(text: str, left: dict[str, list[str]] | None) -> None:
    """Attributes, global ids, lists and objects of those, empty lists of interfaces; the rest is linked."""
    thing = a_thing(child=a_thing(), children=[a_thing()])
    context = {"thing": thing, "things": [thing, a_thing(key="l")]}
    engine = await compare(schema, text, lambda: {**context, "loader": DataLoader(batch)})
    if left is None:
        [document] = engine.documents._documents.values()
        assert document.plans == {}
    else:
        assert {name: found for name, found in links(engine).items() if name in left} == left


async def test_a_document_that_comes_once_is_not_compiled() -> None:
    """Compiling pays from the second execution on."""
    engine = toy_app(schema).engine
    request = GraphQLRequest("{ thing { number } }")
    document, _ = engine.document(request)
    await engine.execution.execute(document, request, {"thing": a_thing()})
    [plan] = document.plans.values()
    assert plan._shapes == {}


async def test_resolvers_run_once_whatever_surprises_there_are() -> None:
    """A row with a surprise is completed again, but before any of its resolvers has run."""
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
    engine = toy_app(served).engine
    request = GraphQLRequest(text)
    document, _ = engine.document(request)
    ours = [told(result) async for result in engine.execution.subscribe(document, request, None)]
    assert ours == [told(result) async for result in expected]
    assert links(engine) == {"Thing": ["friend"]}
