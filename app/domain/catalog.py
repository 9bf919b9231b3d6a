"""What is stocked and where: items by SKU, locations by code.

Both are archived, never deleted: the ledger names them.
"""

import re
from dataclasses import dataclass
from enum import StrEnum

from app.domain.time import Moment

_WORD = re.compile(r"\w+")
_PUNCTUATION_AROUND = re.compile(r"^\W+|\W+$")
_MAX_SKU_PREFIX = 12  # typed further than this, a search wants the whole SKU


class LocationKind(StrEnum):
    """What sort of place holds the stock."""

    WAREHOUSE = "WAREHOUSE"
    STORE = "STORE"
    DROP_SHIP = "DROP_SHIP"


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """What is stocked. `reorder_point` is the default for levels that do not exist yet, in units."""

    sku: str
    name: str
    category: str | None = None
    reorder_point: int = 0
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
    """A place that holds stock."""

    code: str
    name: str
    kind: LocationKind = LocationKind.WAREHOUSE
    is_archived: bool = False
    created_at: Moment
    updated_at: Moment


def search_words(text: str) -> tuple[str, ...]:
    """Return the casefolded words of a text as they stand between blanks, without punctuation around them.

    In its order, each once.
    """
    words = (_PUNCTUATION_AROUND.sub("", word) for word in text.casefold().split())
    return tuple(dict.fromkeys(word for word in words if word))
