"""What a store in memory holds: everything that a transaction changes, in plain dictionaries."""

from typing import Any

from app.domain.catalog.catalog import Item, Location
from app.domain.document import Document, DocumentKey, DocumentKind
from app.domain.operation import Operation
from app.domain.stock.level import Level, LevelKey
from app.domain.stock.movement import Movement


class MemoryState:
    """The state; what it holds is immutable."""

    def __init__(self) -> None:
        self._levels: dict[LevelKey, Level] = {}
        self._ledger: dict[tuple[LevelKey, int], Movement] = {}
        self._operations: dict[str, Operation] = {}
        self._items: dict[str, Item] = {}
        self._locations: dict[str, Location] = {}
        self._documents: dict[DocumentKey, Document] = {}

    def _of(self, kind: DocumentKind) -> list[Any]:
        return [document for key, document in self._documents.items() if key.kind is kind]
