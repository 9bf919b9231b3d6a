"""The use cases of reading the audit."""

from app.services.audit.filters import AuditFilter
from app.services.audit.ports import AuditPages, PlacedEntry, StoredPage
from app.services.paging import Page, page_request

ENTRIES, PAGES = "AUDIT", "AUDIT_PAGES"  # the orders of the lists


class AuditLog:
    """Reads the audit."""

    def __init__(self, pages: AuditPages) -> None:
        self._pages = pages

    async def entries(self, where: AuditFilter, *, first: int, after: str | None) -> Page[PlacedEntry]:
        """Return a page of entries, the newest first. Raises BadArgument or Unavailable."""
        page = page_request(order=ENTRIES, shape=(int, int, int), first=first, after=after)
        return await self._pages.entries(where, page=page)

    async def count(self, where: AuditFilter) -> int:
        """Return how many entries match. Raises Unavailable, where that takes long."""
        return await self._pages.count(where)

    async def count_pages(self) -> int:
        """Return how many pages the chain has. Raises Unavailable."""
        return await self._pages.count_pages()

    async def pages(self, *, first: int, after: str | None) -> Page[StoredPage]:
        """Return pages of the chain, the oldest first; fewer where they are large. Raises as `entries` does."""
        page = page_request(order=PAGES, shape=(int,), first=first, after=after)
        return await self._pages.pages(page=page)
