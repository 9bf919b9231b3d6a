"""What a whole file asks for, over generated dirty data: everything is counted, and the server will take it."""

import random
from collections import Counter
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.client.replay import requests
from app.client.replay.documents import Invoice, InvoiceKind
from app.client.replay.plan import ReplayPlan, plan_of
from app.client.replay.source import SalesFile, UnreadableSalesFile
from app.domain.catalog.commands.upsert_item import ItemChange, UpsertItem
from app.domain.command import Command
from app.domain.operation import CommandInfo
from app.domain.stock.commands.adjust_many import AdjustMany, Adjustment
from app.domain.stock.commands.adjust_stock import AdjustStock
from app.domain.stock.commands.record_sale import RecordSale, SaleLine
from app.domain.stock.level import LevelKey
from app.domain.stock.movement import MovementReason
from app.domain.time import Moment, moment_of
from tests.client.replay.sales import HEADER, SERVICES, Sales, generate

NOW = Moment(2_000_000_000_000_000)

# Few values per column, so that lines meet in invoices and SKUs; each column has some that are wrong.
NUMBERS = st.sampled_from(["536365", "536366", "C536367", "536368", "A1", "", " 536365 ", "x" * 65, "5\t6"])
CODES = st.sampled_from(["1", "1a", "1A", " 1", "", "é", "9" * 64, "9" * 65, "a\u0000b", *SERVICES])
WORDS = st.sampled_from(["", "MUG", "MUG ", "damaged", "lost", "?", "a\nb", "x" * 300, "\u00a0", "\u0007"])
QUANTITIES = st.one_of(
    st.integers(-40, 40).map(str), st.sampled_from(["2147483647", "-2147483647", "2147483648", "1e3", "", "six"])
)
DATES = st.sampled_from(["2010-12-01 08:26:00", "12/1/2010 8:26", "yesterday", ""])
PRICES = st.sampled_from(["2.55", "0.0", "0", "-1", "", "inf"])
CUSTOMERS = st.sampled_from(["", "17850.0"])
ROWS = st.lists(st.tuples(NUMBERS, CODES, WORDS, QUANTITIES, DATES, PRICES, CUSTOMERS, st.just("UK")), max_size=60)


def planned(rows: list[tuple[str, ...]]) -> ReplayPlan:
    """Read rows through the CSV text that they make."""
    sales = Sales(rows=[list(row) for row in rows])
    return plan_of(SalesFile(name="sales.csv", text=sales.text, digest="0123456789abcdef"))


def commands(plan: ReplayPlan) -> Iterator[Command]:
    """Yield what the server would make of everything that is sent."""
    for sku, name in plan.names.items():
        sent = variables(requests.upsert_item(sku, name, digest=plan.source.digest))
        yield UpsertItem(info=info(sent), change=ItemChange(sku=sent["sku"], name=sent["name"]))
    for document in [*plan.opening, *plan.documents]:
        yield command(document)


def command(document: Invoice) -> Command:
    """Return what the server would make of a document."""
    sent = variables(requests.play(document, "UK"))
    match document.kind:
        case InvoiceKind.OPENING:
            lines = [
                Adjustment(
                    key=LevelKey(line["sku"], line["location"]),
                    delta=line["delta"],
                    reason=MovementReason(line["reason"]),
                )
                for line in sent["lines"]
            ]
            return AdjustMany(info=info(sent), lines=tuple(lines), is_atomic=True)
        case InvoiceKind.ADJUSTMENT:
            key, reason = LevelKey(sent["sku"], sent["location"]), MovementReason(sent["reason"])
            return AdjustStock(info=info(sent), key=key, delta=sent["delta"], reason=reason)
        case _:
            sold = tuple(SaleLine(sku=line["sku"], quantity=line["quantity"]) for line in sent["lines"])
            return RecordSale(info=info(sent), location=sent["location"], lines=sold)


def variables(request: requests.Request) -> dict[str, Any]:
    """Return the input of a mutation as it arrives."""
    received: dict[str, Any] = orjson.loads(request.to_json())["variables"]["input"]
    return received


def info(sent: dict[str, Any]) -> CommandInfo:
    """Return the cause that the server would record."""
    occurred_at = sent.get("occurredAt")
    return CommandInfo(
        operation_id="0" * 32,
        kind="replay",
        actor="partner",
        idempotency_key=sent["idempotencyKey"],
        reference=sent.get("reference"),
        occurred_at=occurred_at and moment_of(datetime.fromisoformat(occurred_at)),
    )


@settings(deadline=None)
@given(ROWS)
def test_every_line_is_played_or_skipped_for_a_reason_and_nothing_sent_is_invalid(rows: list[tuple[str, ...]]) -> None:
    """Whatever stands in the file, it is read to its end, and the server finds no fault in what comes of it."""
    # given
    plan = planned(rows)
    try:
        plan = plan.opened_with(None)
    except UnreadableSalesFile:
        return  # some SKU would need more opening stock than a level holds, and the user is told so
    # then
    assert plan.row_count == len(rows) == plan.played_lines + sum(plan.skipped.values())
    assert [list(each.validate(now=NOW)) for each in commands(plan)] == [[] for _ in commands(plan)]


@settings(deadline=None)
@given(ROWS)
def test_the_same_file_gives_the_same_requests_and_each_its_own_key(rows: list[tuple[str, ...]]) -> None:
    """The server compares inputs under their keys: a second run must say the same, and no two may share a key."""
    first, second = planned(rows).opened_with(7), planned(rows).opened_with(7)
    keys = [each.info.idempotency_key for each in commands(first)]
    assert [each.info for each in commands(first)] == [each.info for each in commands(second)]
    assert [each.content() for each in commands(first)] == [each.content() for each in commands(second)]
    assert len(set(keys)) == len(keys)


@settings(deadline=None)
@given(ROWS, st.randoms(use_true_random=False))
def test_sufficient_opening_stock_suffices_in_any_order(rows: list[tuple[str, ...]], chance: random.Random) -> None:
    """Connections overtake each other; no order may take what is not there."""
    # given
    try:
        plan = planned(rows).opened_with(None)
    except UnreadableSalesFile:
        return
    on_hand = Counter({posting.sku: posting.units for document in plan.opening for posting in document.postings})
    documents = plan.documents
    chance.shuffle(documents)
    # when
    for document in documents:
        for posting in document.postings:
            on_hand[posting.sku] += posting.units
            # then
            assert on_hand[posting.sku] >= 0


@pytest.mark.parametrize("seed", range(5))
def test_a_generated_file_comes_to_what_it_was_made_for(seed: int, tmp_path: Path) -> None:
    """Kinds, skipped lines, and the units that left and came, are those that the generator meant."""
    # given
    sales = generate(seed=seed, invoices=200)
    # when
    plan = plan_of(SalesFile.read(sales.write(tmp_path / "sales.csv.gz"))).opened_with(None)
    # then
    moved = [posting for document in plan.documents for posting in document.postings]
    came, left = Counter[str](), Counter[str]()
    for posting in moved:
        (came if posting.units > 0 else left)[posting.sku] += abs(posting.units)
    assert Counter(document.kind.value for document in plan.documents) == sales.kinds
    assert {reason.value: count for reason, count in plan.skipped.items()} == sales.skipped
    assert (left, came) == (sales.taken, sales.brought)
    assert {posting.sku: posting.units for document in plan.opening for posting in document.postings} == sales.taken


def test_lines_of_an_invoice_need_not_stand_together() -> None:
    """One invoice of the real file comes back after others."""
    # when
    plan = planned([sold("1", "A"), sold("2", "A"), sold("1", "E")])
    # then
    assert [(document.reference, len(document.postings)) for document in plan.documents] == [("1", 2), ("2", 1)]


def test_an_item_is_called_what_most_of_its_priced_lines_call_it() -> None:
    """Beside free lines stands why they are free; an item that nobody named is called by its SKU."""
    # given
    rows = [
        sold("1", "A", words="MUG"),
        sold("2", "A", words="BLUE  MUG "),
        sold("3", "A", words="BLUE  MUG "),
        *(sold("4", "A", words="damaged", quantity="-1", price="0") for _ in range(5)),
        sold("5", "E", words=""),
        sold("6", "C", words="found", price="0"),
    ]
    # then
    assert planned(rows).names == {"A": "BLUE MUG", "E": "E", "C": "found"}


def test_a_limit_keeps_items_and_opening_stock_of_the_whole_file() -> None:
    """A later run of the whole file must find the stock that it wants under the same keys."""
    # given
    whole = planned([sold("1", "A"), sold("2", "E"), sold("2", "A")]).opened_with(None)
    # when
    limited = whole.limited_to(1)
    # then
    assert [document.reference for document in limited.documents] == ["1"]
    assert (limited.opening, limited.names) == (whole.opening, whole.names)


def test_opening_stock_that_no_level_could_hold_is_told() -> None:
    """Two sales of 2,000,000,000 units each."""
    plan = planned([sold(number, "A", quantity="2000000000") for number in "12"])
    with pytest.raises(UnreadableSalesFile, match="takes 4000000000 units of A, more than a level can hold"):
        plan.opened_with(None)


def sold(number: str, sku: str, *, words: str = "MUG", quantity: str = "1", price: str = "2.55") -> tuple[str, ...]:
    """Return a row without customer."""
    row = (number, sku, words, quantity, "2010-12-01 08:26:00", price, "", "United Kingdom")
    assert len(row) == len(HEADER)
    return row
