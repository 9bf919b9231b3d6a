# ruff: noqa: ANN401, D101 - values and toy roots are of any kind
"""Compiled shapes on the served schema: random selections on real objects, valid and broken ones."""

import asyncio
from copy import copy
from operator import attrgetter
from random import Random
from types import SimpleNamespace
from typing import Any

import pytest
import strawberry
from graphql import (
    GraphQLObjectType,
    GraphQLOutputType,
    get_named_type,
    is_abstract_type,
    is_leaf_type,
    is_object_type,
)
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec import structs
from strawberry.schema.config import StrawberryConfig
from strawberry.types import get_object_definition
from strawberry.utils.str_converters import to_camel_case

from app.domain.catalog.catalog import Item, Location
from app.domain.errors import InsufficientStock, UnknownItem
from app.domain.live.events import LevelEvent, LevelEventKind
from app.domain.operation import CommandInfo, Operation
from app.domain.outcome import Outcome, Present
from app.domain.replenishment.policy import Policy, ReplenishmentMethod
from app.domain.stock.level import Level, LevelKey
from app.domain.stock.level_change import LevelChange
from app.domain.stock.movement import Movement, MovementReason
from app.domain.time import Moment
from app.services.paging import Page
from schema.errors.conversion import USER_ERRORS
from schema.loading.shared_loader import SharedLoader
from schema.payloads.stock import SaleRecordPayload, StockAdjustManyPayload, StockAdjustPayload
from schema.scalars import SCALARS
from schema.selections.rows import columns_asked, reads_rows, with_references
from schema.types.connection import Connection
from schema.types.live import StockLevelEvent
from schema.types.stock.ledger import MOVEMENT_COLUMNS, OPERATION_COLUMNS
from schema.types.stock.level import LEVEL_COLUMNS, StockLevel
from tests.web.test_graphql_shapes import compare

BOUNDED = settings(max_examples=100, deadline=None)
NOW = Moment(1_790_000_000_000_000)
WEEKLY = Policy(method=ReplenishmentMethod.PERIODIC, review_days=7, review_start=20_458)
LEVELS = [
    Level(
        key=LevelKey(f"S-{number}", "EAST"),
        on_hand=number,
        reorder_point=2,
        policy=WEEKLY,
        version=number + 1,
        changed_at=NOW,
    )
    for number in range(5)
]
INFO = CommandInfo(operation_id="0" * 32, kind="stockAdjust", actor="a", note="ü")
MOVEMENTS = tuple(
    Movement(
        operation_id=INFO.operation_id,
        writer="w",
        recorded_at=level.changed_at,
        reason=MovementReason.SALE,
        change=LevelChange(on_hand=-1),
        after=level,
    )
    for level in LEVELS
)
PRESENT = Present(levels={level.key: level for level in LEVELS}, documents={})
OUTCOME = Outcome(operation=Operation(info=INFO, recorded_at=NOW), movements=MOVEMENTS, present=PRESENT)
SHORT = InsufficientStock(sku="S-0", location="EAST", requested=9, available=0)
PARTLY = Outcome(
    operation=Operation(info=INFO, recorded_at=NOW, refusals=((1, SHORT), (3, UnknownItem(sku="none")))),
    movements=MOVEMENTS[:3],
    present=PRESENT,
)
PAGE = Page(nodes=tuple(LEVELS), positions=tuple(level.key for level in LEVELS), order="SKU", has_next=False)
ODD = [None, 2**31, "x", object, ValueError("an error as a value"), 1.5, [None], b""]


@strawberry.type
class Query:
    @strawberry.field
    def level(self, info: strawberry.Info) -> StockLevel | None:
        return info.context.broken(StockLevel.from_domain(LEVELS[1]))

    @strawberry.field
    async def levels(self, info: strawberry.Info) -> Connection[StockLevel]:
        async def count() -> int:
            return len(LEVELS)

        page: Connection[StockLevel] = Connection.of(PAGE, StockLevel.from_domain, counter=count, after=None)
        page.nodes = [info.context.broken(node) for node in page.nodes]
        return info.context.broken(page)

    @strawberry.field
    @reads_rows(LEVEL_COLUMNS)
    async def rows(self, info: strawberry.Info) -> Connection[StockLevel]:
        async def count() -> int:
            return len(LEVELS)

        asked = columns_asked(info)
        info.context.is_row_read = asked is not None
        if asked:
            read = [tuple(attrgetter(name)(level) for name in asked.attributes) for level in LEVELS]
            rows = await with_references(read, asked, info)
            if rows is not None:
                return Connection.of_rows(PAGE, rows, counter=count, after=None)
        return Connection.of(PAGE, StockLevel.from_domain, counter=count, after=None)

    @strawberry.field
    async def adjusted(self, info: strawberry.Info) -> StockAdjustPayload | None:
        return info.context.broken(StockAdjustPayload.from_outcome(structs.replace(OUTCOME, movements=MOVEMENTS[:1])))

    @strawberry.field
    def refused(self) -> StockAdjustPayload:
        return StockAdjustPayload.refused([SHORT, UnknownItem(sku="none")])

    @strawberry.field
    def adjusted_many(self, info: strawberry.Info) -> StockAdjustManyPayload:
        return info.context.broken(StockAdjustManyPayload.from_outcome(PARTLY))

    @strawberry.field
    def sold(self, info: strawberry.Info) -> SaleRecordPayload | None:
        return info.context.broken(SaleRecordPayload.from_outcome(OUTCOME))

    @strawberry.field
    def event(self, info: strawberry.Info) -> StockLevelEvent:
        event = LevelEvent(kind=LevelEventKind.CHANGE, level=LEVELS[0], movement=MOVEMENTS[0])
        return info.context.broken(StockLevelEvent.from_domain(event))


schema = strawberry.Schema(Query, types=USER_ERRORS, config=StrawberryConfig(scalar_map=SCALARS))
schema.process_errors = lambda *_: None  # type: ignore[method-assign] # the log is of no interest here


def selection(random: Random, type_: GraphQLOutputType, depth: int) -> str:
    """Return the text of a random selection on a type of the schema."""
    named: Any = get_named_type(type_)
    if is_leaf_type(named):
        return ""
    fields = ["__typename"]
    for name, field in named.fields.items():
        if depth > 1 or is_leaf_type(get_named_type(field.type)):
            fields += [f"{name}{selection(random, field.type, depth - 1)}"] if random.random() < 0.5 else []
    if is_abstract_type(named):
        for each in random.sample(schema._schema.get_possible_types(named), 2):
            fields.append(f"... on {each.name}{selection(random, each, depth - 1)}")
    random.shuffle(fields)
    if is_object_type(named) and random.random() < 0.2:
        half = len(fields) // 2
        fields = [*fields[half:], f"... on {named.name} {{ {' '.join([*fields[:half], '__typename'])} }}"]
    return f" {{ {' '.join(fields)} }}"


def context(seed: int, oddity: float) -> Any:  # noqa: C901 - a small stand-in for each thing that resolvers ask
    """Return what the resolvers need; `broken` spoils the same objects for the same seed."""
    random = Random(seed)  # noqa: S311 - reproducible

    def broken(source: Any) -> Any:
        if source is None or random.random() >= oddity:
            return source
        if random.random() < 0.3:
            return random.choice(ODD)
        spoiled = copy(source)
        setattr(spoiled, random.choice(sorted(vars(spoiled))), random.choice(ODD))
        return spoiled

    def is_missing(sku: str) -> bool:
        """Not drawn in turn: executors may ask for the same items in another order."""
        return Random(f"{seed} {sku}").random() < oddity  # noqa: S311 - reproducible

    async def items(skus: list[str]) -> list[Any]:
        await asyncio.sleep(0)
        found = [Item(sku=sku, name=f"Item {sku}", created_at=NOW, updated_at=NOW) for sku in skus]
        return [None if is_missing(item.sku) else item for item in found]

    async def locations(codes: list[str]) -> list[Any]:
        await asyncio.sleep(0)
        return [Location(code=code, name=code, created_at=NOW, updated_at=NOW) for code in codes]

    async def operation(*_: Any) -> Any:
        await asyncio.sleep(0)
        return OUTCOME.operation

    async def movements(pages: list[Any]) -> list[Any]:
        return [[MOVEMENTS[0]] * len(page) for page in pages]

    async def levels(keys: list[Any]) -> list[Any]:
        return [LEVELS[0] for _ in keys]

    async def nothing(keys: list[Any]) -> list[Any]:
        return [() for _ in keys]

    async def document(*_: Any) -> None:
        await asyncio.sleep(0)

    async def none_short(*_: Any, **__: Any) -> Page[Any]:
        return Page(nodes=(), positions=(), order="NEWEST", has_next=False)

    async def zero(*_: Any) -> int:
        return 0

    loaders = SimpleNamespace(
        item_by_sku=(item_by_sku := SharedLoader(items)),
        referred_item_by_sku=item_by_sku,
        location_by_code=(location_by_code := SharedLoader(locations)),
        referred_location_by_code=location_by_code,
        operation=operation,
        movements_by_versions=SharedLoader(movements),
        level_by_key=SharedLoader(levels),
        known_level=lambda _: None,
        offers_by_sku=SharedLoader(nothing),
        document=document,
    )
    services = SimpleNamespace(
        replenishment=SimpleNamespace(today=lambda: 20_460),
        reservations=SimpleNamespace(short_at=none_short, count_short_at=zero),
    )
    return SimpleNamespace(
        broken=broken, loaders=loaders, services=services, reads=asyncio.Semaphore(8), extents={}, rows={}
    )


@BOUNDED
@given(seed=st.integers(0, 2**32), oddity=st.sampled_from([0.0, 0.05, 0.3]))
async def test_what_we_serve_is_completed_as_by_the_plain_executor(seed: int, oddity: float) -> None:
    """Data and errors, in every execution, keys in the same order."""
    random = Random(seed)  # noqa: S311 - drawn by hypothesis one by one, such trees are too much for it
    root: GraphQLObjectType = schema._schema.query_type  # type: ignore[assignment] # it has one
    name, field = random.choice(list(root.fields.items()))
    text = f"{{ {name}{selection(random, field.type, 5)} }}"
    await compare(schema, text, lambda: context(seed, oddity))


async def test_every_column_gives_what_its_field_gives() -> None:
    """All that has a column is selected; the rows are read, and complete to what the objects do."""
    names = {field.python_name: field.graphql_name for field in get_object_definition(StockLevel, strict=True).fields}
    plain = [to_camel_case(name) for name in LEVEL_COLUMNS if name not in {"item", "location"}]
    assert {to_camel_case(name) for name in names} >= set(plain) - {"id"}
    text = f"{{ rows {{ nodes {{ {' '.join(plain)} item {{ sku }} location {{ name }} }} }} }}"
    asked: list[Any] = []

    def noted() -> Any:
        asked.append(context(0, 0))
        return asked[-1]

    await compare(schema, text, noted)
    assert [each.is_row_read for each in asked[1:]] == [False, *[True] * (len(asked) - 2)]


@pytest.mark.parametrize("root", ["adjusted", "adjustedMany { results"])
async def test_a_payload_shows_the_columns_of_what_changed(root: str) -> None:
    """Of its level, its movement and its operation: the same whether objects are made for them or not."""
    level, movement, operation = (
        " ".join(to_camel_case(name) for name in columns if name not in {"item", "location"})
        for columns in (LEVEL_COLUMNS, MOVEMENT_COLUMNS, OPERATION_COLUMNS)
    )
    for more in ("", "id", "__typename"):
        text = f"{{ {root} {{ level {{ {more} {level} }} movement {{ {movement} {more} }} }} }}"
        text = text if root == "adjusted" else f"{text[:-1]} operation {{ {operation} }} }} }}"
        await compare(schema, text, lambda: context(0, 0))
