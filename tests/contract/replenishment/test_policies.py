"""Policies: what levels inherit, how it is set, and how it comes to the levels, the same over every store."""

from collections.abc import Awaitable, Callable

import pytest
from msgspec.structs import replace

from app.domain.errors import Archived, InvalidValue, InventoryError, Refused, UnknownDocument, UnknownItem
from app.domain.errors import UnknownLocation as NoLocation
from app.domain.operation import SYSTEM, CommandInfo
from app.domain.outcome import Outcome
from app.domain.replenishment.commands.apply_policies import MarkPoliciesApplied
from app.domain.replenishment.policy import NO_POLICY, Policy, ReplenishmentMethod
from app.domain.replenishment.policy_defaults import PolicyDefaults, PolicySettings
from app.domain.stock.level import LevelKey
from app.domain.stock.level_change import LevelChange
from app.domain.stock.movement import MovementReason
from app.services.replenishment.filters import PolicyFilter
from app.services.replenishment.policy_application_worker import LATE_MICROSECONDS, MAKE_UP_MICROSECONDS
from app.services.replenishment.ports import BegunLevel
from tests.support.policies import (
    CATEGORY,
    EVERYTHING,
    ITEM,
    LOCATION,
    OnlyHolder,
    application,
    check_followed,
    configure,
    defaults_in,
    policy_of,
    set_defaults,
)
from tests.support.scene import (
    CUP,
    TEA,
    TEA_NORTH,
    adjust,
    given_item,
    given_level,
    given_location,
    refused,
    request_info,
)
from tests.support.store import Store

MIN_MAX = ReplenishmentMethod.MIN_MAX
LATER = (LATE_MICROSECONDS + MAKE_UP_MICROSECONDS) // 1_000_000  # seconds until what has begun is made up for


async def test_levels_follow_what_is_set_for_them(store: Store) -> None:
    """Each by the most specific, as one movement without units; those that are no longer meant go back."""
    # given
    await given_level(store, TEA, on_hand=5)
    await given_level(store, TEA_NORTH, on_hand=6)
    await given_level(store, CUP, on_hand=7)
    await given_item(store, "TEA-1", category="Drinks")
    applying = application(store)
    await applying.sweep()  # of the category
    # when
    await set_defaults(store, EVERYTHING, method=MIN_MAX, reorder_point=3, target_level=9)
    await set_defaults(store, LOCATION, "NORTH", reorder_point=4)
    await set_defaults(store, CATEGORY, "Drinks", target_level=20)
    await set_defaults(store, ITEM, "CUP-1", method=ReplenishmentMethod.NONE)
    await applying.sweep()
    # then
    assert await policy_of(store, TEA) == (3, Policy(method=MIN_MAX, target_level=20))
    assert await policy_of(store, TEA_NORTH) == (4, Policy(method=MIN_MAX, target_level=20))
    assert await policy_of(store, CUP) == (3, Policy(target_level=9))
    [*_, line] = await store.movements(CUP)
    change = LevelChange(reorder_point=3, policy=Policy(target_level=9))
    assert (line.reason, line.change, line.after.version) == (MovementReason.SETTINGS, change, 2)
    check_followed(await store.contents())
    # when
    await store.policies.clear(EVERYTHING, "", request=request_info())
    await applying.sweep()
    # then
    assert await policy_of(store, TEA) == (0, Policy(target_level=20))
    assert await policy_of(store, CUP) == (0, NO_POLICY)
    check_followed(await store.contents())


async def test_applying_again_changes_nothing(store: Store) -> None:
    """A sweep looks at what waits; one that finds everything in line writes nothing at all."""
    await given_level(store, TEA, on_hand=5)
    await set_defaults(store, EVERYTHING, alert_margin=2)
    await application(store).sweep()
    before = await store.contents()
    await application(store).sweep()
    assert await store.policy_walk.apply_to([TEA, CUP]) == 0
    assert await store.contents() == before


async def test_setting_is_recorded_with_its_operation_and_done_once(store: Store) -> None:
    """What was said before stays, null drops it, and the defaults wait to be applied."""
    first = await set_defaults(store, EVERYTHING, key="k", method=MIN_MAX, target_level=9)
    document = first.operation.document(PolicyDefaults)
    assert (document.id, document.version, document.is_applied) == ("EVERYTHING:", 1, False)
    assert document.settings == PolicySettings(method=MIN_MAX, target_level=9)
    second = await set_defaults(store, EVERYTHING, target_level=None, alert_margin=1)
    after = second.operation.document(PolicyDefaults)
    assert after.settings == PolicySettings(method=MIN_MAX, alert_margin=1)
    assert (after.version, after.created_at) == (2, document.created_at)
    again = await set_defaults(store, EVERYTHING, key="k", method=MIN_MAX, target_level=9)
    assert again == replace(first, replayed=True)
    assert defaults_in(await store.contents()) == {"EVERYTHING:": after}


async def test_what_has_changed_meanwhile_is_not_marked_as_applied(store: Store) -> None:
    """The mark is for the version whose levels were looked at."""
    await given_location(store)
    await set_defaults(store, EVERYTHING, alert_margin=1)
    await set_defaults(store, LOCATION, "MAIN", alert_margin=1)
    await set_defaults(store, EVERYTHING, alert_margin=2)
    info = CommandInfo(operation_id="a" * 32, kind="policiesMarkApplied", actor=SYSTEM)
    await store.run(MarkPoliciesApplied(info=info, applied=(("EVERYTHING:", 1), ("LOCATION:MAIN", 1))))
    found = defaults_in(await store.contents())
    assert {name: (each.is_applied, each.version) for name, each in found.items()} == {
        "EVERYTHING:": (False, 2),
        "LOCATION:MAIN": (True, 2),
    }
    with pytest.raises(Refused):
        await store.run(MarkPoliciesApplied(info=replace(info, operation_id="b" * 32), applied=(("EVERYTHING:", 1),)))


async def test_a_level_follows_its_item(store: Store) -> None:
    """Another category or reorder point is applied to its levels, save to what is their own."""
    await given_level(store, TEA, on_hand=5)
    await given_level(store, TEA_NORTH, on_hand=5)
    await set_defaults(store, CATEGORY, "Drinks", alert_margin=3)
    await configure(store, TEA_NORTH, reorder_point=8)
    await given_item(store, "TEA-1", category="Drinks", reorder_point=6)
    await application(store).sweep()
    assert await policy_of(store, TEA) == (6, Policy(alert_margin=3))
    assert await policy_of(store, TEA_NORTH) == (8, Policy(alert_margin=3, own=("reorder_point",)))
    check_followed(await store.contents())
    before = await store.contents()
    await given_item(store, "TEA-1", category="Drinks", reorder_point=6)
    assert defaults_in(await store.contents()) == defaults_in(before)


async def test_what_is_archived_follows_once_it_is_opened(store: Store) -> None:
    """Its stock is closed to changes, settings among them."""
    await given_level(store, TEA, on_hand=5)
    await given_level(store, CUP, on_hand=5)
    await given_level(store, TEA_NORTH, on_hand=5)
    await store.shop.archive_item("CUP-1", is_archived=True, request=request_info())
    await store.shop.archive_location("NORTH", is_archived=True, request=request_info())
    await set_defaults(store, EVERYTHING, alert_margin=3)
    await application(store).sweep()
    found = [(await policy_of(store, key))[1] for key in (TEA, CUP, TEA_NORTH)]
    assert found == [Policy(alert_margin=3), NO_POLICY, NO_POLICY]
    await store.shop.archive_item("CUP-1", is_archived=False, request=request_info())
    await store.shop.archive_location("NORTH", is_archived=False, request=request_info())
    await application(store).sweep()
    assert [(await policy_of(store, key))[1] for key in (CUP, TEA_NORTH)] == [Policy(alert_margin=3)] * 2
    check_followed(await store.contents())


async def test_a_level_that_began_unseen_is_made_up_for(store: Store) -> None:
    """Once the ledger certainly shows it, whoever began it; and looked at once."""
    # given
    await given_level(store, TEA, on_hand=5)
    await set_defaults(store, EVERYTHING, alert_margin=3)
    applying = application(store)
    await applying.sweep()
    await given_level(store, CUP, on_hand=5)
    await applying.sweep()
    assert await policy_of(store, CUP) == (0, NO_POLICY)
    # when
    store.clock.move(seconds=LATER)
    await applying.sweep()
    # then
    assert await policy_of(store, CUP) == (0, Policy(alert_margin=3))
    looked = await store.policy_queue.looked_until()
    assert looked == store.clock.now - LATE_MICROSECONDS
    assert await store.policy_queue.begun(since=looked, until=store.clock.now, after=None, limit=9) == []


async def test_levels_are_found_in_the_order_in_which_they_began(store: Store) -> None:
    """From a moment on, before another, and behind one that was found already."""
    for key in (TEA, CUP, TEA_NORTH):
        await given_level(store, key, on_hand=5)
    await adjust(store, CUP, 1)
    lines = [(await store.movements(key))[0] for key in (TEA, CUP, TEA_NORTH)]
    tea, cup, north = [BegunLevel(line.recorded_at, line.after.key) for line in lines]
    queue = store.policy_queue
    whole = {"since": tea.at, "until": store.clock.now + 1_000_000}
    assert await queue.begun(**whole, after=None, limit=9) == [tea, cup, north]
    assert await queue.begun(**whole, after=None, limit=2) == [tea, cup]
    assert await queue.begun(**whole, after=cup, limit=9) == [north]
    assert await queue.begun(since=cup.at, until=north.at, after=None, limit=9) == [cup]


async def test_who_does_not_have_the_lease_applies_nothing(store: Store) -> None:
    """Another process is at it."""
    await given_level(store, TEA, on_hand=5)
    await set_defaults(store, EVERYTHING, alert_margin=3)
    lease = OnlyHolder()
    lease.is_ours = False
    before = await store.contents()
    await application(store, lease=lease).sweep()
    assert await store.contents() == before


async def test_a_list_has_what_sets_something(store: Store) -> None:
    """The newest first, by scope; what was cleared, or is kept only to look at levels again, is not in it."""
    await given_item(store, "TEA-1")
    await given_item(store, "TEA-1", category="Drinks")
    await given_location(store)
    for scope, name in ((EVERYTHING, ""), (LOCATION, "MAIN"), (CATEGORY, "Drinks"), (CATEGORY, "Cups")):
        await set_defaults(store, scope, name, alert_margin=1)
        store.clock.move(seconds=1)
    await store.policies.clear(LOCATION, "MAIN", request=request_info())

    async def names(where: PolicyFilter) -> list[str]:
        page = await store.policies.policies(where, first=9, after=None)
        assert await store.policies.count_policies(where) == len(page.nodes)
        return [each.id for each in page.nodes]

    assert await names(PolicyFilter()) == ["CATEGORY:Cups", "CATEGORY:Drinks", "EVERYTHING:"]
    assert await names(PolicyFilter(scopes=(CATEGORY, LOCATION))) == ["CATEGORY:Cups", "CATEGORY:Drinks"]
    assert await names(PolicyFilter(scopes=())) == []
    assert await store.policy_queue.are_any()
    for scope, name in ((EVERYTHING, ""), (CATEGORY, "Drinks"), (CATEGORY, "Cups")):
        await store.policies.clear(scope, name, request=request_info())
    assert not await store.policy_queue.are_any()


REFUSALS: dict[str, tuple[Callable[[Store], Awaitable[Outcome]], InventoryError]] = {
    "unknown item": (
        lambda store: set_defaults(store, ITEM, "NONE", alert_margin=1),
        UnknownItem(sku="NONE", field=("name",)),
    ),
    "unknown location": (
        lambda store: set_defaults(store, LOCATION, "NONE", alert_margin=1),
        NoLocation(location="NONE", field=("name",)),
    ),
    "unknown resupply": (
        lambda store: set_defaults(store, EVERYTHING, resupply_from="NONE"),
        NoLocation(location="NONE", field=("resupplyFrom",)),
    ),
    "archived resupply": (
        lambda store: configure(store, TEA, resupply_from="OLD"),
        Archived(kind="location", name="OLD", field=("resupplyFrom",)),
    ),
    "resupply from itself": (
        lambda store: configure(store, TEA, resupply_from="MAIN"),
        InvalidValue(
            what="The location to resupply from",
            rule="must be another than the level's own",
            field=("resupplyFrom",),
        ),
    ),
    "target below reorder point": (
        lambda store: set_defaults(store, EVERYTHING, reorder_point=5, target_level=4),
        InvalidValue(what="The target level", rule="must be at or above the reorder point, 5", field=("targetLevel",)),
    ),
    "level without a target": (
        lambda store: configure(store, TEA, method=MIN_MAX),
        InvalidValue(what="The target level", rule="must be set for the method MIN_MAX", field=("targetLevel",)),
    ),
    "nothing to clear": (
        lambda store: store.policies.clear(EVERYTHING, "", request=request_info()),
        UnknownDocument(kind="POLICY", id="EVERYTHING:", field=("scope",)),
    ),
}


@pytest.mark.parametrize("case", REFUSALS)
async def test_what_cannot_be_is_refused_and_changes_nothing(store: Store, case: str) -> None:
    """With the input at fault."""
    await given_level(store, TEA, on_hand=5)
    await given_location(store, "OLD")
    await store.shop.archive_location("OLD", is_archived=True, request=request_info())
    request, expected = REFUSALS[case]
    assert await refused(store, request(store)) == [expected]


async def test_a_level_inherits_again_in_the_same_movement(store: Store) -> None:
    """What is dropped is taken from the defaults as they are; so is all that a level that begins has not."""
    await given_item(store, "TEA-1", category="Drinks", reorder_point=2)
    await given_location(store)
    await set_defaults(store, CATEGORY, "Drinks", method=MIN_MAX, target_level=12)
    await configure(store, TEA, target_level=30)
    own = Policy(method=MIN_MAX, target_level=30, own=("target_level",))
    assert await policy_of(store, TEA) == (2, own)
    outcome = await configure(store, TEA, target_level=None)
    [line] = outcome.movements
    assert line.change == LevelChange(policy=Policy(method=MIN_MAX, target_level=12))
    assert await policy_of(store, TEA) == (2, Policy(method=MIN_MAX, target_level=12))
    assert await store.level(LevelKey("TEA-1", "NORTH")) is None
