"""The proof finds whatever is wrong with a ledger, and nothing in a ledger that is right."""

from dataclasses import replace

import pytest

from app.client.replay.documents import Invoice, InvoiceKind, InvoiceLine
from app.client.replay.ledger_walk import (
    MAX_REMARKS,
    AccountCounts,
    Accounts,
    Disagreements,
    LedgerLine,
    LedgerWalk,
    Standing,
)
from app.domain.stock.movement import MovementReason

OPENING = Invoice(
    kind=InvoiceKind.OPENING,
    reference="opening/1",
    postings=(InvoiceLine(sku="A", units=9, reason=MovementReason.RECEIPT),),
)
SALE = Invoice(
    kind=InvoiceKind.SALE,
    reference="536365",
    postings=(
        InvoiceLine(sku="A", units=-5, reason=MovementReason.SALE),
        InvoiceLine(sku="B", units=2, reason=MovementReason.RETURN),
    ),
)
ACCEPTED = {"op-1": OPENING, "op-2": SALE}
LEVELS = {"A": Standing(AccountCounts(on_hand=4), version=2), "B": Standing(AccountCounts(on_hand=2), version=1)}


def line(sku: str, operation: str, reason: MovementReason, change: int, *, after: int, version: int) -> LedgerLine:
    """Return a movement of units on hand."""
    return LedgerLine(
        sku=sku,
        operation_id=operation,
        reference=ACCEPTED[operation].reference if operation in ACCEPTED else "536366",
        reason=reason,
        change=AccountCounts(on_hand=change),
        after=Standing(AccountCounts(on_hand=after), version),
    )


LEDGER = [
    line("B", "op-2", MovementReason.RETURN, 2, after=2, version=1),
    line("A", "op-2", MovementReason.SALE, -5, after=4, version=2),
    line("A", "op-1", MovementReason.RECEIPT, 9, after=9, version=1),
]


def remarks(
    ledger: list[LedgerLine], *, levels: dict[str, Standing] | None = None, refused: tuple[str, ...] = ()
) -> list[str]:
    """Run the whole proof over a ledger and return what disagrees."""
    disagreements = Disagreements()
    walk = LedgerWalk(LEVELS if levels is None else levels, disagreements)
    accounts = Accounts(ACCEPTED, refused, disagreements)
    for each in ledger:
        walk.undo(each)
        accounts.take(each)
    walk.end()
    accounts.end()
    assert disagreements.count == len(disagreements.remarks)
    return disagreements.remarks


def test_a_ledger_that_is_right_agrees() -> None:
    """Every level comes down to nothing, and every document is found once."""
    assert remarks(LEDGER) == []


@pytest.mark.parametrize("lost", range(3))
def test_a_lost_movement_is_missed_by_the_level_and_by_its_document(lost: int) -> None:
    """Each of the two proofs finds it alone."""
    found = remarks([each for number, each in enumerate(LEDGER) if number != lost])
    assert len(found) == 2
    assert found[0].startswith(f"Level {LEDGER[lost].sku}: ")
    assert "was accepted, but the ledger lacks 1 of its" in found[1]


@pytest.mark.parametrize("doubled", range(3))
def test_a_movement_that_stands_twice_is_found(doubled: int) -> None:
    """An invoice that was played twice by mistake."""
    found = remarks([*LEDGER[: doubled + 1], *LEDGER[doubled:]])
    assert any("more than once" in each for each in found)
    assert any(each.startswith(f"Level {LEDGER[doubled].sku}: the ledger says") for each in found)


def test_wrong_units_are_found() -> None:
    """The document says five."""
    # given
    sale = replace(LEDGER[1], change=AccountCounts(on_hand=-6))
    # then
    assert remarks([LEDGER[0], sale, LEDGER[2]]) == [
        "Invoice 536365 moved -6 of A (SALE) under 536365 instead of -5 (SALE).",
        (
            "Level A: the ledger says version 1 with 9 on hand, 0 reserved, 0 unavailable, 0 incoming, "
            "but it must be version 1 with 10 on hand, 0 reserved, 0 unavailable, 0 incoming."
        ),
    ]


@pytest.mark.parametrize("wrong", [{"reason": "LOST"}, {"reference": None}, {"change": AccountCounts(-5, reserved=1)}])
def test_a_wrong_reason_reference_or_count_is_found(wrong: dict[str, object]) -> None:
    """Units alone are not the whole truth of a movement."""
    sale = replace(LEDGER[1], **wrong)  # type: ignore[arg-type] # each of them is of its field's type
    assert any(each.startswith("Invoice 536365 moved -5 of A") for each in remarks([LEDGER[0], sale, LEDGER[2]]))


@pytest.mark.parametrize(
    "level",
    [
        Standing(AccountCounts(on_hand=5), 2),
        Standing(AccountCounts(on_hand=4), 3),
        Standing(AccountCounts(on_hand=4, reserved=1), 2),
    ],
)
def test_a_level_that_its_movements_do_not_give_is_found(level: Standing) -> None:
    """Units, version and every count must be those of the newest movement."""
    (found,) = remarks(LEDGER, levels=LEVELS | {"A": level})
    assert found.startswith("Level A: the ledger says version 2 with 4 on hand")


def test_a_level_without_movements_is_found() -> None:
    """Stock from nowhere."""
    found = remarks(LEDGER, levels=LEVELS | {"C": Standing(AccountCounts(on_hand=1), 1)})
    assert found == ["Level C: no movement explains version 1 with 1 on hand, 0 reserved, 0 unavailable, 0 incoming."]


def test_movements_without_a_level_are_found() -> None:
    """A level that vanished."""
    (found,) = remarks(LEDGER, levels={"A": LEVELS["A"]})
    assert found.startswith("Level B: the ledger says version 1")


def test_a_refused_invoice_must_not_have_moved_anything() -> None:
    """A refusal changes nothing."""
    # given
    stray = line("C", "op-3", MovementReason.SALE, -1, after=0, version=2)
    receipt = line("C", "op-4", MovementReason.RECEIPT, 1, after=1, version=1)
    levels = LEVELS | {"C": Standing(version=2)}
    # then
    assert remarks([*LEDGER, stray, receipt], levels=levels) == []
    assert remarks([*LEDGER, stray, receipt], levels=levels, refused=("536366",)) == [
        "Invoice 536366 was refused, but moved C."
    ]


def test_many_disagreements_are_counted_and_the_first_ones_told() -> None:
    """A report stays readable."""
    disagreements = Disagreements()
    for number in range(MAX_REMARKS + 5):
        disagreements.add(str(number))
    assert disagreements.count == MAX_REMARKS + 5
    assert disagreements.remarks == [str(number) for number in range(MAX_REMARKS)]
