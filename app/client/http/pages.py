"""Reads a list to its end, page after page.

Rule: the next page is asked for when it is wanted, so that one page at a time is held, however long the list.
"""

from collections.abc import AsyncIterator, Callable
from typing import Any

from app.client.http.request import Request
from app.client.http.retrying_client import RetryingClient

PAGE_SIZE = 250  # the most that the API gives

Node = dict[str, Any]
Page = dict[str, Any]


async def pages(client: RetryingClient, request: Callable[[str | None], Request]) -> AsyncIterator[Page]:
    """Yield the pages of a list, which the document calls `page`. Raises CannotGoOn.

    `request` asks for the page after a cursor, and is given None for the first.
    """
    after: str | None = None
    while True:
        page = (await client.ask(request(after)))["page"]
        position = page["pageInfo"]
        yield page
        del page  # before the next one comes
        if not position["hasNextPage"]:
            return
        after = position["endCursor"]
