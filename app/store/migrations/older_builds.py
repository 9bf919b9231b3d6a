"""Keeps builds out that wrote the first format of the database (ADR 30): they know no format, and would not ask for it.

Rule: such a build cannot prepare the database. It first creates its indexes of levels, one of which exists here under
the same name with another key; the name of that key is what its operator reads.
"""

from typing import Final

from pymongo import ASCENDING, IndexModel
from pymongo.errors import OperationFailure

from app.store.driver.client import Database
from app.store.mapping import names

MESSAGE: Final = "this_database_was_upgraded_by_a_newer_version_of_Stockpulse"
ATTEMPTS: Final = 20  # against an older build that starts at the same moment, and creates its index once more

_FORMER_NAME: Final = "shortfall"  # of the index that is called in_shortfall now
_INDEX_NOT_FOUND: Final = 27  # mongod's error codes
_NAME_IS_TAKEN: Final = frozenset({85, 86})

OBSTACLE: Final = IndexModel(
    [(MESSAGE, ASCENDING)], name=_FORMER_NAME, partialFilterExpression={MESSAGE: {"$exists": True}}
)  # empty for ever


async def keep_out_older_builds(database: Database) -> None:
    """Put the obstacle in place of the former index, unless it is there. Raises the driver's errors."""
    levels = database[names.LEVELS]
    for attempt in range(ATTEMPTS):
        try:
            await levels.create_indexes([OBSTACLE])
        except OperationFailure as error:
            if error.code not in _NAME_IS_TAKEN or attempt == ATTEMPTS - 1:
                raise
        else:
            return
        try:
            await levels.drop_index(_FORMER_NAME)
        except OperationFailure as error:
            if error.code != _INDEX_NOT_FOUND:
                raise
