"""The view of a principal that sees a part of the stock: what is not visible does not exist.

Rule: a command decides on it alone, in its transaction, so nothing can change between the check and the commit.
Two things are not narrowed, because a wrong answer would do harm for all: a barcode that another item has stays taken,
and the units on hand of an item, from which its average cost follows, count at all locations.
"""

from collections.abc import Sequence

from app.domain.access.visibility import Visibility
from app.domain.catalog.barcode import Barcode
from app.domain.catalog.catalog import Item, Location
from app.domain.command import View
from app.domain.document import Document, DocumentKey
from app.domain.errors import Archived, InvalidValue, UnknownItem, UnknownLocation
from app.domain.stock.level import Level, LevelKey
from app.domain.time import Moment
from app.domain.transfers.transfer import Transfer


class LimitedView:
    """A View. Of a transfer with one visible end, the levels of both ends can be read."""

    def __init__(self, view: View, visibility: Visibility) -> None:
        self._view = view
        self._visibility = visibility
        self._of_transfers: set[LevelKey] = set()

    @property
    def now(self) -> Moment:
        return self._view.now

    def stock(self, key: LevelKey, *, even_archived: bool = False) -> Level:
        if key not in self._of_transfers:
            if not self._visibility.shows_location(key.location):
                raise UnknownLocation(location=key.location, field=("location",))
            if not self.shows_item(key.sku):
                raise self._no_item(key, even_archived=even_archived)
        return self._view.stock(key, even_archived=even_archived)

    def item(self, sku: str) -> Item | None:
        return self._view.item(sku) if self.shows_item(sku) else None

    def check_item(self, item: Item) -> None:
        """Raise UnknownItem where the item exists out of sight, InvalidValue where it would leave the categories."""
        if self._view.item(item.sku) is not None and not self.shows_item(item.sku):
            raise UnknownItem(sku=item.sku, field=("sku",))
        if not self._visibility.shows_category(item.category):
            rule = "must be one of those to which the caller is limited"
            raise InvalidValue(what="The category of an item", rule=rule, field=("category",))

    def location(self, code: str) -> Location | None:
        return self._view.location(code) if self._visibility.shows_location(code) else None

    def levels_of(self, sku: str) -> Sequence[Level]:
        if not self.shows_item(sku):
            return ()
        return [each for each in self._view.levels_of(sku) if self._visibility.shows_location(each.key.location)]

    def on_hand_of(self, sku: str) -> int:
        return self._view.on_hand_of(sku)

    def is_item_archived(self, sku: str) -> bool:
        return self.shows_item(sku) and self._view.is_item_archived(sku)

    def document(self, key: DocumentKey) -> Document | None:
        found = self._view.document(key)
        if found is None or not (isinstance(found, Barcode) or self.shows(found)):
            return None
        if isinstance(found, Transfer):
            self._of_transfers.update(found.level_keys)
        return found

    def shows(self, document: Document) -> bool:
        """Tell whether a document is visible."""
        about = document.about_item
        return document.is_within(self._visibility) and (about is None or self.shows_item(about))

    def shows_item(self, sku: str) -> bool:
        """Tell whether an item exists and is visible."""
        if self._visibility.categories is None:
            return True
        item = self._view.item(sku)
        return item is not None and self._visibility.shows_category(item.category)

    def lends(self, key: LevelKey) -> bool:
        """Tell whether a level is not visible, but at the other end of a transfer that was read."""
        return key in self._of_transfers and not self._visibility.shows_location(key.location)

    def _no_item(self, key: LevelKey, *, even_archived: bool) -> UnknownItem | UnknownLocation | Archived:
        """Return the error of a level whose item does not exist: that of the location comes first."""
        location = self._view.location(key.location)
        if location is None:
            return UnknownLocation(location=key.location, field=("location",))
        if location.is_archived and not even_archived:
            return Archived(kind="location", name=key.location, field=("location",))
        return UnknownItem(sku=key.sku, field=("sku",))
