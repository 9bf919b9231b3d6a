"""Writes the levels of a batch: new ones whole, others as increments.

Rule: a level's shortfall, or oversold units, grow only where a change was allowed that. Else the validator of the
collection refuses an update that takes more than there is, whatever the commands decided.
"""

from operator import attrgetter

from pymongo import UpdateOne

from app.domain.command_batch import BatchState, CommandBatch
from app.domain.replenishment.policy import NO_POLICY
from app.domain.stock.level import Level
from app.domain.stock.level_change import Allowance
from app.services.time_slices import in_turns
from app.store.client import BsonDocument, Database, Session
from app.store.mapping import names
from app.store.mapping.levels import RARE_COUNTS, debts, level_document, level_id, rare_fields
from app.store.writer.conditional_update import update_unchanged

_COUNTS = ("on_hand", "reserved", "unavailable", "incoming", *RARE_COUNTS)
_counts = attrgetter(*_COUNTS)  # at once: this runs for each level of each batch


async def write_levels(database: Database, batch: CommandBatch, state: BatchState, *, session: Session) -> None:
    """Write every level that the batch changed. Raises LostRaceError and the driver's errors."""
    increments = [
        _increment(before, batch.levels[key], batch.allowances.get(key, Allowance.NONE))
        for key, before in state.levels.items()
        if key in batch.levels
    ]
    if increments:
        await update_unchanged(database, names.LEVELS, increments, session=session)
    if begun := [level for key, level in batch.levels.items() if key not in state.levels]:
        documents = await in_turns(begun, lambda level: level_document(level, item=batch.known_item(level.key.sku)))
        await database[names.LEVELS].insert_many(documents, ordered=False, session=session)
        # Makes a new level and a change of its item, some of whose fields the level repeats, exclude each other.
        marks = [UpdateOne({"_id": sku}, {"$inc": {"levels_begun": 1}}) for sku in {level.key.sku for level in begun}]
        await database[names.ITEMS].bulk_write(marks, ordered=False, session=session)


def _increment(before: Level, after: Level, allowance: Allowance) -> BsonDocument:
    taken = before.on_hand - after.on_hand
    change: BsonDocument = {"version": after.version - before.version}
    for name, old, new in zip(_COUNTS, _counts(before), _counts(after), strict=True):
        if new != old:
            change[name] = new - old
    update: BsonDocument = {
        "$inc": change,
        "$set": {
            "status": str(after.status),
            "reorder_point": after.reorder_point,
            "backorder_limit": after.backorder_limit,
            "changed_at": after.changed_at,
            "counted_at": after.counted_at,
        },
    }
    if after.alerts is not before.alerts or _has_rare_fields(before) or _has_rare_fields(after):
        _rewrite_rare_fields(update, before, after)
    least = taken
    if after.free < 0 or before.free < 0:
        least -= _note_debts(update, before, after, allowance)
    return {"q": {"_id": level_id(before.key), "version": before.version, "on_hand": {"$gte": least}}, "u": update}


def _note_debts(update: BsonDocument, before: Level, after: Level, allowance: Allowance) -> int:
    """Set the shortfall and the oversold units of the level; return the units that it may be oversold by."""
    noted: dict[str, int] = debts(after)
    if allowance < Allowance.SHORTFALL:
        noted["shortfall"] = min(noted["shortfall"], before.shortfall)
    if allowance < Allowance.OVERSALE:
        noted["oversold"] = min(noted["oversold"], before.oversold)
    update["$set"].update({name: units for name, units in noted.items() if units})
    if paid := dict.fromkeys([name for name, units in noted.items() if not units], ""):
        update.setdefault("$unset", {}).update(paid)
    return noted["oversold"]


def _has_rare_fields(level: Level) -> bool:
    return level.policy is not NO_POLICY or level.declined is not None or level.closed


def _rewrite_rare_fields(update: BsonDocument, before: Level, after: Level) -> None:
    old, new = rare_fields(before), rare_fields(after)
    changed = {name: value for name, value in new.items() if value != old[name]}
    update["$set"].update({name: value for name, value in changed.items() if value})
    if emptied := dict.fromkeys([name for name, value in changed.items() if not value], ""):
        update.setdefault("$unset", {}).update(emptied)
