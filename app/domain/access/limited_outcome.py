"""The outcome of a command as a principal may read it that sees a part of the stock.

Rule: also an outcome of the past, when the principal saw more, shows no more than is visible now.
"""

from collections.abc import Iterator
from typing import cast

from msgspec import structs

from app.domain.access.limited_errors import ShowsItem, limited_error
from app.domain.access.visibility import Visibility
from app.domain.command_batch import Outcome, Present
from app.domain.document import Document
from app.domain.errors import AnyInventoryError, InventoryError, UnknownItem, UnknownLocation
from app.domain.operation import Operation
from app.domain.stock.level import LevelKey

LINE_BY_LINE = frozenset({"stockAdjustMany", "stockSetMany"})  # their answers pair movements with the request's lines


def skus_of(outcome: Outcome) -> frozenset[str]:
    """Return the items whose categories decide what of an outcome is visible."""
    present = () if outcome.present is None else (*outcome.present.documents.values(),)
    about = (document.about_item for document in (*outcome.operation.documents, *present))
    named = (getattr(error, "sku", None) for _, error in outcome.operation.refusals)
    levels = () if outcome.present is None else outcome.present.levels
    return frozenset(
        (
            *(key.sku for key, _ in outcome.operation.levels),
            *(key.sku for key in levels),
            *(sku for sku in (*about, *named) if sku is not None),
        )
    )


def limited_outcome(outcome: Outcome, visibility: Visibility, *, shows_item: ShowsItem) -> Outcome:
    """Return what of an outcome is visible. A line of a request that is not counts as refused."""

    def shows(key: LevelKey) -> bool:
        return visibility.shows_location(key.location) and shows_item(key.sku)

    def shows_document(document: Document) -> bool:
        about = document.about_item
        return document.is_within(visibility) and (about is None or shows_item(about))

    operation, present = outcome.operation, outcome.present
    refusals: dict[int, InventoryError] = {
        line: limited_error(error, visibility, shows_item=shows_item) for line, error in operation.refusals
    }
    if operation.info.kind in LINE_BY_LINE:
        refusals |= {
            line: _refusal(key, visibility).at("lines", str(line)) for line, key in _lines(operation) if not shows(key)
        }
    levels = tuple([each for each in operation.levels if shows(each[0])])
    documents = tuple(filter(shows_document, operation.documents))
    return structs.replace(
        outcome,
        operation=structs.replace(
            operation,
            info=operation.info if levels or documents else structs.replace(operation.info, reverses=None),
            levels=levels,
            documents=documents,
            refusals=cast("tuple[tuple[int, AnyInventoryError], ...]", tuple(sorted(refusals.items()))),
        ),
        movements=tuple([each for each in outcome.movements if shows(each.after.key)]),
        present=None
        if present is None
        else Present(
            levels={key: level for key, level in present.levels.items() if shows(key)},
            documents={key: each for key, each in present.documents.items() if shows_document(each)},
        ),
    )


def _lines(operation: Operation) -> Iterator[tuple[int, LevelKey]]:
    """Yield the accepted lines of a request, by their index in it, and the level of each."""
    refused = dict(operation.refusals)
    accepted = (line for line in range(len(refused) + len(operation.levels)) if line not in refused)
    return ((line, key) for line, (key, _) in zip(accepted, operation.levels, strict=True))


def _refusal(key: LevelKey, visibility: Visibility) -> InventoryError:
    if not visibility.shows_location(key.location):
        return UnknownLocation(location=key.location, field=("location",))
    return UnknownItem(sku=key.sku, field=("sku",))
