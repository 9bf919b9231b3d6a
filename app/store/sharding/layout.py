"""The indexes of a database that is divided over shards, or about to be.

Rule: a unique index must begin with the shard key. So the ledger of such a database refuses an operation that begins at
one level twice, where that of a whole one refuses it anywhere: the same request begins at the same level.
"""

from collections.abc import Mapping, Sequence
from typing import Final

from pymongo import ASCENDING, IndexModel

from app.store.driver.client import Database
from app.store.mapping import names
from app.store.queries.operations import BY_OPERATION, IN_LEDGER, IS_FIRST_LINE

ONCE_AT_LEVEL: Final = "once_at_level"  # also what tells that a database has this layout

_LEVEL: Final = (("location", ASCENDING), ("sku", ASCENDING))

_BY_OPERATION = IndexModel([(names.OPERATION_ID, ASCENDING)], name=BY_OPERATION, partialFilterExpression=IS_FIRST_LINE)
_ONCE_AT_LEVEL = IndexModel(
    [*_LEVEL, (names.OPERATION_ID, ASCENDING)],
    name=ONCE_AT_LEVEL,
    unique=True,
    partialFilterExpression=IS_FIRST_LINE,
)
_OF_SHARD_KEY = IndexModel([*_LEVEL], name="of_shard_key")  # a partial index cannot serve as that of the key

ADDED: Final[Mapping[str, Sequence[IndexModel]]] = {
    names.MOVEMENTS: (_ONCE_AT_LEVEL, _BY_OPERATION, _OF_SHARD_KEY),
    names.ALERTS: (IndexModel([*_LEVEL], name="of_level"),),
    names.OPERATIONS: (IndexModel([(names.FIRST_LOCATION, ASCENDING), ("_id", ASCENDING)], name="at_location"),),
    **{
        name: (IndexModel([("_id", "hashed")], name="by_hashed_id"),)
        for name in (
            *(names.RESERVATIONS, names.SALE_RETURNS, names.TRANSFERS, names.PURCHASE_ORDERS),
            *(names.PURCHASE_RECEIPTS, names.COUNTS, names.COUNT_LINES),
        )
    },
}


async def is_laid_out(database: Database) -> bool:
    """Return whether the database has the indexes of one over shards. Raises the driver's errors."""
    return ONCE_AT_LEVEL in await database[names.MOVEMENTS].index_information()


def laid_out(indexes: Mapping[str, Sequence[IndexModel]]) -> dict[str, Sequence[IndexModel]]:
    """Return the indexes of a database with this layout, from those of a whole one."""
    return {
        name: (*(index for index in of_it if index is not IN_LEDGER), *ADDED.get(name, ()))
        for name, of_it in indexes.items()
    }


async def lay_out(database: Database) -> None:
    """Replace the indexes of the ledger, and add those of the shard keys. No process may write meanwhile.

    An interrupted run is resumed, by this or by the start of a process. Raises the driver's errors.
    """
    if not await is_laid_out(database):
        await database[names.MOVEMENTS].drop_index(BY_OPERATION)
    for name, indexes in ADDED.items():
        await database[name].create_indexes(list(indexes))
