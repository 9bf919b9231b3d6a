"""The outcome of a command as a principal may read it that sees a part of the stock.

Rule: also an outcome of the past, when the principal saw more, shows no more than is visible now.
"""

from collections.abc import Callable, Iterator
from operator import itemgetter
from typing import cast

from msgspec import structs

from app.domain.access.limited_errors import ShowsItem, limited_error
from app.domain.access.visibility import Visibility
from app.domain.document import Document
from app.domain.errors import AnyInventoryError, InventoryError, UnknownItem, UnknownLocation
from app.domain.operation import Operation
from app.domain.outcome import Outcome, Present
from app.domain.stock.level import LevelKey

LINE_BY_LINE = frozenset({"stockAdjustMany", "stockSetMany"})  # their answers pair movements with the request's lines


def skus_of(outcome: Outcome) -> frozenset[str]:
    """Return the items whose categories decide what of an outcome is visible."""
    operation = outcome.operation
    about = (document.about_item for document in operation.documents)
    named = (getattr(error, "sku", None) for _, error in operation.refusals)
    return frozenset((*(key.sku for key, _ in operation.levels), *(sku for sku in (*about, *named) if sku is not None)))


def limited_outcome(outcome: Outcome, visibility: Visibility, *, shows_item: ShowsItem) -> Outcome:
    """Return what of an outcome is visible. A line of a request that is not counts as refused.

    The present state is that of its own levels and documents: it may come with those of the whole batch.
    """

    def shows(key: LevelKey) -> bool:
        return visibility.shows_location(key.location) and shows_item(key.sku)

    def shows_document(document: Document) -> bool:
        about = document.about_item
        return document.is_within(visibility) and (about is None or shows_item(about))

    operation, present, movements = outcome.operation, outcome.present, outcome.movements
    levels = tuple([each for each in operation.levels if shows(each[0])])
    documents = tuple([each for each in operation.documents if shows_document(each)])
    is_whole = len(levels) == len(operation.levels) and len(documents) == len(operation.documents)
    if not is_whole or operation.refusals:
        movements = tuple([each for each in movements if shows(each.after.key)])
        operation = structs.replace(
            operation,
            info=operation.info if levels or documents else structs.replace(operation.info, reverses=None),
            levels=levels,
            documents=documents,
            refusals=_refusals(operation, visibility, shows=shows, shows_item=shows_item),
        )
    if present is not None:
        known, kept = present.levels, present.documents
        present = Present(
            levels={key: known[key] for key, _ in levels if key in known},
            documents={now.key: now for each in documents if (now := kept.get(each.key)) and shows_document(now)},
        )
    return Outcome(operation=operation, movements=movements, replayed=outcome.replayed, present=present)


def _refusals(
    operation: Operation, visibility: Visibility, *, shows: Callable[[LevelKey], bool], shows_item: ShowsItem
) -> tuple[tuple[int, AnyInventoryError], ...]:
    """Return the refused lines of a request, those that are not visible among them."""
    refusals: dict[int, InventoryError] = {
        line: limited_error(error, visibility, shows_item=shows_item) for line, error in operation.refusals
    }
    if operation.info.kind in LINE_BY_LINE:
        refusals |= {
            line: _refusal(key, visibility).at("lines", str(line)) for line, key in _lines(operation) if not shows(key)
        }
    return cast("tuple[tuple[int, AnyInventoryError], ...]", tuple(sorted(refusals.items(), key=itemgetter(0))))


def _lines(operation: Operation) -> Iterator[tuple[int, LevelKey]]:
    """Yield the accepted lines of a request, by their index in it, and the level of each.

    Where some are in the archive of the ledger nothing says which index the others had, so that there is none.
    """
    if operation.archived_lines:
        return iter(())
    refused = dict(operation.refusals)
    accepted = (line for line in range(len(refused) + len(operation.levels)) if line not in refused)
    return ((line, key) for line, (key, _) in zip(accepted, operation.levels, strict=True))


def _refusal(key: LevelKey, visibility: Visibility) -> InventoryError:
    if not visibility.shows_location(key.location):
        return UnknownLocation(location=key.location, field=("location",))
    return UnknownItem(sku=key.sku, field=("sku",))
