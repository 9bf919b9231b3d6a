"""Excerpts: lists of which only the requested entries were read.

Rule: an entry that was not read is not mistaken for one that does not exist: access to it is a bug, and raises.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Self, TypeVar

T = TypeVar("T")

Places = tuple[tuple[int, int], ...]  # ranges (start, stop), counted from 0


@dataclass(frozen=True, slots=True)
class Extent:
    """The requested ranges of a document's long lists, by name. Of a list without any, only the length."""

    places: tuple[tuple[str, Places], ...] = ()

    def of(self, name: str) -> Places:
        """Return the ranges of a list, in order and disjoint."""
        return dict(self.places).get(name, ())

    @classmethod
    def asking(cls, asked: Mapping[str, Iterable[tuple[int, int]]]) -> Self:
        """Return the extent of requested ranges, which may overlap and be in any order."""
        return cls(tuple((name, _united(places)) for name, places in sorted(asked.items())))


def united(extents: Iterable[Extent]) -> Extent:
    """Return the union of several extents."""
    asked: dict[str, list[tuple[int, int]]] = {}
    for extent in extents:
        for name, places in extent.places:
            asked.setdefault(name, []).extend(places)
    return Extent.asking(asked)


class Excerpt(tuple[T, ...]):
    """The entries of some ranges of a list, one after the other."""

    places: Places
    length: int  # of the whole list

    @classmethod
    def of(cls, entries: Iterable[T], places: Places, *, length: int) -> Self:
        """Return the entries that were read in these ranges, as far as the list has them."""
        excerpt = cls(entries)
        excerpt.places, excerpt.length = places, length
        return excerpt

    def between(self, start: int, stop: int) -> Sequence[T]:
        """Return the entries from `start` to `stop` of the whole list. Raises LookupError where they were not read."""
        stop = min(stop, self.length)
        if start >= stop:
            return ()
        before = 0
        for first, end in self.places:
            if first <= start and stop <= end:
                return self[before + start - first : before + stop - first]
            before += min(end, self.length) - min(first, self.length)
        raise LookupError(f"the entries from {start} to {stop} were not read")


def length_of(entries: Sequence[T]) -> int:
    """Return the length of the whole list."""
    return entries.length if isinstance(entries, Excerpt) else len(entries)


def entries_between(entries: Sequence[T], start: int, stop: int) -> Sequence[T]:
    """Return the entries from `start` to `stop` of the whole list, or to its end."""
    return entries.between(start, stop) if isinstance(entries, Excerpt) else entries[start:stop]


def _united(places: Iterable[tuple[int, int]]) -> Places:
    united: list[tuple[int, int]] = []
    for start, stop in sorted(each for each in places if each[0] < each[1]):
        if united and start <= united[-1][1]:
            united[-1] = (united[-1][0], max(united[-1][1], stop))
        else:
            united.append((start, stop))
    return tuple(united)
