"""What a simulation makes of a plan: its days, its numbers, and what every side has to live through."""

from collections import Counter
from datetime import date

import pytest

from app.cli.options.policy import POLICIES
from app.client.replay.documents import Invoice, InvoiceKind, InvoiceLine
from app.client.replay.plan import ReplayPlan, plan_of
from app.client.replay.simulation.days import Day, days_of, without_called_off
from app.client.replay.simulation.numbers import demands, settings_for
from app.client.replay.simulation.scenario import NothingToSimulate, scenario_of
from app.client.replay.simulation.shelf import SimulatedShelf
from app.client.replay.simulation.terms import METHODS, SimulationTerms, terms_of
from app.client.replay.source import SalesFile
from app.domain.replenishment.policy import ReplenishmentMethod
from app.domain.replenishment.stocking_numbers import StockingNumbers
from app.domain.stock.movement import MovementReason
from tests.client.replay.sales import HEADER, Sales

NUMBERS = StockingNumbers(reorder_point=20, target_level=50, safety_stock=6)


def sold(reference: str, when: str = "2010-12-01T09:00:00+00:00", **units: int) -> Invoice:
    """Return an invoice; units above zero leave, those below come back."""
    postings = [
        InvoiceLine(sku=sku, units=-count, reason=MovementReason.SALE if count > 0 else MovementReason.RETURN)
        for sku, count in units.items()
    ]
    return Invoice(kind=InvoiceKind.SALE, reference=reference, occurred_at=when, postings=tuple(postings))


def written_off(reference: str, sku: str, units: int) -> Invoice:
    """Return the write-off of broken units."""
    postings = (InvoiceLine(sku=sku, units=-units, reason=MovementReason.DAMAGED),)
    when = "2010-12-01T10:00:00+00:00"
    return Invoice(kind=InvoiceKind.ADJUSTMENT, reference=reference, occurred_at=when, postings=postings)


def units_of(document: Invoice | None) -> dict[str, int]:
    """Return what a document does to each shelf."""
    return {} if document is None else {posting.sku: posting.units for posting in document.postings}


def terms(**changed: int) -> SimulationTerms:
    """Return short terms, some of them changed."""
    days = {"lead_time_days": 2, "warm_up_days": 2, "order_days": 2} | changed
    return terms_of(("min-max",), **days, service_level=0.95, run=None)


def plan(*rows: tuple[str, str, str, str, str]) -> ReplayPlan:
    """Return the plan of lines of invoice, SKU, quantity, day of December and price."""
    lines = [
        [invoice, sku, "MUG", quantity, f"2010-12-{day} 09:00:00", price, "17850", "UK"]
        for invoice, sku, quantity, day, price in rows
    ]
    text = Sales(rows=lines).text
    assert text.startswith(",".join(HEADER))
    return plan_of(SalesFile(name="sales.csv", text=text, digest="0123456789abcdef"))


def test_the_command_line_knows_every_method() -> None:
    """It names them itself, so that its help needs nothing of the application."""
    assert tuple(METHODS) == POLICIES


def test_nobody_orders_at_the_first_side_and_each_policy_is_there_once() -> None:
    """Each side has a location of its own, whose code tells the simulation."""
    # when
    both = terms_of(
        ("min-max", "none", "min-max"), lead_time_days=1, warm_up_days=2, order_days=1, service_level=0.9, run="B"
    )
    # then
    assert both.places("UK") == {
        ReplenishmentMethod.NONE: "UK-B-NONE",
        ReplenishmentMethod.MIN_MAX: "UK-B-MIN-MAX",
    }


def test_every_day_of_the_calendar_is_lived_and_what_comes_back_comes_last() -> None:
    """A day without invoices is a day too, and a document of both kinds is sent in two parts."""
    # when
    days = days_of([sold("1", TEA=2, CUP=-1), sold("2", "2010-12-03T08:00:00+00:00", TEA=1)])
    # then
    assert days == [
        Day(date=date(2010, 12, 1), going=(sold("1", TEA=2),), coming=(sold("1/back", CUP=-1),)),
        Day(date=date(2010, 12, 2)),
        Day(date=date(2010, 12, 3), going=(sold("2", "2010-12-03T08:00:00+00:00", TEA=1),)),
    ]


def test_a_sale_that_is_wholly_taken_back_on_the_same_day_is_left_out() -> None:
    """Other quantities, other days and returns that come first stay as they are."""
    # given
    kept = [sold("C1", TEA=-7), sold("2", TEA=7, CUP=3), sold("C4", CUP=-2)]
    late = sold("C5", "2010-12-02T09:00:00+00:00", TEA=-7)
    # when
    documents, pairs = without_called_off([*kept[:2], sold("3", TEA=70_000), sold("C3", TEA=-70_000), kept[2], late])
    # then
    assert (documents, pairs) == ([*kept, late], 1)


def test_demand_is_that_of_the_last_90_days_and_only_of_what_has_any() -> None:
    """Older days count no more, and what came back as often as it went is not wanted."""
    # given
    daily = [{"TEA": 900}, *[{"TEA": 3, "CUP": 1} for _ in range(89)], {"TEA": 3, "CUP": -89}]
    # when
    found = demands(daily)
    # then
    assert {sku: (demand.days, demand.mean, demand.deviation) for sku, demand in found.items()} == {"TEA": (90, 3, 0)}


@pytest.mark.parametrize(
    ("policy", "settings"),
    [
        ("none", {}),
        ("min-max", {"targetLevel": 50, "safetyStock": 6}),
        ("demand-based", {"targetLevel": 50, "safetyStock": 6}),
        ("fixed-quantity", {"orderQuantity": 30}),
        ("periodic", {"targetLevel": 50, "reviewDays": 1, "reviewStart": "1970-01-01"}),
        ("just-in-time", {"safetyStock": 20}),
    ],
)
def test_each_method_has_the_settings_that_it_needs(policy: str, settings: dict[str, object]) -> None:
    """All of them warn at the same reorder point."""
    method = METHODS[policy]
    assert settings_for(NUMBERS, method) == {"method": method, "reorderPoint": 20, **settings}


def test_a_scenario_leaves_out_what_nobody_bought_in_the_warm_up() -> None:
    """It is counted, and so are the days; numbers come from the warm-up alone."""
    # when
    scenario = scenario_of(
        plan(
            ("1", "TEA", "10", "01", "2.5"),
            ("2", "TEA", "10", "02", "2.5"),
            ("3", "TEA", "500", "03", "2.5"),
            ("3", "NEW", "7", "03", "1"),
            ("4", "NEW", "5", "05", "1"),
        ),
        terms(),
    )
    # then
    assert [(day.date.day, len(day.going)) for day in scenario.days] == [(3, 1), (4, 0), (5, 0)]
    assert scenario.opening == {"TEA": 40}
    left_out = (scenario.items_left_out, scenario.lines_left_out, scenario.units_left_out)
    assert left_out == (1, 2, 12)


def test_a_file_that_is_too_short_says_so() -> None:
    """So does one whose warm-up sold nothing."""
    with pytest.raises(NothingToSimulate, match=r"sales\.csv has sales of 1 days, and the warm-up takes 2 of them"):
        scenario_of(plan(("1", "TEA", "10", "01", "1")), terms())
    with pytest.raises(NothingToSimulate, match=r"Nothing was bought in the first 2 days of sales\.csv"):
        scenario_of(plan(("C1", "TEA", "-10", "01", "1"), ("2", "TEA", "10", "04", "1")), terms())


def test_a_sale_takes_what_is_there_and_the_rest_is_lost() -> None:
    """The first in the file comes first; an empty shelf takes no part in a document."""
    # given
    shelf = SimulatedShelf({"TEA": 5, "CUP": 9}, {})
    # when
    taken = [shelf.take(sold("1", TEA=3, CUP=1)), shelf.take(sold("2", TEA=4, CUP=2)), shelf.take(sold("3", TEA=1))]
    # then
    assert list(map(units_of, taken)) == [{"TEA": -3, "CUP": -1}, {"TEA": -2, "CUP": -2}, {}]
    trade = shelf.trade
    assert (trade.units_wanted, trade.units_sold, trade.units_lost) == (11, 8, 3)
    assert (trade.lines_wanted, trade.lines_short, trade.stock_outs, shelf.empty) == (5, 2, 1, 1)


def test_no_more_comes_back_than_went_out() -> None:
    """Otherwise units that a side could not sell would come back to it."""
    # given
    shelf = SimulatedShelf({"TEA": 5}, {})
    shelf.take(sold("1", TEA=8))
    # when
    brought = [shelf.bring(sold("C1", TEA=-2)), shelf.bring(sold("C2", TEA=-6)), shelf.bring(sold("C3", TEA=-1))]
    # then
    assert list(map(units_of, brought)) == [{"TEA": 2}, {"TEA": 3}, {}]
    assert (shelf.units, shelf.trade.units_returned) == (Counter(TEA=5), 5)


def test_what_is_written_off_was_not_wanted() -> None:
    """It empties a shelf all the same."""
    # given
    shelf = SimulatedShelf({"TEA": 5}, {})
    # when
    taken = shelf.take(written_off("1", "TEA", 6))
    # then
    assert units_of(taken) == {"TEA": -5}
    assert (shelf.trade.units_written_off, shelf.trade.units_wanted, shelf.trade.stock_outs) == (5, 0, 1)


def test_inventory_is_counted_in_the_evening() -> None:
    """In units, and in money where the file has a price."""
    # given
    shelf = SimulatedShelf({"TEA": 5, "CUP": 0}, {"TEA": 2.5})
    # when
    shelf.close()
    shelf.deliver({"CUP": 10})
    shelf.close()
    # then
    trade = shelf.trade
    assert (trade.days, trade.unit_days, trade.value_days, trade.empty_shelf_days) == (2, 20, 25.0, 1)
