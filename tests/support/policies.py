"""Words for policies, and the proof that every level goes by what it inherits."""

from typing import Any

from app.domain.catalog.catalog import Item
from app.domain.outcome import Outcome
from app.domain.replenishment.inheritance import inherited
from app.domain.replenishment.policy import Policy
from app.domain.replenishment.policy_change import SettingsChange
from app.domain.replenishment.policy_defaults import PolicyDefaults, PolicyScope, policy_keys
from app.domain.stock.level import LevelKey
from app.services.command_bus import CommandBus
from app.services.ports import Lease
from app.services.replenishment.policy_application_worker import PolicyApplicationWorker
from tests.support.scene import request_info
from tests.support.store import Contents, Store

ITEM, CATEGORY, LOCATION, EVERYTHING = PolicyScope


class OnlyHolder:
    """Leases of the one process there is. See Lease."""

    def __init__(self) -> None:
        self.is_ours = True

    async def hold(self, name: str) -> int | None:
        return 1 if name and self.is_ours else None

    async def release(self, name: str) -> None: ...


def application(store: Store, *, lease: Lease | None = None) -> PolicyApplicationWorker:
    """Return an applier over a store, whose clock is the store's and whose lease is renewed each time."""
    return PolicyApplicationWorker(
        bus=CommandBus(writer=store.writer, present=store.present, clock=store.clock, entropy=store.entropy),
        walk=store.policy_walk,
        queue=store.policy_queue,
        lease=lease or OnlyHolder(),
        clock=store.clock,
        renew_seconds=0,
    )


async def set_defaults(
    store: Store,
    scope: PolicyScope,
    name: str = "",
    *,
    key: str | None = None,
    **settings: Any,  # noqa: ANN401 - any settings
) -> Outcome:
    """Set what levels inherit."""
    return await store.policies.set(scope, name, SettingsChange(**settings), request=request_info(key))


async def configure(store: Store, key: LevelKey, **settings: Any) -> Outcome:  # noqa: ANN401 - any settings
    """Set what is a level's own."""
    return await store.stock.configure(key, settings=SettingsChange(**settings), request=request_info())


async def policy_of(store: Store, key: LevelKey) -> tuple[int, Policy]:
    """Return the reorder point and the policy that a level goes by."""
    level = await store.level(key)
    assert level
    return level.reorder_point, level.policy


def defaults_in(contents: Contents) -> dict[str, PolicyDefaults]:
    """Return the defaults among all that a store holds, by id."""
    return {each.id: each for each in contents.documents if isinstance(each, PolicyDefaults)}


def check_followed(contents: Contents) -> None:
    """Prove that all is applied, and that each level that may change goes by all that it inherits."""
    found = defaults_in(contents)
    assert [each for each in found.values() if not each.is_applied] == []
    items: dict[str, Item] = {item.sku: item for item in contents.items}
    closed = {place.code for place in contents.locations if place.is_archived}
    for level in contents.levels:
        item = items[level.key.sku]
        if not item.is_archived and level.key.location not in closed:
            names = [key.id for key in policy_keys(level.key, category=item.category)]
            assert inherited(level, [found[name] for name in names if name in found], item) is None, level
