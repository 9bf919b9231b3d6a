"""Commands on what levels inherit, as hypothesis draws them; and what their services would read for them."""

from dataclasses import replace
from typing import Any

from hypothesis import strategies as st

from app.domain.catalog.commands.upsert_item import ItemChange, UpsertItem
from app.domain.command import Command
from app.domain.partial_update import UNCHANGED
from app.domain.replenishment.commands.apply_policies import ApplyPolicies, MarkPoliciesApplied
from app.domain.replenishment.commands.decline_need import ResumeNeed, SnoozeNeed, WakeNeed
from app.domain.replenishment.commands.set_policy_defaults import ClearPolicyDefaults, SetPolicyDefaults
from app.domain.replenishment.policy import ReplenishmentMethod
from app.domain.replenishment.policy_change import SettingsChange
from app.domain.replenishment.policy_defaults import PolicyDefaults, PolicyScope, policy_key
from app.domain.stock.commands.configure_level import ConfigureLevel
from app.domain.stock.level import LevelKey
from app.domain.time import Moment
from tests.property.commands import CODES, SKUS, causes, codes, counts, level_keys, skus, unkeyed
from tests.support.clock import SECOND, START
from tests.support.store import Store

Commands = st.SearchStrategy[Command]

CATEGORIES = ("Drinks", "Cups")
TOMORROW = Moment(START + 86_400 * SECOND)  # some of the steps of a machine are later
LEVELS = tuple(LevelKey(sku, code) for sku in SKUS for code in CODES)


def _or_nothing(values: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return st.one_of(st.just(UNCHANGED), st.none(), values)


_settings = st.builds(
    SettingsChange,
    method=_or_nothing(st.sampled_from(ReplenishmentMethod)),
    reorder_point=_or_nothing(counts),
    target_level=_or_nothing(st.integers(8, 20)),
    safety_stock=_or_nothing(counts),
    order_quantity=_or_nothing(st.integers(1, 12)),
    review_days=_or_nothing(st.integers(1, 14)),
    review_start=_or_nothing(st.integers(0, 40_000)),
    alert_margin=_or_nothing(st.integers(0, 3)),
    overstock_point=_or_nothing(st.integers(15, 30)),
    resupply_from=_or_nothing(codes),
).filter(lambda change: bool(change.values))
_scopes = st.one_of(
    st.builds(lambda sku: {"scope": PolicyScope.ITEM, "name": sku}, skus),
    st.builds(lambda name: {"scope": PolicyScope.CATEGORY, "name": name}, st.sampled_from(CATEGORIES)),
    st.builds(lambda code: {"scope": PolicyScope.LOCATION, "name": code}, codes),
    st.just({"scope": PolicyScope.EVERYTHING, "name": ""}),
)
_ids = (
    *(policy_key(PolicyScope.ITEM, sku).id for sku in SKUS),
    *(policy_key(PolicyScope.CATEGORY, name).id for name in CATEGORIES),
    *(policy_key(PolicyScope.LOCATION, code).id for code in CODES),
    policy_key(PolicyScope.EVERYTHING).id,
)

applications: Commands = st.builds(
    lambda info, keys: ApplyPolicies(info=info, categories=dict.fromkeys(keys)),
    unkeyed,
    st.lists(st.sampled_from(LEVELS), min_size=1, max_size=4, unique=True),
)
_needs: Commands = st.one_of(
    st.builds(SnoozeNeed, info=causes, key=level_keys, until=st.none()),
    st.builds(SnoozeNeed, info=causes, key=level_keys, until=st.just(TOMORROW), even_if_worse=st.booleans()),
    st.builds(ResumeNeed, info=causes, key=level_keys),
    st.builds(WakeNeed, info=unkeyed, key=level_keys),
)
policy_commands: Commands = st.one_of(
    _needs,
    _needs,
    st.builds(ConfigureLevel, info=causes, key=level_keys, settings=_settings, backorder_limit=st.none()),
    st.builds(lambda scope, **rest: SetPolicyDefaults(**rest, **scope), _scopes, info=causes, change=_settings),
    st.builds(lambda scope, **rest: SetPolicyDefaults(**rest, **scope), _scopes, info=causes, change=_settings),
    st.builds(lambda scope, **rest: ClearPolicyDefaults(**rest, **scope), _scopes, info=causes),
    applications,
    applications,
    st.builds(
        lambda info, ids: MarkPoliciesApplied(info=info, applied=tuple((each, 1) for each in ids)),
        unkeyed,
        st.lists(st.sampled_from(_ids), min_size=1, max_size=3, unique=True),
    ),
    st.builds(
        UpsertItem,
        info=causes,
        change=st.builds(ItemChange, sku=st.sampled_from(SKUS), category=st.sampled_from((None, *CATEGORIES))),
    ),
)


async def looked_up_policies(command: Command, store: Store) -> Command:
    """Return a command with the categories and versions that its service would have read from this store."""
    match command:
        case ConfigureLevel():
            item = (await store.catalog.items([command.key.sku])).get(command.key.sku)
            return replace(command, category=None if item is None else item.category)
        case ApplyPolicies():
            items = await store.catalog.items([key.sku for key in command.categories])
            return replace(command, categories={key: items[key.sku].category for key in command.categories})
        case MarkPoliciesApplied():
            ids = [identity for identity, _ in command.applied]
            found = await store.documents.documents(PolicyDefaults, ids)
            return replace(command, applied=tuple((each, found[each].version) for each in ids if each in found))
    return command
