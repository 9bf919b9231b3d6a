"""The file's documents by the days on which they happened.

Rule: on each day, what leaves comes before what comes back. Whatever the order in which connections get through, the
day then ends alike.
"""

from collections import defaultdict
from collections.abc import Container, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from app.client.replay.documents import Invoice, InvoiceLine
from app.domain.stock.movement import MovementReason


@dataclass(frozen=True, slots=True, kw_only=True)
class Day:
    """One day of the calendar. All postings of the documents `going` take units, and those of `coming` bring some."""

    date: date
    going: tuple[Invoice, ...] = ()
    coming: tuple[Invoice, ...] = ()

    def of_items(self, skus: Container[str]) -> tuple["Day", list[InvoiceLine]]:
        """Return the day with the postings of these items only, and the postings of others."""
        documents = (*self.going, *self.coming)
        others = [posting for document in documents for posting in document.postings if posting.sku not in skus]
        going, coming = (
            tuple(filter(None, (with_postings(each, [p for p in each.postings if p.sku in skus]) for each in some)))
            for some in (self.going, self.coming)
        )
        return replace(self, going=going, coming=coming), others


def days_of(documents: Iterable[Invoice]) -> list[Day]:
    """Return every day from the first to the last document, those without any in between included."""
    by_date: defaultdict[date, list[Invoice]] = defaultdict(list)
    for document in documents:
        by_date[date_of(document)].append(document)
    return [_day(each, by_date.get(each, ())) for each in _calendar(by_date)]


def without_called_off(documents: Sequence[Invoice]) -> tuple[list[Invoice], int]:
    """Leave out what was sold and wholly taken back on the same day, and count such pairs of lines.

    A wrong quantity was typed, or the customer thought better of it: no unit was wanted, and none moved.
    """
    sold: defaultdict[tuple[date, str, int], list[tuple[int, str]]] = defaultdict(list)
    dropped: set[tuple[int, str]] = set()
    for number, document in enumerate(documents):
        for posting in document.postings:
            spot = (date_of(document), posting.sku, abs(posting.units))
            if posting.reason is MovementReason.SALE:
                sold[spot].append((number, posting.sku))
            elif posting.reason is MovementReason.RETURN and sold[spot]:
                dropped |= {sold[spot].pop(), (number, posting.sku)}
    kept = (
        with_postings(document, [posting for posting in document.postings if (number, posting.sku) not in dropped])
        for number, document in enumerate(documents)
    )
    return [document for document in kept if document is not None], len(dropped) // 2


def with_postings(document: Invoice, postings: Sequence[InvoiceLine], *, mark: str = "") -> Invoice | None:
    """Return the document with these postings; None without any. A `mark` tells a second part from the first."""
    if not postings:
        return None
    return replace(document, reference=document.reference + mark, postings=tuple(postings))


def date_of(document: Invoice) -> date:
    """Return the day on which a document of an invoice happened."""
    assert document.occurred_at is not None, document
    return date.fromisoformat(document.occurred_at[:10])


def _calendar(dates: Iterable[date]) -> Iterator[date]:
    known = sorted(dates)
    if known:
        for number in range((known[-1] - known[0]).days + 1):
            yield known[0] + timedelta(days=number)


def _day(when: date, documents: Sequence[Invoice]) -> Day:
    going = [with_postings(document, [each for each in document.postings if each.units < 0]) for document in documents]
    coming = [
        with_postings(document, [each for each in document.postings if each.units > 0], mark="/back" if taken else "")
        for document, taken in zip(documents, going, strict=True)
    ]
    return Day(date=when, going=tuple(filter(None, going)), coming=tuple(filter(None, coming)))
