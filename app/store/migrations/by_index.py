"""Goes through what an index finds of a collection until it finds nothing: for migrations that leave the rest unread.

Rule: what a step has changed is no longer found, so that the next one begins anew.
"""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from app.store.driver.client import BsonDocument, Collection, Database
from app.store.migrations.migration import BEGINNING, MigrationStep, Step
from app.store.migrations.remaining import matching

Change = Callable[[Collection, Sequence[BsonDocument]], Awaitable[int]]


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundByIndex:
    """What a query finds by an index, `page` documents at a time, and of each these fields or all."""

    collection: str
    query: BsonDocument
    index: str
    page: int
    fields: Mapping[str, Any] | None = None

    def step(self, change: Change) -> Step:
        """Return the step that changes a page. `change` returns how many documents it has changed."""

        async def step(database: Database, _: str) -> MigrationStep:
            documents = database[self.collection]
            found = await documents.find(self.query, self.fields, limit=self.page, hint=self.index).to_list(None)
            if not found:
                return MigrationStep(after=None, read=0, changed=0)
            changed = await change(documents, found)
            return MigrationStep(after=BEGINNING, read=changed, changed=changed)

        return step

    async def remaining(self, database: Database, _: str) -> int:
        """Return how many are left."""
        return await matching(database[self.collection], self.query, hint=self.index)
