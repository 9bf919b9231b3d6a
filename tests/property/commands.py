"""Commands on stock and catalog, as hypothesis draws them: of so few names that they meet each other all the time.

Rule: whatever is drawn has no fault of its own. Those are refused at the door, before a writer sees them.
"""

from itertools import count
from typing import Any

from hypothesis import strategies as st

from app.domain.catalog.catalog import LocationKind, OversellPolicy
from app.domain.catalog.commands.archive import ArchiveItem, ArchiveLocation
from app.domain.catalog.commands.upsert_item import ItemChange, UpsertItem
from app.domain.catalog.commands.upsert_items import UpsertMany
from app.domain.catalog.commands.upsert_location import UpsertLocation
from app.domain.command import Command
from app.domain.idempotency import operation_id_of_key
from app.domain.limits import MAX_QUANTITY
from app.domain.operation import CommandInfo
from app.domain.partial_update import UNCHANGED
from app.domain.replenishment.policy import Policy
from app.domain.replenishment.policy_change import SettingsChange
from app.domain.stock.commands.adjust_many import AdjustMany, Adjustment
from app.domain.stock.commands.adjust_stock import AdjustStock
from app.domain.stock.commands.configure_level import ConfigureLevel
from app.domain.stock.commands.reclassify_stock import ReclassifyStock
from app.domain.stock.commands.record_sale import RecordSale, SaleLine
from app.domain.stock.commands.set_many import SetMany
from app.domain.stock.commands.set_stock import SetStock, StockSetting
from app.domain.stock.commands.write_off_stock import WriteOffStock
from app.domain.stock.level import LevelKey
from app.domain.stock.level_change import UnavailableReason
from app.domain.stock.movement import MovementReason
from tests.support.alerts import SetPolicy

SKUS, CODES, NONE = ("TEA", "CUP"), ("MAIN", "NORTH"), "NONE"
NEVER_STOCKED = "POT"  # until somebody does
ACTORS = ("shop", "web")
KEYS = tuple(f"k{number}" for number in range(30))
BARCODES = ("1", "2", "3")

_fresh_ids = (f"{number:032x}" for number in count(1))


def info(said: tuple[str, str | None]) -> CommandInfo:
    """Return the cause of a command by an actor, with a key or with an id of its own."""
    actor, key = said
    identity = next(_fresh_ids) if key is None else operation_id_of_key(actor=actor, key=key)
    return CommandInfo(operation_id=identity, kind="any", actor=actor, idempotency_key=key)


def some(values: tuple[Any, ...], *, rare: Any = NONE) -> st.SearchStrategy[Any]:  # noqa: ANN401 - any names
    """Return a strategy for these values, and now and then another."""
    return st.sampled_from((*(6 * values), rare))


def different(lines: st.SearchStrategy[Any], *, by: str, most: int) -> st.SearchStrategy[tuple[Any, ...]]:
    """Return a strategy for one or more lines that differ in one field."""
    return st.lists(lines, min_size=1, max_size=most, unique_by=lambda line: getattr(line, by)).map(tuple)


unkeyed = st.sampled_from(ACTORS).map(lambda actor: info((actor, None)))
keyed = st.tuples(st.sampled_from(ACTORS), st.sampled_from(KEYS)).map(info)
causes = st.one_of(unkeyed, unkeyed, keyed)
skus, codes = some(SKUS, rare=NONE) | some(SKUS, rare=NEVER_STOCKED), some(CODES)
level_keys = st.builds(LevelKey, skus, codes)
reasons = st.sampled_from([MovementReason.RECEIPT, MovementReason.OTHER, MovementReason.COUNT])
deltas = st.integers(-6, 9).filter(bool) | st.sampled_from([MAX_QUANTITY, -MAX_QUANTITY])
counts = st.integers(0, 12)
few = st.integers(1, 6)
unavailable = st.one_of(st.just(UnavailableReason.DAMAGED), st.sampled_from(UnavailableReason))
classes = st.one_of(
    st.builds(lambda target: {"source": None, "target": target}, unavailable),
    st.permutations([None, *UnavailableReason]).map(lambda found: {"source": found[0], "target": found[1]}),
)

beliefs = st.one_of(
    st.builds(lambda on_hand: {"expected_on_hand": on_hand}, counts),
    st.builds(lambda version: {"expected_version": version}, counts),
    st.just({"is_forced": True}),
    st.just({"is_forced": True}),
)
settings_of_levels = st.builds(
    lambda belief, **rest: StockSetting(**rest, **belief),
    beliefs,
    key=level_keys,
    quantity=counts,
    reason=reasons,
    reorder_point=st.none() | counts,
    backorder_limit=st.none() | counts,
)
item_changes = st.builds(
    ItemChange,
    sku=skus,
    name=st.sampled_from([UNCHANGED, "Red thing", "Blue thing"]),
    barcodes=st.just(UNCHANGED) | st.lists(st.sampled_from(BARCODES), unique=True).map(tuple),
    reorder_point=st.just(UNCHANGED) | counts,
    backorder_limit=st.just(UNCHANGED) | counts,
)
claims = st.builds(
    ItemChange,
    sku=st.sampled_from(SKUS),
    barcodes=st.lists(st.sampled_from(BARCODES), max_size=2, unique=True).map(tuple),
)

settings = st.builds(
    SettingsChange,
    reorder_point=counts,
    alert_margin=st.just(UNCHANGED) | st.integers(0, 3),
    overstock_point=st.just(UNCHANGED) | st.none() | st.integers(0, 15),
)
policies = st.builds(
    Policy,
    alert_margin=st.integers(0, 3),
    overstock_point=st.none() | st.integers(0, 15),
    risk_point=st.none() | st.integers(1, 8),
)
receipts = st.builds(AdjustStock, info=causes, key=level_keys, delta=few, reason=reasons)
stock_commands: st.SearchStrategy[Command] = st.one_of(
    receipts,
    st.builds(AdjustStock, info=causes, key=level_keys, delta=deltas, reason=reasons),
    st.builds(
        AdjustMany,
        info=causes,
        lines=different(st.builds(Adjustment, key=level_keys, delta=deltas, reason=reasons), by="key", most=4),
        is_atomic=st.booleans(),
    ),
    st.builds(
        RecordSale,
        info=causes,
        location=codes,
        lines=st.lists(st.builds(SaleLine, sku=skus, quantity=deltas), min_size=1, max_size=3).map(tuple),
        confirm_oversell=st.booleans(),
    ),
    st.builds(SetStock, info=causes, setting=settings_of_levels),
    st.builds(SetMany, info=causes, lines=different(settings_of_levels, by="key", most=4), is_atomic=st.booleans()),
    st.builds(ConfigureLevel, info=causes, key=level_keys, settings=settings, backorder_limit=st.none() | counts),
    st.builds(SetPolicy, info=causes, key=level_keys, policy=policies, reorder_point=st.none() | counts),
    st.builds(
        lambda change, **rest: ReclassifyStock(**rest, **change), classes, info=causes, key=level_keys, quantity=few
    ),
    st.builds(WriteOffStock, info=causes, key=level_keys, quantity=few, reason=unavailable),
)
claims_of_barcodes: st.SearchStrategy[Command] = st.one_of(
    st.builds(UpsertItem, info=causes, change=claims),
    st.builds(UpsertMany, info=causes, changes=different(claims, by="sku", most=2), is_atomic=st.booleans()),
)
catalog_commands: st.SearchStrategy[Command] = st.one_of(
    claims_of_barcodes,
    st.builds(UpsertItem, info=causes, change=item_changes),
    st.builds(UpsertMany, info=causes, changes=different(item_changes, by="sku", most=3), is_atomic=st.booleans()),
    st.builds(
        UpsertLocation,
        info=causes,
        code=codes,
        kind=st.just(UNCHANGED) | st.sampled_from(LocationKind),
        oversell_policy=st.sampled_from(OversellPolicy),
    ),
    st.builds(ArchiveItem, info=causes, sku=skus, is_archived=some((False,), rare=True)),
    st.builds(ArchiveLocation, info=causes, code=codes, is_archived=some((False,), rare=True)),
)
