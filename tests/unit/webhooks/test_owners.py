"""A webhook is told no more than the principal who created it may see, and only while that is so."""

from dataclasses import replace
from typing import Any

import pytest
from msgspec import structs

from app.domain.access.principal import TRUSTED
from app.domain.access.scope import Scope
from app.domain.access.visibility import Visibility
from app.domain.time import Moment
from app.domain.webhooks.webhook import WebhookOwner
from app.services.webhooks.owners import PresentOwners
from tests.support.keys import KeysInMemory, a_key
from tests.support.webhook_entries import ALERT, CUP, EVERYTHING, ORDER, RESERVATION, TEA, a_line, an_operation, told

ENTRIES = (
    a_line(1, TEA),
    a_line(2, CUP),
    an_operation(3, "reservationExpire", RESERVATION, identity="x"),
    an_operation(4, "purchaseOrderSubmit", ORDER, identity="y"),
    an_operation(5, "stockAdjust", ALERT, identity="z"),
)


def subjects(seen: frozenset[str] | None = None, **limits: Any) -> list[str]:  # noqa: ANN401 - as in a_key
    """Return the subjects of which a webhook of a limited key is told."""
    owner = WebhookOwner.of(a_key("till", **limits).principal({}))
    return [each["subject"] for each in told(*ENTRIES, webhook=replace(EVERYTHING, owner=owner), seen=seen)]


ALL = ["level MAIN/TEA-1", "level NORTH/CUP-1", "RESERVATION r", f"PURCHASE_ORDER {ORDER.id}", f"ALERT {ALERT.id}"]


def test_a_webhook_without_limits_is_told_everything() -> None:
    """So is one that an earlier version created, which has no owner."""
    assert subjects() == ALL
    assert [each["subject"] for each in told(*ENTRIES)] == ALL


def test_a_webhook_is_told_of_the_locations_of_its_owner_only() -> None:
    """A reservation that names another location, too, is not visible."""
    at_main = [each for each in ALL[:1] if "MAIN" in each]
    at_main += [ALL[3]] if ORDER.location == "MAIN" else []
    at_main += [ALL[4]] if ALERT.location == "MAIN" else []
    assert subjects(locations={"MAIN"}) == at_main
    assert subjects(locations={"MAIN", "NORTH", "SOUTH"}) == ALL
    assert subjects(locations=()) == []


def test_a_webhook_is_told_of_the_items_of_its_owner_only() -> None:
    """And of no document with lines of several items."""
    expected = ["level MAIN/TEA-1", *([f"ALERT {ALERT.id}"] if ALERT.sku == "TEA-1" else [])]
    assert subjects(frozenset({"TEA-1"}), categories={"Tea"}) == expected


@pytest.mark.parametrize(
    ("scope", "told_of"),
    [
        (Scope.STOCK_READ, ALL[:2]),
        (Scope.ORDERS_READ, [ALL[2]]),
        (Scope.PURCHASING_READ, [ALL[3]]),
        (Scope.INSIGHTS_READ, [ALL[4]]),
    ],
)
def test_a_webhook_is_told_of_the_areas_of_its_owner_only(scope: Scope, told_of: list[str]) -> None:
    """By the scopes that the owner had."""
    assert subjects(scopes={scope}) == told_of


def test_nobody_owns_a_webhook_without_authentication() -> None:
    """All clients of such a server are trusted."""
    assert WebhookOwner.of(TRUSTED) is None


@pytest.mark.parametrize(
    ("now", "is_orphan"),
    [
        ({}, False),
        ({"locations": {"MAIN", "NORTH", "SOUTH"}}, False),
        ({"locations": None}, False),
        ({"locations": {"NORTH"}}, True),
        ({"categories": {"Tea"}}, True),
        ({"scopes": {Scope.STOCK_READ}}, True),
    ],
)
async def test_a_webhook_whose_owner_sees_less_than_it_holds_is_an_orphan(now: dict[str, Any], is_orphan: bool) -> None:
    """Whoever sees as much, or more, may go on."""
    scopes = {Scope.STOCK_READ, Scope.ORDERS_READ}
    key = a_key("till", locations={"MAIN", "NORTH"}, scopes=scopes)
    owner = WebhookOwner.of(key.principal({}))
    assert owner is not None
    present = a_key("till", **{"locations": {"MAIN", "NORTH"}, "scopes": scopes, **now})
    owners = PresentOwners(KeysInMemory(present), clock=lambda: Moment(1))
    assert await owners.gone({owner}) == ({owner} if is_orphan else set())


async def test_a_webhook_whose_owner_is_revoked_or_expired_is_an_orphan() -> None:
    """So is one of a key that was never there."""
    key = a_key("till")
    owner = WebhookOwner.of(key.principal({}))
    assert owner is not None
    ended = [
        KeysInMemory(structs.replace(key, revoked_at=Moment(1))),
        KeysInMemory(structs.replace(key, expires_at=Moment(2))),
        KeysInMemory(),
    ]
    for access in ended:
        assert await PresentOwners(access, clock=lambda: Moment(2)).gone({owner}) == {owner}


def test_a_webhook_is_visible_to_who_sees_at_least_as_much() -> None:
    """Those without an owner hold everything."""
    webhook = replace(EVERYTHING, owner=WebhookOwner.of(a_key("till", locations={"MAIN"}).principal({})))
    main = Visibility(locations=frozenset({"MAIN"}))
    assert webhook.is_within(main)
    assert webhook.is_within(Visibility(locations=frozenset({"MAIN", "NORTH"})))
    assert not webhook.is_within(Visibility(locations=frozenset({"NORTH"})))
    assert not EVERYTHING.is_within(main)
