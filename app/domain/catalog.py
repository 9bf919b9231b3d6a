"""What is stocked and where: items by SKU, locations by code.

Both are archived, never deleted: the ledger names them.
"""

import re
from dataclasses import dataclass
from enum import StrEnum

from app.domain.money import Money
from app.domain.time import Moment

_WORD = re.compile(r"\w+")
_PUNCTUATION_AROUND = re.compile(r"^\W+|\W+$")
DEFAULT_PRIORITY = 100
_MAX_SKU_PREFIX = 12  # typed further than this, a search wants the whole SKU


class LocationKind(StrEnum):
    """What sort of place holds the stock."""

    WAREHOUSE = "WAREHOUSE"
    STORE = "STORE"
    DROP_SHIP = "DROP_SHIP"


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """What is stocked.

    `reorder_point` and `backorder_limit` are the defaults for levels that do not exist yet, in units. `unit_cost` is
    what one unit is worth in the books, if that is known.
    """

    sku: str
    name: str
    category: str | None = None
    tags: tuple[str, ...] = ()
    barcodes: tuple[str, ...] = ()
    unit_cost: Money | None = None
    reorder_point: int = 0
    backorder_limit: int = 0
    is_archived: bool = False
    created_at: Moment
    updated_at: Moment

    @property
    def words(self) -> tuple[str, ...]:
        """The casefolded words that find the item: those of its name, its SKU and the SKU's prefixes."""
        sku = self.sku.casefold()
        prefixes = {sku[:length] for length in range(1, min(len(sku), _MAX_SKU_PREFIX) + 1)}
        text = f"{sku} {self.name.casefold()}"
        return tuple(sorted({*prefixes, *search_words(text), *_WORD.findall(text)}))


@dataclass(frozen=True, slots=True, kw_only=True)
class Location:
    """A place that holds stock. Orders that name no location are filled from the lowest `priority` first."""

    code: str
    name: str
    kind: LocationKind = LocationKind.WAREHOUSE
    priority: int = DEFAULT_PRIORITY
    is_archived: bool = False
    created_at: Moment
    updated_at: Moment


def search_words(text: str) -> tuple[str, ...]:
    """Return the casefolded words of a text as they stand between blanks, without punctuation around them.

    In its order, each once.
    """
    words = (_PUNCTUATION_AROUND.sub("", word) for word in text.casefold().split())
    return tuple(dict.fromkeys(word for word in words if word))
