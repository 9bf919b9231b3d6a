"""Totals as they are with all that they do not have yet, where that can be known from one snapshot."""

from collections.abc import Sequence
from typing import NamedTuple

from app.domain.time import Moment
from app.store.driver.client import BsonDocument, Database, Session
from app.store.totals.kept_documents import STATE, state_of
from app.store.totals.unapplied import Deltas, ReadLimits, read_unapplied
from app.store.writer.writer_registry import TRUSTED_MICROSECONDS


class CaughtUpTotals(NamedTuple):
    """The stored pages of the totals, and what is to be added to them."""

    pages: Sequence[BsonDocument]
    deltas: Deltas


async def caught_up(
    database: Database, documents: Sequence[BsonDocument], *, base: Moment, limits: ReadLimits, session: Session
) -> CaughtUpTotals | None:
    """Return the totals of these documents, the state among them, with what the session's snapshot has behind them.

    None where they are not complete, where more than the limits is missing, and where they are so far behind `base`
    that the registry may no longer name every writer of the lines between.
    """
    states = [document for document in documents if document["_id"] == STATE]
    if not states or (state := state_of(states[0])).built_to is not None:
        return None
    if base - state.offset.base > TRUSTED_MICROSECONDS:
        return None
    missing = await read_unapplied(
        database, state.offset, base=base, built_to=None, known={}, limits=limits, session=session
    )
    if not missing.is_complete:
        return None
    return CaughtUpTotals([document for document in documents if document["_id"] != STATE], missing.deltas)
