"""Outcome: what an accepted command did, and how what it changed is now.

Rule: outcomes are equal where they record the same; how things are now is read later, and not compared.
"""

from collections.abc import Mapping
from operator import attrgetter
from typing import TypeVar, cast

from msgspec import Struct

from app.domain.document import Document, DocumentKey
from app.domain.operation import Operation
from app.domain.stock.level import Level, LevelKey
from app.domain.stock.movement import Movement

D = TypeVar("D", bound=Document)

_said = attrgetter("operation", "movements", "replayed")


class Present(Struct, frozen=True, kw_only=True):
    """The present state of the levels and documents that an operation has changed, and perhaps of others."""

    levels: Mapping[LevelKey, Level]
    documents: Mapping[DocumentKey, Document]


class Outcome(Struct, frozen=True, kw_only=True):
    """The result of an accepted command: its operation and its movements, in the order of its accepted lines.

    `replayed` tells that an earlier request with the same key recorded the operation. The operation and the movements
    are the same in every response. `present` is the state now: known right after the commit, and None for a replayed
    operation until a service reads it.
    """

    operation: Operation
    movements: tuple[Movement, ...]
    replayed: bool = False
    present: Present | None = None  # not compared

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Outcome) and _said(self) == _said(other)

    def __hash__(self) -> int:
        return hash(_said(self))

    def level(self, key: LevelKey) -> Level:
        """Return a level that it changed, as it is now."""
        assert self.present is not None, "the service has read it"
        return self.present.levels[key]

    def document(self, kind: type[D]) -> D:
        """Return the one published document of a kind that it changed, as it is now."""
        assert self.present is not None, "the service has read it"
        found = self.present.documents[self.operation.document(kind).key]
        assert isinstance(found, kind)
        return found

    def shown(self, kind: type[D]) -> D | None:
        """Return the same document, for an answer; None where it is not visible to who asked."""
        assert self.present is not None, "the service has read it"
        changed = next((each for each in self.operation.documents if isinstance(each, kind)), None)
        return None if changed is None else cast("D | None", self.present.documents.get(changed.key))
