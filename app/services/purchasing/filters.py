"""What lists of purchase orders, suppliers and offers may be narrowed to."""

from dataclasses import dataclass, field, replace
from typing import ClassVar, Self

from app.domain.access.visibility import Visibility
from app.domain.catalog.search import SearchTerms, search_terms
from app.domain.document import DocumentKind
from app.domain.purchasing.purchase_order import PurchaseOrder, PurchaseOrderState
from app.domain.purchasing.supplier import Supplier, SupplierItem
from app.domain.time import Moment
from app.services.filters import check_words, visible


@dataclass(frozen=True, slots=True, kw_only=True)
class PurchaseOrderFilter:
    """Purchase orders by state, supplier, location, item, reference, author and time of creation.

    From `since`, before `until`. None narrows nothing; no states leave nothing. Only those for `visible_at`.
    """

    kind: ClassVar[DocumentKind] = DocumentKind.PURCHASE_ORDER

    states: tuple[PurchaseOrderState, ...] | None = None
    supplier: str | None = None
    location: str | None = None
    sku: str | None = None
    reference: str | None = None
    is_automatic: bool | None = None
    since: Moment | None = None
    until: Moment | None = None
    visible_at: tuple[str, ...] | None = field(default=None, repr=False)  # no part of the list's name

    def matches(self, order: PurchaseOrder) -> bool:
        return (
            (self.states is None or order.state in self.states)
            and self.supplier in (None, order.supplier)
            and self.location in (None, order.location)
            and (self.sku is None or any(line.sku == self.sku for line in order.lines))
            and self.reference in (None, order.reference)
            and self.is_automatic in (None, order.is_automatic)
            and (self.since is None or order.created_at >= self.since)
            and (self.until is None or order.created_at < self.until)
            and (self.visible_at is None or order.location in self.visible_at)
        )

    def within(self, visibility: Visibility, /) -> Self:
        if visibility.categories is not None:  # its lines may be of several items
            return replace(self, states=())
        return replace(self, visible_at=visible(self.visible_at, visibility.locations))


@dataclass(frozen=True, slots=True, kw_only=True)
class SupplierFilter:
    """Suppliers by search words, all of which must match, and whether they are archived. None narrows nothing.

    `words` are as `search_words` returns them. Raises BadArgument where there are more than a client may ask for.
    """

    kind: ClassVar[DocumentKind] = DocumentKind.SUPPLIER

    words: tuple[str, ...] = ()
    is_archived: bool | None = None

    def __post_init__(self) -> None:
        check_words(self.words)

    @property
    def search_terms(self) -> SearchTerms:
        """What a supplier must match."""
        return search_terms(self.words)

    def matches(self, supplier: Supplier) -> bool:
        return self.is_archived in (None, supplier.is_archived) and self.search_terms.match(supplier)

    def within(self, _: Visibility, /) -> Self:
        return self  # suppliers are visible to everyone


@dataclass(frozen=True, slots=True, kw_only=True)
class OfferFilter:
    """The offers of one supplier, removed ones left out. Only those of `visible_skus`."""

    kind: ClassVar[DocumentKind] = DocumentKind.SUPPLIER_ITEM

    supplier: str
    visible_skus: frozenset[str] | None = None

    def matches(self, offer: SupplierItem) -> bool:
        return (
            offer.supplier == self.supplier
            and not offer.is_removed
            and (self.visible_skus is None or offer.sku in self.visible_skus)
        )

    def within(self, _: Visibility, /) -> Self:
        return self  # the item decides

    def of_items(self, skus: frozenset[str]) -> Self:
        """Return the filter of the offers of these items."""
        return replace(self, visible_skus=skus)
