"""Lists in pages, as the Relay connection specification has them."""

from collections.abc import Awaitable, Callable, Sequence
from typing import Annotated, Any, Generic, Self, TypeVar

import strawberry

from app.domain.excerpt import length_of
from app.services.paging import Page, Row, page_of_all
from schema.context import Info
from schema.selections.derived import derived

# The arguments of a list that is part of something.
First = Annotated[int, strawberry.argument(description="The most entries to return, 0 to 1,000.")]
After = Annotated[
    str | None, strawberry.argument(description="Return the entries after this cursor, one of the same list.")
]
Node = TypeVar("Node")
Entity = TypeVar("Entity")


@strawberry.type(description="The position of a page in its list.")
class PageInfo:
    has_next_page: bool = strawberry.field(description="Whether more entries follow.")
    has_previous_page: bool = strawberry.field(description="Whether the page began after a cursor.")
    start_cursor: str | None = strawberry.field(description="The cursor of the first entry; null on an empty page.")
    end_cursor: str | None = strawberry.field(
        description="The cursor of the last entry, to be passed as `after` for the next page; null on an empty page."
    )


@strawberry.type(description="One entry of a page.")
class Edge(Generic[Node]):
    node: Node = strawberry.field(description="The entry itself.")
    cursor: str = strawberry.field(description="The entry's position, to be passed as `after`.")


@strawberry.type(description="One page of a list.")
class Connection(Generic[Node]):
    """A page, and how to count the whole list where that is selected."""

    nodes: list[Node] = strawberry.field(description="The entries of the page.")
    page: strawberry.Private[Page[Any]]
    counter: strawberry.Private[Callable[[], Awaitable[int]]]
    is_behind: strawberry.Private[bool]

    @derived("The position of the page in its list.")
    def page_info(self) -> PageInfo:
        """Describe the page."""
        page = self.page
        return PageInfo(
            has_next_page=page.has_next,
            has_previous_page=self.is_behind,
            start_cursor=page.start_cursor,
            end_cursor=page.end_cursor,
        )

    @derived("The entries of the page, each with its cursor.")
    def edges(self) -> list[Edge[Node]]:
        """Pair entries and cursors."""
        return [Edge(node=node, cursor=cursor) for node, cursor in zip(self.nodes, self.page.cursors, strict=True)]

    @strawberry.field(description="How many entries the whole list has. Counted only when selected.")
    async def total_count(self, info: Info) -> int:
        """Count."""
        async with info.context.reads:
            return await self.counter()

    @classmethod
    def of_all(
        cls,
        entries: Sequence[Entity],
        convert: Callable[[Entity], Node],
        *,
        order: str,
        first: int,
        after: str | None,
    ) -> Self:
        """Return a page of a list that is at hand as a whole. Raises BadArgument."""

        async def count() -> int:
            return length_of(entries)

        return cls.of(page_of_all(entries, order=order, first=first, after=after), convert, counter=count, after=after)

    @classmethod
    def of(
        cls,
        page: Page[Entity],
        convert: Callable[[Entity], Node],
        *,
        counter: Callable[[], Awaitable[int]],
        after: str | None,
    ) -> Self:
        """Return the connection of a page."""
        nodes = [convert(entity) for entity in page.nodes]
        return cls(nodes=nodes, page=page, counter=counter, is_behind=after is not None)

    @classmethod
    def of_rows(
        cls, page: Page[Row], rows: Sequence[Row], *, counter: Callable[[], Awaitable[int]], after: str | None
    ) -> Self:
        """Return the connection of a page whose nodes are rows: only resolvers that read rows may."""
        return cls(nodes=list(rows), page=page, counter=counter, is_behind=after is not None)  # type: ignore[arg-type] # see there
