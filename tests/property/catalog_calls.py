"""Calls about items and locations. See tests.property.random_calls."""

from decimal import Decimal

from app.domain.catalog.catalog import OversellPolicy
from app.domain.catalog.commands.upsert_item import ItemChange
from tests.property.random_calls import SKUS, Client, Kinds, Made

BARCODES = ("1", "2", "3")
CATEGORIES = ("Drinks", "Cups")


class CatalogCalls(Client):
    """What a client asks for of the catalog."""

    def label(self) -> Made:
        """Claim barcodes for items, or give them up."""
        changes = [
            ItemChange(sku=sku, barcodes=tuple(self._dice.sample(BARCODES, self._dice.randrange(2))))
            for sku in self._skus()
        ]
        return lambda store, said: store.shop.upsert_items(changes, is_atomic=False, request=said)

    def describe(self) -> Made:
        """Let an item be of a category, and cost something."""
        sku, category = self._dice.choice(SKUS), self._dice.choice((None, *CATEGORIES))
        cost = self._dice.choice([None, Decimal(0), Decimal("1.50")])
        return lambda store, said: store.shop.change_item(
            ItemChange(sku=sku, category=category, unit_cost=cost), request=said
        )

    def trust_the_tills(self) -> Made:
        """Let the tills of a location sell beyond the record, or not."""
        code, policy = self._code(), self._dice.choice(list(OversellPolicy))
        return lambda store, said: store.shop.upsert_location(code, oversell_policy=policy, request=said)

    def archive(self) -> Made:
        """Let nothing new begin with an item, with what is open or without; or open it again."""
        sku, is_archived, winds_down = self._dice.choice(SKUS), self.chance(8), self.chance(70)
        return lambda store, said: store.shop.archive_item(
            sku, is_archived=is_archived, winds_down=winds_down, request=said
        )

    def close(self) -> Made:
        """Do so with a location."""
        code, is_archived, winds_down = self._code(), self.chance(8), self.chance(70)
        return lambda store, said: store.shop.archive_location(
            code, is_archived=is_archived, winds_down=winds_down, request=said
        )


KINDS: Kinds = {
    CatalogCalls.label: 3,
    CatalogCalls.describe: 2,
    CatalogCalls.trust_the_tills: 2,
    CatalogCalls.archive: 3,
    CatalogCalls.close: 3,
}
