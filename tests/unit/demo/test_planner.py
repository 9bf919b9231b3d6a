"""What the demo plans: alike for the same seed, with a rhythm, and nothing of the examples or of others."""

from collections import Counter
from dataclasses import replace

import pytest

from app.client.demo.acts import DemoAct
from app.client.demo.planner import Planner
from app.client.demo.shop_view import OpenDocument, PlayedKey, ShopView
from app.client.demo.trading_day import DemoTime

CODES = ("BRIGHTON", "BRISTOL", "LEEDS", "LONDON", "WEB")
TICKS = 300  # of a day, which is as often as a player looks
ORDER = OpenDocument(id="o", state="DRAFT", version=3, location="WEB", units=(("CHO-001", 12),), is_automatic=True)
WEB_ORDER = OpenDocument(id="r", state="HELD", version=1, location="", units=(("CHO-001", 1),), reference="WEB-1")


def a_level(sku: str, code: str, *, method: str = "MIN_MAX", available: int = 1_000) -> dict[str, object]:
    """Return a level as the API gives it."""
    return {
        "item": {"sku": sku, "category": "Chocolate"},
        "location": {"code": code},
        "onHand": available,
        "available": available,
        "reorderPoint": 5,
        "policy": {"method": method, "targetLevel": 30, "orderQuantity": None},
    }


def a_view(**documents: tuple[OpenDocument, ...]) -> ShopView:
    """Return a shop with plenty of everything."""
    view = ShopView()
    view.read_levels(
        [
            *(a_level(f"CHO-{number:03}", code) for number in range(1, 21) for code in CODES),
            a_level("TEA-001", "LONDON"),
            a_level("TEA-006", "LEEDS", method="NONE"),
            a_level("TEA-007", "LEEDS", method="DEMAND_BASED"),
        ]
    )
    for kind, found in documents.items():
        setattr(view, kind, found)
    return view


def planned(view: ShopView, *, days: float = 1.0, seed: int = 1) -> list[tuple[DemoTime, DemoAct]]:
    """Return what is planned in so many days for a view that stays as it is."""
    planner = Planner(seed=seed, run="x")
    planner.look(view)
    moments = [DemoTime(tick / TICKS) for tick in range(1, int(days * TICKS) + 1)]
    return [(moment, act) for moment in moments for act in planner.plan(view, moment)]


def kinds(acts: list[tuple[DemoTime, DemoAct]]) -> Counter[str]:
    """Return how many there are of each kind."""
    return Counter(act.kind for _, act in acts)


def test_the_same_seed_plans_the_same_day() -> None:
    """And another seed another one."""
    assert planned(a_view()) == planned(a_view())
    assert planned(a_view()) != planned(a_view(), seed=2)


def test_a_day_has_sales_returns_web_orders_and_counts() -> None:
    """Some hundred levels change, so that a page of a trading day a minute sees a few changes a second."""
    acts = planned(a_view(), days=7)
    assert kinds(acts).keys() >= {"sale", "return", "web order", "cart", "mishap", "opened count"}
    assert 100 < sum(act.changes for _, act in acts) / 7 < 600


def test_there_are_rushes() -> None:
    """At noon more is sold than in the morning's quiet hours."""
    sales = Counter(int(moment.part * 10) for moment, act in planned(a_view(), days=14) if act.kind == "sale")
    assert sales[4] > 2 * sales[2]


def test_what_has_no_policy_and_what_examples_use_is_left_alone() -> None:
    """Nor is what is ordered by measured demand sold in fast motion."""
    view = a_view()
    assert {key.sku for key in view.levels} == {f"CHO-{number:03}" for number in range(1, 21)}
    view.read_documents(
        {
            "orders": [],
            "reservations": [],
            "counts": [],
            "transfers": [],
            "alerts": [{"id": "a", "type": "LOW", "item": {"sku": "TEA-001"}}],
        }
    )
    assert view.alerts == []


def test_no_more_is_sold_than_there_is() -> None:
    """Until the shop is read again, what was planned is taken off."""
    view = ShopView()
    view.read_levels([a_level("CHO-001", "LEEDS", available=3)])
    sold = [act for _, act in planned(view, days=5) if act.kind == "sale"]
    assert sum(line["quantity"] for act in sold for line in act.fields["lines"]) <= 3
    assert view.free[PlayedKey("CHO-001", "LEEDS")] >= 0


@pytest.mark.parametrize(
    ("state", "mutation"),
    [("DRAFT", "purchaseOrderSubmit"), ("SUBMITTED", "purchaseOrderConfirm"), ("CONFIRMED", "purchaseOrderReceive")],
)
def test_an_order_takes_the_next_step_once_its_time_has_come(state: str, mutation: str) -> None:
    """The server has drafted it; the demo sends it, confirms it and delivers it."""
    steps = [
        (moment, act)
        for moment, act in planned(a_view(orders=(replace(ORDER, state=state),)))
        if act.fields.get("id") == "o"
    ]
    assert {act.mutation for _, act in steps} == {mutation}
    assert steps[0][0].days > 1 / TICKS


@pytest.mark.parametrize(
    "order",
    [
        replace(ORDER, is_automatic=False),
        replace(ORDER, is_automatic=False, reference="4711"),
    ],
)
def test_what_others_have_begun_is_left_to_them(order: OpenDocument) -> None:
    """Neither an order of a person, nor one that a person has changed, is sent."""
    assert not any(act.fields.get("id") == "o" for _, act in planned(a_view(orders=(order,))))


def test_a_web_order_is_shipped_unless_it_waits_for_units() -> None:
    """Or cancelled, now and then."""
    shipped = [act.mutation for _, act in planned(a_view(reservations=(WEB_ORDER,))) if act.fields.get("id") == "r"]
    assert set(shipped) <= {"reservationFulfill", "reservationRelease"}
    assert shipped
    short = replace(WEB_ORDER, is_short=True)
    assert not any(act.fields.get("id") == "r" for _, act in planned(a_view(reservations=(short,))))


def test_a_count_is_recorded_in_parts_and_then_posted() -> None:
    """What was counted is not counted again."""
    skus = ("CHO-001", "CHO-002", "CHO-003", "CHO-004")
    count = OpenDocument(
        id="c", state="OPEN", version=1, location="LEEDS", units=tuple((sku, 0) for sku in skus), reference="COUNT-1"
    )
    for counted, mutation, lines in (((), "countRecord", 3), (skus[:3], "countRecord", 1), (skus, "countPost", 0)):
        acts = [
            act for _, act in planned(a_view(counts=(replace(count, counted=counted),))) if act.fields.get("id") == "c"
        ]
        assert acts[0].mutation == mutation
        assert len(acts[0].fields.get("lines", ())) == lines
