"""What lists of counts and of their lines may be narrowed to."""

from dataclasses import dataclass, field, replace
from typing import ClassVar, Self

from app.domain.access.visibility import Visibility
from app.domain.counting.count import Count, CountScope, CountState
from app.domain.counting.count_line import CountLine
from app.domain.document import DocumentKind
from app.domain.limits import MAX_TAGS
from app.domain.time import Moment
from app.services.filters import LevelFilter, visible


@dataclass(frozen=True, slots=True, kw_only=True)
class CountFilter:
    """Counts by state, location and time of opening: from `since`, before `until`.

    None narrows nothing; no states leave nothing. Only those at `visible_at`.
    """

    kind: ClassVar[DocumentKind] = DocumentKind.COUNT

    states: tuple[CountState, ...] | None = None
    location: str | None = None
    since: Moment | None = None
    until: Moment | None = None
    visible_at: tuple[str, ...] | None = field(default=None, repr=False)  # no part of the list's name

    def matches(self, count: Count) -> bool:
        return (
            (self.states is None or count.state in self.states)
            and self.location in (None, count.location)
            and (self.since is None or count.created_at >= self.since)
            and (self.until is None or count.created_at < self.until)
            and (self.visible_at is None or count.location in self.visible_at)
        )

    def within(self, visibility: Visibility, /) -> Self:
        if visibility.categories is not None:  # its lines may be of several items
            return replace(self, states=())
        return replace(self, visible_at=visible(self.visible_at, visibility.locations))


@dataclass(frozen=True, slots=True, kw_only=True)
class CountLineFilter:
    """The lines of one count, or only those whose variance is not zero."""

    kind: ClassVar[DocumentKind] = DocumentKind.COUNT_LINE

    count: str
    only_variances: bool = False

    def matches(self, line: CountLine) -> bool:
        return line.count == self.count and (not self.only_variances or line.variance != 0)

    def within(self, _: Visibility, /) -> Self:
        return self  # its count decides


def levels_in(location: str, scope: CountScope) -> LevelFilter:
    """Return the filter of the levels in the scope of a count. Levels of archived items are in none."""
    return LevelFilter(
        locations=(location,),
        skus=None if scope.skus is None else tuple(sorted(scope.skus)),
        category=scope.category,
        tags=scope.tags[:MAX_TAGS],  # a count that is yet to be refused may have more
        is_archived=False,
    )
