"""Look-ups that the commands about one count share."""

from app.domain.command import View, found
from app.domain.counting.count import CountList, count_list_key
from app.domain.counting.count_line import CountLine, count_line_key


def known_list(view: View, identity: str) -> CountList | None:
    """Return the SKUs that a count names, if it names any."""
    return found(view, count_list_key(identity), CountList)


def known_line(view: View, identity: str, sku: str) -> CountLine | None:
    """Return an item of a count, if it has been counted."""
    return found(view, count_line_key(identity, sku), CountLine)
