"""What an invoice is sent as."""

from collections import Counter

from app.client.replay.documents import Invoice, InvoiceKind, InvoiceLine, documents_of, opening_documents
from app.client.replay.lines import SalesLine, Skip
from app.domain.stock.movement import MovementReason

WHEN = "2010-12-01T08:26:00+00:00"


def sold(sku: str, quantity: int, *, invoice: str = "536365") -> SalesLine:
    """Return a priced line."""
    return SalesLine(
        invoice=invoice,
        sku=sku,
        description="",
        quantity=quantity,
        occurred_at=WHEN,
        unit_price=2.55,
        has_customer=True,
    )


def written(sku: str, quantity: int, description: str, *, invoice: str = "536365") -> SalesLine:
    """Return a free line without customer."""
    return SalesLine(
        invoice=invoice,
        sku=sku,
        description=description,
        quantity=quantity,
        occurred_at=WHEN,
        unit_price=0,
        has_customer=False,
    )


def test_lines_of_one_sku_are_added_up_in_the_order_of_their_first_line() -> None:
    """The API refuses two lines of one level."""
    # given
    skipped: Counter[Skip] = Counter()
    # when
    documents = list(documents_of([sold("B", 2), sold("A", 1), sold("B", 3)], skipped))
    # then
    postings = (
        InvoiceLine(sku="B", units=-5, reason=MovementReason.SALE),
        InvoiceLine(sku="A", units=-1, reason=MovementReason.SALE),
    )
    assert documents == [Invoice(kind=InvoiceKind.SALE, reference="536365", occurred_at=WHEN, postings=postings)]
    assert skipped == {}


def test_lines_that_add_up_to_zero_are_dropped_and_counted() -> None:
    """An invoice of which nothing is left is not sent."""
    # given
    skipped: Counter[Skip] = Counter()
    # when
    documents = list(documents_of([sold("A", 2), sold("A", -2)], skipped))
    # then
    assert documents == []
    assert skipped == {Skip.CANCELLED_OUT: 2}


def test_lines_that_add_up_to_more_than_a_level_holds_are_dropped_and_counted() -> None:
    """GraphQL's Int could not carry them."""
    # given
    skipped: Counter[Skip] = Counter()
    # when
    documents = list(documents_of([sold("A", 2_147_483_647), sold("A", 1), sold("B", 1)], skipped))
    # then
    assert [document.postings for document in documents] == [
        (InvoiceLine(sku="B", units=-1, reason=MovementReason.SALE),)
    ]
    assert skipped == {Skip.OUT_OF_RANGE: 2}


def test_a_cancellation_is_a_return() -> None:
    """Its units come back."""
    # when
    documents = list(documents_of([sold("A", -2, invoice="C1"), sold("B", -1, invoice="C1")], Counter()))
    # then
    assert [(document.kind, document.reference) for document in documents] == [(InvoiceKind.RETURN, "C1")]
    assert documents[0].postings[0] == InvoiceLine(sku="A", units=2, reason=MovementReason.RETURN)


def test_an_invoice_that_sells_and_takes_back_is_one_sale() -> None:
    """All or nothing, as the shop wrote it."""
    # when
    (document,) = documents_of([sold("A", 3), sold("B", -1)], Counter())
    # then
    assert document.kind is InvoiceKind.SALE
    assert [(posting.units, posting.reason) for posting in document.postings] == [
        (-3, MovementReason.SALE),
        (1, MovementReason.RETURN),
    ]


def test_write_offs_are_adjustments_of_one_line_added_up_by_reason() -> None:
    """Each reason of a SKU is an operation of its own."""
    # given
    invoice = [written("A", -2, "damaged"), written("A", -1, "broken"), written("A", -4, "lost")]
    # when
    documents = list(documents_of(invoice, Counter()))
    # then
    assert [(document.kind, document.postings) for document in documents] == [
        (InvoiceKind.ADJUSTMENT, (InvoiceLine(sku="A", units=-3, reason=MovementReason.DAMAGED),)),
        (InvoiceKind.ADJUSTMENT, (InvoiceLine(sku="A", units=-4, reason=MovementReason.LOST),)),
    ]


def test_a_free_extra_is_part_of_its_sale() -> None:
    """Beside priced lines, free units were sold at no price."""
    # when
    (document,) = documents_of([sold("A", 2), written("A", 1, "")], Counter())
    # then
    assert document.postings == (InvoiceLine(sku="A", units=-3, reason=MovementReason.SALE),)


def test_an_invoice_of_more_than_1000_items_is_split_into_numbered_parts() -> None:
    """One operation carries 1,000 lines."""
    # when
    documents = list(documents_of([sold(f"{number:05}", 1) for number in range(2_001)], Counter()))
    # then
    assert [(document.reference, len(document.postings)) for document in documents] == [
        ("536365/1", 1_000),
        ("536365/2", 1_000),
        ("536365/3", 1),
    ]
    assert len({posting.sku for document in documents for posting in document.postings}) == 2_001


def test_opening_stock_is_received_in_parts_and_nothing_is_received_of_nothing() -> None:
    """A receipt of zero units would be refused."""
    # when
    documents = list(opening_documents({f"{n:05}": n for n in range(1_002)}, reference="opening"))
    # then
    assert [(document.kind, document.reference, len(document.postings)) for document in documents] == [
        (InvoiceKind.OPENING, "opening/1", 1_000),
        (InvoiceKind.OPENING, "opening/2", 1),
    ]
    assert documents[0].postings[0] == InvoiceLine(sku="00001", units=1, reason=MovementReason.RECEIPT)
