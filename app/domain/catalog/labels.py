"""Labels of items: the categories and tags in use, as people spelled them."""

from collections.abc import Iterable
from enum import StrEnum
from typing import Final

from app.domain.catalog.catalog import Item
from app.domain.folding import alike

MAX_LABELS: Final = 50  # more than a list of suggestions shows; each is one look into the index


class LabelKind(StrEnum):
    """What a label is. The values are the beginnings of index entries: never change one."""

    CATEGORY = "CATEGORY"
    TAG = "TAG"


def labels_of(item: Item, kind: LabelKind) -> Iterable[str]:
    """Return the labels of an item."""
    if kind is LabelKind.TAG:
        return item.tags
    return () if item.category is None else (item.category,)


def label_entry(kind: LabelKind, label: str) -> str:
    """Return the index entry of a label, or what the entries of all begin with that begin like this."""
    return f"{kind.value}:{alike(label)}"
