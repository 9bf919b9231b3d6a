"""Contract of every change: a command is plain data and one pure function that decides.

A writer reads the command's read set, lets the command decide on that view, and commits the decision. The same inputs
give the same decision over every store.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from enum import StrEnum
from typing import ClassVar, Protocol, TypeVar, cast

from msgspec import Struct

from app.domain.catalog.catalog import Item, Location
from app.domain.document import Document, DocumentKey, DocumentKind
from app.domain.errors import Field, InventoryError, UnknownDocument, WrongState
from app.domain.operation import CommandInfo
from app.domain.stock.level import Level, LevelKey
from app.domain.stock.level_change import Allowance, LevelChange
from app.domain.stock.movement import MovementReason
from app.domain.time import Moment

D = TypeVar("D", bound=Document)


class ReadSet(Struct, frozen=True, kw_only=True, gc=False):
    """What a command needs to read. The items and locations of the levels are always read with them.

    `stocked` are SKUs of which all levels are needed. A document that the command creates under an id of its own, such
    as its operation's, need not be named. `stock_of` are documents that are needed with their levels. `on_hand_of` are
    SKUs of which only the sum of the units on hand at all locations is needed. With `every_item`, the items of all
    levels and documents are needed, not only of levels that are yet to begin.
    """

    levels: tuple[LevelKey, ...] = ()
    items: tuple[str, ...] = ()
    locations: tuple[str, ...] = ()
    stocked: tuple[str, ...] = ()
    documents: tuple[DocumentKey, ...] = ()
    stock_of: tuple[DocumentKey, ...] = ()
    on_hand_of: tuple[str, ...] = ()
    every_item: bool = False

    @property
    def has_levels_only(self) -> bool:
        """Whether it names levels one by one, and nothing else."""
        return not (
            self.items
            or self.locations
            or self.stocked
            or self.documents
            or self.stock_of
            or self.on_hand_of
            or self.every_item
        )

    @property
    def lines(self) -> int:
        """About how many levels it reads, as far as that is known beforehand."""
        return len(self.levels) + len(self.stocked) + len(self.stock_of) + len(self.on_hand_of)


class View(Protocol):
    """The state on which a command decides: as of the transaction, with the batch's earlier changes folded in."""

    @property
    def now(self) -> Moment:
        """The moment of the decision."""

    def stock(self, key: LevelKey, *, even_archived: bool = False) -> Level:
        """Return the level, an empty one where the item was never stocked at the location.

        Raises UnknownItem or UnknownLocation, and Archived unless `even_archived`: nothing new begins with an archived
        item or location, but open work may be finished.
        """

    def item(self, sku: str) -> Item | None:
        """Return an item named in `ReadSet.items`, or one of `ReadSet.stocked` that has no level."""

    def check_item(self, item: Item) -> None:
        """Raise an InventoryError where an item may not be created or changed to be like this."""

    def location(self, code: str) -> Location | None:
        """Return a location named in `ReadSet.locations`, or the one of a level that was read."""

    def levels_of(self, sku: str) -> Sequence[Level]:
        """Return every level of an item named in `ReadSet.stocked`, in no particular order, archived ones included."""

    def on_hand_of(self, sku: str) -> int:
        """Return the units on hand of an item named in `ReadSet.on_hand_of`, at all locations, archived ones included.

        An oversold level counts as 0.
        """

    def is_item_archived(self, sku: str) -> bool:
        """Tell whether an item, one of whose levels was read, is archived."""

    def document(self, key: DocumentKey) -> Document | None:
        """Return a document named in `ReadSet.documents` or `ReadSet.stock_of`."""


class Line(Struct, frozen=True, kw_only=True, gc=False):
    """The change of one level, its reason, and how far it may exceed the free units."""

    key: LevelKey
    change: LevelChange
    reason: MovementReason
    channel: str | None = None
    allowance: Allowance = Allowance.NONE


class Decision(Struct, frozen=True, kw_only=True):
    """What a command decides to write: changes of levels, and the new state of catalog entries and documents.

    `refusals` are the errors of single lines, by index, where the other lines are accepted. The writer sets versions
    and times of documents.
    """

    lines: tuple[Line, ...] = ()
    items: tuple[Item, ...] = ()
    locations: tuple[Location, ...] = ()
    documents: tuple[Document, ...] = ()
    refusals: Mapping[int, InventoryError] | None = None


class Command(Protocol):
    """A request to change something."""

    @property
    def info(self) -> CommandInfo:
        """The actor, the idempotency key and the rest of what every command carries."""

    def content(self) -> object:
        """Return the input for the fingerprint, which tells inputs under one idempotency key apart."""

    def validate(self, *, now: Moment) -> Iterator[InventoryError]:
        """Yield the errors of the input that do not depend on the state."""

    def read_set(self) -> ReadSet:
        """Return what the decision needs to read."""

    def decide(self, view: View) -> Decision:
        """Decide on the view. Raises Refused or an InventoryError, and nothing changes then."""


def found(view: View, key: DocumentKey, kind: type[D]) -> D | None:
    """Return the document of a key, or None where there is none."""
    document = view.document(key)
    assert document is None or isinstance(document, kind), document
    return document


def required(
    view: View,
    key: DocumentKey,
    kind: type[D],
    *,
    states: Collection[StrEnum] | None = None,
    field: Field = ("id",),
) -> D:
    """Return the document of a key. Raises UnknownDocument, or WrongState where it is in none of the states."""
    document = found(view, key, kind)
    if document is None:
        raise unknown(key, field=field)
    if states is not None and cast("_Stateful", document).state not in states:
        raise wrong_state(cast("_Stateful", document))
    return document


def unknown(key: DocumentKey, *, field: Field = ("id",)) -> UnknownDocument:
    """Return the error of a key that names no document."""
    return UnknownDocument(kind=key.kind.value, id=key.id, field=field)


def wrong_state(document: "_Stateful") -> WrongState:
    """Return the error of a document whose state does not allow the request."""
    reference = getattr(document, "reference", None)
    return WrongState(kind=document.kind.value, id=document.id, state=document.state.value, reference=reference)


class _Stateful(Protocol):
    kind: ClassVar[DocumentKind]

    @property
    def id(self) -> str: ...
    @property
    def state(self) -> StrEnum: ...
