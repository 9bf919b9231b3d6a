"""What is sent: one document per invoice, with one posting per SKU.

Rule: documents depend on the file alone. Read again, it gives the same documents with the same lines in the same order,
because the server compares them under their idempotency keys.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from app.client.replay.lines import SalesLine, Skip, written_off
from app.domain.limits import MAX_LINES_PER_OPERATION, MAX_QUANTITY
from app.domain.stock.movement import MovementReason


class InvoiceKind(StrEnum):
    """What sort of business a document is."""

    OPENING = "opening"
    SALE = "sale"
    RETURN = "return"
    ADJUSTMENT = "adjustment"


@dataclass(frozen=True, slots=True, kw_only=True)
class InvoiceLine:
    """Units of one SKU: above zero they come onto the shelf, below zero they leave it."""

    sku: str
    units: int
    reason: MovementReason


@dataclass(frozen=True, slots=True, kw_only=True)
class Invoice:
    """One operation for the server. `reference` is the invoice number, of a long invoice with the number of the part.

    The postings have different SKUs; an adjustment has one of them.
    """

    kind: InvoiceKind
    reference: str
    occurred_at: str | None = None
    postings: tuple[InvoiceLine, ...]


def documents_of(invoice: Sequence[SalesLine], skipped: Counter[Skip]) -> Iterator[Invoice]:
    """Yield the documents of all lines of an invoice; lines that come to nothing are counted as skipped."""
    invoice_is_free = all(line.is_free for line in invoice)
    sums: dict[tuple[str, MovementReason | None], list[int]] = {}
    for line in invoice:
        reason = written_off(line, invoice_is_free=invoice_is_free)
        units = -line.quantity if reason is None else line.quantity  # a correction tells what it adds, a sale what left
        sums.setdefault((line.sku, reason), []).append(units)
    postings = [(reason, _posting(sku, reason, parts, skipped)) for (sku, reason), parts in sums.items()]
    first = invoice[0]
    yield from _sales(first, [posting for reason, posting in postings if posting and reason is None])
    for reason, posting in postings:
        if posting and reason is not None:
            yield Invoice(
                kind=InvoiceKind.ADJUSTMENT,
                reference=first.invoice,
                occurred_at=first.occurred_at,
                postings=(posting,),
            )


def opening_documents(units: Mapping[str, int], *, reference: str) -> Iterator[Invoice]:
    """Yield the receipts of the opening stock, in parts that one operation may carry."""
    postings = [
        InvoiceLine(sku=sku, units=count, reason=MovementReason.RECEIPT) for sku, count in units.items() if count
    ]
    for number, part in enumerate(_parts(postings), start=1):
        yield Invoice(kind=InvoiceKind.OPENING, reference=f"{reference}/{number}", postings=part)


def _posting(
    sku: str, reason: MovementReason | None, units: Sequence[int], skipped: Counter[Skip]
) -> InvoiceLine | None:
    total = sum(units)
    if total == 0 or abs(total) > MAX_QUANTITY:
        skipped[Skip.OUT_OF_RANGE if total else Skip.CANCELLED_OUT] += len(units)
        return None
    return InvoiceLine(sku=sku, units=total, reason=reason or _sale_reason(total))


def _sale_reason(units: int) -> MovementReason:
    return MovementReason.SALE if units < 0 else MovementReason.RETURN


def _sales(first: SalesLine, postings: Sequence[InvoiceLine]) -> Iterator[Invoice]:
    """Yield the sale or the return; in numbered parts, if it has more lines than one operation may carry."""
    parts = list(_parts(postings))
    for number, part in enumerate(parts, start=1):
        yield Invoice(
            kind=InvoiceKind.RETURN if all(posting.units > 0 for posting in part) else InvoiceKind.SALE,
            reference=first.invoice if len(parts) == 1 else f"{first.invoice}/{number}",
            occurred_at=first.occurred_at,
            postings=part,
        )


def _parts(postings: Sequence[InvoiceLine]) -> Iterator[tuple[InvoiceLine, ...]]:
    for start in range(0, len(postings), MAX_LINES_PER_OPERATION):
        yield tuple(postings[start : start + MAX_LINES_PER_OPERATION])
