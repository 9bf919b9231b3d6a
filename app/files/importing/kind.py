"""What every kind of import says about itself: its columns, and what becomes of a row."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from app.domain.errors import InventoryError
from app.files.importing.cells import Cells


class Entry(Protocol):
    """A row that was understood."""

    @property
    def name(self) -> str:
        """What the row is about. A file names it once."""

    @property
    def sku(self) -> str:
        """The item that it names."""

    @property
    def location(self) -> str | None:
        """The location that it names, if it names one."""

    def faults(self) -> Iterator[InventoryError]:
        """Yield what the rules say against it, whatever the state of the server."""

    def new_item_fault(self) -> InventoryError | None:
        """Return what the rules say against it where its item does not exist yet."""

    def to_input(self) -> dict[str, Any]:
        """Return it in the words of the API."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """A kind of import.

    `ignored` are columns that a file may have, but that say nothing. `read` may raise BadCell. `columns_by_field` has
    the columns that the API calls otherwise. `mutation` calls its result `outcome`, and takes the entries as
    `lines_field`.
    """

    name: str
    required: tuple[str, ...]
    optional: tuple[str, ...]
    ignored: tuple[str, ...] = ()
    read: Callable[[Cells], Entry]
    columns_by_field: Mapping[str, str]
    mutation: str
    lines_field: str
