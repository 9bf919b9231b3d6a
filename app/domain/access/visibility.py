"""Visibility: the locations and the categories of items to which a principal is limited.

Rule: it is part of every query, every command's view and every feed of the principal, so that no answer shows, counts
or names anything else. A level is visible where its location and its item are.
"""

from msgspec import Struct


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


EVERYTHING = Visibility()
