"""Create or change an item: what is given replaces, what is not given stays."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Protocol

from app.domain.catalog.barcode import Barcode, barcode_key
from app.domain.catalog.catalog import Item
from app.domain.catalog.commands.name_checks import name_errors, required_name
from app.domain.catalog.spreadsheet_numbers import long_form
from app.domain.command import Decision, ReadSet, View
from app.domain.document import Document, DocumentKey
from app.domain.errors import (
    BarcodeTaken,
    Field,
    InvalidValue,
    InventoryError,
    NothingToChange,
    StaleDocument,
)
from app.domain.limits import (
    MAX_BARCODE_LENGTH,
    MAX_BARCODES,
    MAX_CATEGORY_LENGTH,
    MAX_TAG_LENGTH,
    MAX_TAGS,
)
from app.domain.money import Money, given_money
from app.domain.operation import CommandInfo
from app.domain.partial_update import UNCHANGED, Unchanged, given, updated
from app.domain.replenishment.commands.policy_checks import to_be_applied
from app.domain.replenishment.policy_defaults import PolicyDefaults, PolicyScope, policy_key
from app.domain.time import Moment
from app.domain.validation import (
    info_errors,
    money_errors,
    quantity_errors,
    sku_errors,
    text_errors,
    texts_errors,
)


class CatalogView(Protocol):
    """The part of a View that the change of an item uses."""

    @property
    def now(self) -> Moment: ...

    def item(self, sku: str) -> Item | None: ...

    def check_item(self, item: Item) -> None: ...

    def document(self, key: DocumentKey) -> Document | None: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemChange:
    """The requested state of an item: given values replace, the others stay. `tags` and `barcodes` have no repeats.

    With `expected_version` it is refused unless the item is at that version, 0 where there is none yet. With
    `only_if_different` an item that is already as requested is left alone, whatever its version.
    """

    sku: str
    name: str | Unchanged = UNCHANGED
    category: str | Unchanged | None = UNCHANGED
    tags: tuple[str, ...] | Unchanged = UNCHANGED
    barcodes: tuple[str, ...] | Unchanged = UNCHANGED
    unit_cost: Decimal | Unchanged | None = UNCHANGED
    reorder_point: int | Unchanged = UNCHANGED
    backorder_limit: int | Unchanged = UNCHANGED
    expected_version: int | None = None
    only_if_different: bool = False

    def content(self) -> object:
        """Return the input for a fingerprint."""
        terms = () if self.expected_version is None else (("version", self.expected_version),)
        return (
            self.sku,
            given(self.name),
            given(self.category),
            given(self.tags),
            given(self.barcodes),
            given(self._cost),
            given(self.reorder_point),
            given(self.backorder_limit),
            *terms,
            *(("only if different",) if self.only_if_different else ()),
        )

    def validate(self, *, prefix: Field = ()) -> Iterator[InventoryError]:
        """Yield the errors that do not depend on the state."""
        yield from sku_errors(self.sku, field=(*prefix, "sku"))
        if not isinstance(self.name, Unchanged):
            yield from name_errors(self.name, prefix=prefix)
        if isinstance(self.category, str):
            yield from text_errors(
                self.category, what="A category", maximum=MAX_CATEGORY_LENGTH, field=(*prefix, "category")
            )
        if not isinstance(self.tags, Unchanged):
            yield from texts_errors(
                self.tags, what="A tag", maximum=MAX_TAG_LENGTH, count=MAX_TAGS, field=(*prefix, "tags")
            )
        if not isinstance(self.barcodes, Unchanged):
            yield from texts_errors(
                self.barcodes,
                what="A barcode",
                maximum=MAX_BARCODE_LENGTH,
                count=MAX_BARCODES,
                field=(*prefix, "barcodes"),
                is_code=True,
            )
        if isinstance(self.unit_cost, Decimal):
            yield from money_errors(self.unit_cost, what="A unit cost", field=(*prefix, "unitCost"))
        if not isinstance(self.reorder_point, Unchanged):
            yield from quantity_errors(self.reorder_point, field=(*prefix, "reorderPoint"))
        if not isinstance(self.backorder_limit, Unchanged):
            yield from quantity_errors(self.backorder_limit, field=(*prefix, "backorderLimit"))

    def read_set(self) -> ReadSet:
        """Return what the decision needs to read. The present barcodes of an item are always read with it."""
        barcodes = () if isinstance(self.barcodes, Unchanged) else self.barcodes
        defaults = policy_key(PolicyScope.ITEM, self.sku)
        return ReadSet(items=(self.sku,), documents=(*dict.fromkeys(map(barcode_key, barcodes)), defaults))

    def decide(self, view: CatalogView) -> Decision:
        """Decide on the view.

        Raises NothingToChange, StaleDocument, BarcodeTaken, or InvalidValue where a new item has no name, or a barcode
        lost its last digits.
        """
        known = view.item(self.sku)
        old = known or Item(sku=self.sku, name=required_name(self.name), created_at=view.now, updated_at=view.now)
        item = replace(
            old,
            name=updated(self.name, old.name),
            category=updated(self.category, old.category),
            tags=updated(self.tags, old.tags),
            barcodes=updated(self.barcodes, old.barcodes),
            unit_cost=updated(self._cost, old.unit_cost),
            reorder_point=updated(self.reorder_point, old.reorder_point),
            backorder_limit=updated(self.backorder_limit, old.backorder_limit),
            updated_at=view.now,
        )
        if self.only_if_different and known is not None and replace(item, updated_at=known.updated_at) == known:
            raise NothingToChange(sku=self.sku)
        self._compare(known)
        view.check_item(item)
        if error := self.loss_error(old.barcodes):
            raise error
        return Decision(
            items=(item,), documents=(*_changed_barcodes(view, old, item), *outdated_defaults(view, known, item))
        )

    def loss_error(self, present: Sequence[str]) -> InvalidValue | None:
        """Return the error where a barcode of the item would lose its last digits."""
        if isinstance(self.barcodes, Unchanged):
            return None
        leaving = [code for code in present if code not in self.barcodes]
        for index, code in enumerate(self.barcodes):
            if code not in present and (lost := long_form(code, leaving)) is not None:
                rule = f"is what a spreadsheet makes of {lost}, which the item has: its last digits would be lost"
                return InvalidValue(what=f"The barcode {code!r}", rule=rule, field=("barcodes", str(index)))
        return None

    def _compare(self, known: Item | None) -> None:
        expected, actual = self.expected_version, 0 if known is None else known.version
        if expected is not None and expected != actual:
            raise StaleDocument(kind="ITEM", id=self.sku, expected=expected, actual=actual)

    @property
    def _cost(self) -> Money | Unchanged | None:
        return given_money(self.unit_cost)


@dataclass(frozen=True, slots=True, kw_only=True)
class UpsertItem:
    """Create an item, or change what is given of it."""

    info: CommandInfo
    change: ItemChange

    def content(self) -> object:
        return self.change.content()

    def validate(self, *, now: Moment) -> Iterator[InventoryError]:
        yield from self.change.validate()
        yield from info_errors(self.info, now=now)

    def read_set(self) -> ReadSet:
        return self.change.read_set()

    def decide(self, view: View) -> Decision:
        """Decide. Raises InvalidValue where a new item has no name, and BarcodeTaken."""
        return self.change.decide(view)


def _changed_barcodes(view: CatalogView, old: Item, item: Item) -> Iterator[Barcode]:
    """Yield the barcodes that the item gets and those that it gives up."""
    known, kept = set(map(barcode_key, old.barcodes)), set(map(barcode_key, item.barcodes))
    for index, code in enumerate(item.barcodes):
        key = barcode_key(code)
        if key in known:
            continue
        known.add(key)
        taken = view.document(key)
        assert taken is None or isinstance(taken, Barcode)
        if taken is not None and taken.sku is not None:
            raise BarcodeTaken(barcode=code, sku=taken.sku, field=("barcodes", str(index)))
        yield Barcode(id=key.id, sku=item.sku, created_at=view.now)
    for key in dict.fromkeys(map(barcode_key, old.barcodes)):
        held = view.document(key)
        is_its_own = not isinstance(held, Barcode) or held.sku == item.sku  # an earlier version let spellings be two
        if key not in kept and is_its_own:
            yield Barcode(id=key.id, sku=None, created_at=view.now)


def outdated_defaults(view: CatalogView, old: Item | None, item: Item) -> Iterator[PolicyDefaults]:
    """Yield the item's defaults, to be applied again, where its levels may inherit other settings now.

    That includes an item that is archived, since its levels are closed, and one that is opened again, since its levels
    have missed changes meanwhile. A new item has no levels yet.
    """
    if old is None:
        return
    is_changed = old.is_archived is not item.is_archived
    if is_changed or (old.category, old.reorder_point) != (item.category, item.reorder_point):
        yield to_be_applied(view, PolicyScope.ITEM, item.sku)
