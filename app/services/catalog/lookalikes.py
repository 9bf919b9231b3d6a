"""Warnings of an accepted change that resembles another entry of the catalog.

Rule: a warning costs one index lookup for each name that may resemble another, whatever the size of the catalog.
"""

import asyncio
from collections.abc import Iterator, Mapping, Sequence

from app.domain.catalog.catalog import Item
from app.domain.catalog.commands.upsert_item import ItemChange
from app.domain.catalog.search import entries_of_facts
from app.domain.catalog.warning import (
    InputWarning,
    barcode_warnings,
    similar_among,
    similar_code,
    similar_sku,
    similar_text,
)
from app.domain.folding import alike
from app.domain.limits import MAX_WARNINGS
from app.domain.partial_update import Unchanged
from app.services.ports import CatalogReader

MAX_SPELLINGS = 32  # of tags and categories that one request is looked up for
_Spelled = Mapping[str, str]  # how a tag or a category is spelled elsewhere, by its entry in the index


class Lookalikes:
    """Finds entries that resemble changed ones."""

    def __init__(self, catalog: CatalogReader) -> None:
        self._catalog = catalog

    async def of_items(self, changes: Sequence[ItemChange]) -> Sequence[tuple[InputWarning, ...]]:
        """Return the warnings of each change that was accepted, in their order."""
        twins, spelled = await asyncio.gather(self._twins(changes), self._spelled(changes))
        return [tuple(_warnings(change, twins, spelled))[:MAX_WARNINGS] for change in changes]

    async def of_location(self, code: str) -> tuple[InputWarning, ...]:
        """Return the warnings of a location that was changed."""
        found = await self._catalog.locations_alike(code)
        own = [location for location in found if location.code == code]
        is_new = any(location.created_at == location.updated_at for location in own)
        return tuple(similar_code("location", code, each.code) for each in found if is_new and each.code != code)[
            :MAX_WARNINGS
        ]

    async def _twins(self, changes: Sequence[ItemChange]) -> Mapping[str, Sequence[Item]]:
        """Return the items of SKUs that are alike, by their common key."""
        keys = list({alike(change.sku) for change in changes if not isinstance(change.name, Unchanged)})
        twins: dict[str, list[Item]] = {}
        for item in await self._catalog.items_alike(keys) if keys else ():
            twins.setdefault(alike(item.sku), []).append(item)
        return twins

    async def _spelled(self, changes: Sequence[ItemChange]) -> _Spelled:
        """Return how other items spell the tags and categories of the changes, where one of them shows it."""
        entries = dict.fromkeys(entry for change in changes for entry, *_ in _texts(change))
        wanted, skus = list(entries)[:MAX_SPELLINGS], [change.sku for change in changes]
        found = await asyncio.gather(*(self._catalog.item_with(entry, besides=skus) for entry in wanted))
        return {
            entry: text
            for entry, item in zip(wanted, found, strict=True)
            if item is not None
            for text in (*item.tags, *([] if item.category is None else [item.category]))
            if entry in (_entry_of_tag(text), _entry_of_category(text))
        }


def _warnings(change: ItemChange, twins: Mapping[str, Sequence[Item]], spelled: _Spelled) -> Iterator[InputWarning]:
    alikes = twins.get(alike(change.sku), ())
    if any(item.sku == change.sku and item.created_at == item.updated_at for item in alikes):  # it is new
        yield from (similar_sku(change.sku, item.sku) for item in alikes if item.sku != change.sku)
    if not isinstance(change.barcodes, Unchanged):
        yield from barcode_warnings(change.barcodes)
    if not isinstance(change.tags, Unchanged):
        yield from similar_among(change.tags, what="The tag", field=("tags",))
    yield from (
        similar_text(what, text, spelled[entry], field)
        for entry, what, text, field in _texts(change)
        if spelled.get(entry, text) != text
    )


def _texts(change: ItemChange) -> Iterator[tuple[str, str, str, tuple[str, ...]]]:
    """Yield the tags and the category of a change: entry in the index, sort, text, and path in the input."""
    if isinstance(change.category, str):
        yield _entry_of_category(change.category), "The category", change.category, ("category",)
    if not isinstance(change.tags, Unchanged):
        for index, tag in enumerate(change.tags):
            yield _entry_of_tag(tag), "The tag", tag, ("tags", str(index))


def _entry_of_category(text: str) -> str:
    [entry] = entries_of_facts(category=text, tags=(), barcodes=())
    return entry


def _entry_of_tag(text: str) -> str:
    [entry] = entries_of_facts(category=None, tags=(text,), barcodes=())
    return entry
