"""What every kind of import says about itself: its columns, and what becomes of a row."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple, Protocol

from app.client.files.importing.reading.cells import Cells
from app.domain.catalog.warning import InputWarning
from app.domain.errors import InventoryError

Present = Mapping[str, Any]  # what the API says of what a row is about, as the kind's `present_fields` ask for it


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportTerms:
    """How rows are applied: whatever is recorded, or only what differs because the file was imported before."""

    is_forced: bool = False
    is_repeat: bool = False


class Difference(NamedTuple):
    """A cell that would change something: its column, and the value before and after; None where there is none."""

    column: str
    old: object
    new: object


class ImportedRow(Protocol):
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

    @property
    def barcodes(self) -> Sequence[str] | None:
        """All barcodes that its item is to have; None where it says nothing of them."""

    def validate(self) -> Iterator[InventoryError]:
        """Yield what the rules say against it, whatever the state of the server."""

    def warnings(self) -> Iterator[InputWarning]:
        """Yield what may be a slip in it, as far as the row alone tells."""

    def new_item_error(self) -> InventoryError | None:
        """Return what the rules say against it where its item does not exist yet."""

    def loss_error(self, present: Present | None) -> InventoryError | None:
        """Return what the rules say against it where it would take something from what is recorded."""

    def winds_down(self, present: Present | None) -> bool:
        """Tell whether it only records less than there is, which is done of what is archived, too."""

    def differences(self, present: Present | None) -> Iterator[Difference]:
        """Yield what it would change of what is recorded; `present` is None where nothing is."""

    def stale_error(self, present: Present | None, terms: ImportTerms) -> str | None:
        """Return why it is too old to be applied, if it is."""

    def to_input(self, terms: ImportTerms) -> dict[str, Any]:
        """Return it in the words of the API."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """A kind of import.

    A `thing` that has moved since it was exported is refused by the API with `stale_code`.
    `ignored` are columns that a file may have, but that say nothing. `read` may raise BadCell. `columns_by_field` has
    the columns that the API calls otherwise. `mutation` calls its result `outcome`, takes the entries as
    `lines_field`, and reads errors by the fragment `Why`. `present_fields` are what a rehearsal reads of an entry.
    """

    name: str
    thing: str
    stale_code: str
    required: tuple[str, ...]
    optional: tuple[str, ...]
    ignored: tuple[str, ...] = ()
    read: Callable[[Cells], ImportedRow]
    columns_by_field: Mapping[str, str]
    mutation: str
    lines_field: str
    present_fields: str

    def moved_since(self, expected: object, actual: object) -> str:
        """Return why a row of an export is too old to be applied; both are versions."""
        if actual == 0:
            return (
                f"version: There is no such {self.thing} here, and the file has version {expected} of it. A "
                "spreadsheet may have changed its name; give --force to create it."
            )
        return (
            f"version: The {self.thing} has moved since it was exported: it is at version {actual}, the file has "
            f"{expected}. Export it again, or give --force to set it whatever has happened since."
        )
