"""The order of most lists: the newest first, and of one moment the greatest id."""

from collections.abc import Sequence
from typing import Final

from pymongo import ASCENDING, DESCENDING, IndexModel

from app.store.driver.client import BsonDocument

NEWEST_FIRST: Final = (("created_at", DESCENDING), ("_id", DESCENDING))


def newest(
    name: str,
    *fields: str,
    only: BsonDocument | None = None,
    order: Sequence[tuple[str, int]] = NEWEST_FIRST,
    compression: BsonDocument | None = None,
) -> IndexModel:
    """Return the index of a list that names these fields, in its order; with `only`, a partial one."""
    keys = [*((field, ASCENDING) for field in fields), *order]
    options = {"partialFilterExpression": only, "storageEngine": compression}
    return IndexModel(keys, name=name, **{option: value for option, value in options.items() if value is not None})
