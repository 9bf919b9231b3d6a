"""What the commands that change one count check alike."""

from app.domain.command import View
from app.domain.counting.count import Count, CountList, CountState, count_key, count_list_key
from app.domain.counting.count_line import CountLine, count_line_key
from app.domain.errors import UnknownDocument, WrongState


def known_count(view: View, identity: str, *, states: frozenset[CountState]) -> Count:
    """Return a count that is in one of these states. Raises UnknownDocument or WrongState."""
    count = view.document(count_key(identity))
    if count is None:
        raise unknown_count(identity)
    assert isinstance(count, Count)
    if count.state not in states:
        raise WrongState(kind=Count.kind.value, id=identity, state=count.state.value, reference=count.reference)
    return count


def unknown_count(identity: str) -> UnknownDocument:
    """Return why nothing can be done with a count that does not exist."""
    return UnknownDocument(kind=Count.kind.value, id=identity)


def known_list(view: View, identity: str) -> CountList | None:
    """Return the SKUs that a count names, if it names any."""
    listed = view.document(count_list_key(identity))
    assert listed is None or isinstance(listed, CountList)
    return listed


def known_line(view: View, identity: str, sku: str) -> CountLine | None:
    """Return an item of a count, if it has been counted."""
    line = view.document(count_line_key(identity, sku))
    assert line is None or isinstance(line, CountLine)
    return line
