"""Rows of levels and items: every attribute that has an expression is the one of the object of the same document."""

from operator import attrgetter
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from app.domain.catalog.catalog import Item
from app.domain.stock.level import COUNTS, Level, LevelKey
from app.domain.time import Moment
from app.store.mapping.catalog import item_document, item_of
from app.store.mapping.item_rows import ITEM_ROWS
from app.store.mapping.level_rows import LEVEL_ROWS, level_as_it_stands
from app.store.mapping.levels import level_document
from app.store.mapping.rows import RowCompiler

UNITS = st.one_of(st.just(0), st.integers(0, 20))
ITEM = Item(sku="S", name="N", created_at=Moment(1), updated_at=Moment(2))
BUILT_WHOLE = {"shortfall", "position", "is_short"}  # some that no expression gives

levels = st.builds(
    Level,
    key=st.just(LevelKey("S", "EAST")),
    reorder_point=UNITS,
    backorder_limit=UNITS,
    counted_at=UNITS.map(Moment),
    version=UNITS,
    changed_at=st.just(Moment(7)),
    closed=st.booleans(),
    **dict.fromkeys(COUNTS, UNITS),
)
items = st.builds(
    Item,
    sku=st.just("S"),
    name=st.just("N"),
    category=st.sampled_from([None, "C"]),
    tags=st.sampled_from([(), ("a", "b")]),
    barcodes=st.sampled_from([(), ("4006381333931",)]),
    unit_cost=st.sampled_from([None, 5]),
    reorder_point=UNITS,
    backorder_limit=UNITS,
    is_archived=st.booleans(),
    version=UNITS,
    created_at=st.just(Moment(1)),
    updated_at=st.just(Moment(2)),
)


@given(level=levels, is_item_archived=st.booleans(), archived=st.sampled_from([frozenset(), frozenset({"EAST"})]))
def test_a_row_of_a_level_has_its_attributes(level: Level, is_item_archived: bool, archived: frozenset[str]) -> None:
    """Together and each alone, from no more than is projected; archived or not, before and behind the ledger."""
    document = level_document(level, item=ITEM) | {"is_item_archived": is_item_archived}
    check(LEVEL_ROWS, document, level_as_it_stands(document, archived), context=archived, beyond=BUILT_WHOLE)


@given(item=items)
def test_a_row_of_an_item_has_its_attributes(item: Item) -> None:
    """Lists for tuples, as they are stored."""
    document = item_document(item)
    check(ITEM_ROWS, document, item_of(document), context=None, beyond={"words"})


def check(rows: RowCompiler, document: dict[str, Any], expected: object, *, context: object, beyond: set[str]) -> None:
    """Compare the rows of a document with its object."""
    names = tuple(rows._reads)
    for asked in (names, *[(name,) for name in names], tuple(beyond), (*beyond, *names)):
        made = rows.rows(asked)
        projection = made.projection
        is_given = any(projection.values())
        read = {name: value for name, value in document.items() if bool(projection.get(name, 0)) == is_given}
        found = [tuple(value) if isinstance(value, list) else value for value in made.built(context, read)]
        assert found == [attrgetter(name)(expected) for name in asked]
