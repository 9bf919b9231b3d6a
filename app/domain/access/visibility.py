"""Visibility: the locations and the categories of items to which a principal is limited.

Rule: it is part of every query, every command's view and every feed of the principal, so that no answer shows, counts
or names anything else. A level is visible where its location and its item are.
"""

from functools import lru_cache

from msgspec import Struct

from app.domain.folding import alike


class Visibility(Struct, frozen=True, kw_only=True):
    """What a principal may see. None does not limit; an empty set shows nothing.

    `locations` are codes. `categories` are of items; an item without a category is visible only where they do not
    limit.
    """

    locations: frozenset[str] | None = None
    categories: frozenset[str] | None = None

    @property
    def is_limited(self) -> bool:
        """Whether anything is not visible."""
        return self.locations is not None or self.categories is not None

    def shows_location(self, code: str) -> bool:
        """Tell whether a location, and what is stocked there, is visible."""
        return self.locations is None or code in self.locations

    def shows_category(self, category: str | None) -> bool:
        """Tell whether items of a category are visible. Categories ignore upper and lower case, as in lists."""
        if self.categories is None:
            return True
        return category is not None and alike(category) in _alike(self.categories)

    def within(self, other: "Visibility") -> "Visibility":
        """Return what both see."""
        categories = self.categories
        if other.categories is not None:
            categories = frozenset(filter(self.shows_category, other.categories))
        return Visibility(locations=_common(self.locations, other.locations), categories=categories)

    def includes(self, other: "Visibility") -> bool:
        """Tell whether it sees at least as much as another."""
        return (self.locations is None or (other.locations is not None and other.locations <= self.locations)) and (
            self.categories is None
            or (other.categories is not None and all(map(self.shows_category, other.categories)))
        )


EVERYTHING = Visibility()


def _common(some: frozenset[str] | None, others: frozenset[str] | None) -> frozenset[str] | None:
    if some is None or others is None:
        return others if some is None else some
    return some & others


@lru_cache(maxsize=1_024)  # sets of categories: there are some per role
def _alike(categories: frozenset[str]) -> frozenset[str]:
    return frozenset(map(alike, categories))
