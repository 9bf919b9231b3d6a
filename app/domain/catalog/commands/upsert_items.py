"""Create or change many items in one operation.

Rule: the items are decided in their order. A barcode that one of them gives up is free for those after it.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field

from app.domain.catalog.catalog import Item
from app.domain.catalog.commands.upsert_item import CatalogView, ItemChange
from app.domain.command import Decision, ReadSet, View
from app.domain.document import Document, DocumentKey
from app.domain.errors import InvalidValue, InventoryError, Refused, TooManyLines
from app.domain.limits import MAX_LINES_PER_OPERATION
from app.domain.operation import CommandInfo
from app.domain.time import Moment
from app.domain.validation import info_errors


@dataclass(frozen=True, slots=True, kw_only=True)
class UpsertMany:
    """Different items. Atomic: all or none. Otherwise each is accepted or refused alone."""

    info: CommandInfo
    changes: tuple[ItemChange, ...]
    is_atomic: bool

    def content(self) -> object:
        return (self.is_atomic, tuple(change.content() for change in self.changes))

    def validate(self, *, now: Moment) -> Iterator[InventoryError]:
        """Yield errors of single items only where the operation is atomic."""
        if not 1 <= len(self.changes) <= MAX_LINES_PER_OPERATION:
            yield TooManyLines(count=len(self.changes), maximum=MAX_LINES_PER_OPERATION, field=("items",))
        yield from info_errors(self.info, now=now)
        yield from self._duplicate_errors()
        if self.is_atomic:
            for index, change in enumerate(self.changes):
                yield from change.validate(prefix=("items", str(index)))

    def read_set(self) -> ReadSet:
        """Return what the valid items need to read; invalid ones are refused without."""
        changes = self.changes if self.is_atomic else [each for each in self.changes if not any(each.validate())]
        wanted = [change.read_set() for change in changes]
        return ReadSet(
            items=tuple(sku for each in wanted for sku in each.items),
            documents=tuple(dict.fromkeys(key for each in wanted for key in each.documents)),
        )

    def decide(self, view: View) -> Decision:
        """Decide. Raises Refused with the errors of all items, where atomic."""
        after = _After(view)
        refusals: dict[int, InventoryError] = {}
        for index, change in enumerate(self.changes):
            try:
                after.take(self._decided(change, after))
            except InventoryError as refusal:
                refusals[index] = refusal.at("items", str(index))
        if refusals and self.is_atomic:
            raise Refused(*refusals.values())
        return Decision(items=tuple(after.items), documents=tuple(after.documents.values()), refusals=refusals)

    def _duplicate_errors(self) -> Iterator[InventoryError]:
        first_lines: dict[str, int] = {}
        for index, change in enumerate(self.changes):
            first = first_lines.setdefault(change.sku, index)
            if first != index:
                rule = f"already stands in line {first + 1}"
                yield InvalidValue(what=f"The SKU {change.sku!r}", rule=rule, field=("items", str(index), "sku"))

    def _decided(self, change: ItemChange, view: CatalogView) -> Decision:
        error = None if self.is_atomic else next(change.validate(), None)
        if error is not None:
            raise error
        return change.decide(view)


@dataclass(frozen=True, slots=True)
class _After:
    """A view in which the barcodes of the operation's earlier items have changed hands."""

    view: View
    items: list[Item] = field(default_factory=list)
    documents: dict[DocumentKey, Document] = field(default_factory=dict)

    @property
    def now(self) -> Moment:
        return self.view.now

    def item(self, sku: str) -> Item | None:
        return self.view.item(sku)

    def check_item(self, item: Item) -> None:
        self.view.check_item(item)

    def document(self, key: DocumentKey) -> Document | None:
        return self.documents.get(key) or self.view.document(key)

    def take(self, decision: Decision) -> None:
        self.items.extend(decision.items)
        self.documents.update((document.key, document) for document in decision.documents)
