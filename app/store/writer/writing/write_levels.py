"""Writes the levels of a batch: new ones whole, others as increments, and those that change alike in one statement.

Rule: a level's shortfall, or oversold units, grow only where a change was allowed that. Else the validator of the
collection refuses an update that takes more than there is, whatever the commands decided.
"""

from collections.abc import Iterable, Sequence
from operator import attrgetter, sub
from typing import Any, NamedTuple

from app.domain.command_batch import CommandBatch
from app.domain.replenishment.policy import NO_POLICY
from app.domain.stock.level import Level, LevelKey
from app.domain.stock.level_change import Allowance
from app.store.driver.client import BsonDocument
from app.store.mapping import names
from app.store.mapping.catalog import item_fields_on_level, stored_item_fields
from app.store.mapping.levels import RARE_COUNTS, debts, level_id, new_level_document, rare_fields
from app.store.sharding.conditions import of_levels
from app.store.writer.reading.read_batch_state import ReadState
from app.store.writer.writing.statements import Statement, inserts, update

_COUNTS = ("on_hand", "reserved", "unavailable", "incoming", *RARE_COUNTS)
_SETTINGS = ("status", "reorder_point", "backorder_limit", "changed_at", "counted_at")
_counts, _settings = attrgetter(*_COUNTS), attrgetter(*_SETTINGS)  # at once: this runs for each level of each batch


class _Change(NamedTuple):
    """What levels that change alike have in common.

    `least` is how many units must be on hand before the change: None where it takes none. `archived_as_known` is
    whether the item of a level that comes from the cache is archived; None where this transaction has read the level.
    """

    versions: int
    counts: tuple[int, ...]  # the differences, as _COUNTS
    settings: tuple[Any, ...]  # after the change, as _SETTINGS; None where it is as it was
    least: int | None
    archived_as_known: bool | None


def level_statements(batch: CommandBatch, read: ReadState) -> list[Statement]:
    """Return the statements that write every level that the batch changed."""
    statements: list[Statement] = []
    if updated := [key for key in batch.levels if key in read.state.levels]:
        statements.append(update(names.LEVELS, level_updates(batch, read, updated), matches=len(updated)))
    if begun := [level for key, level in batch.levels.items() if key not in read.state.levels]:
        documents = (new_level_document(each, item_fields=_item_fields(batch, read, each.key.sku)) for each in begun)
        # Makes a new level and a change of its item, some of whose fields the level repeats, exclude each other.
        skus = dict.fromkeys(level.key.sku for level in begun)
        marks = {"q": {"_id": {"$in": list(skus)}}, "u": {"$inc": {"levels_begun": 1}}, "multi": True}
        statements += [
            *inserts(names.LEVELS, documents, count=len(begun)),
            update(names.ITEMS, [marks], matches=len(skus)),
        ]
    return statements


def _item_fields(batch: CommandBatch, read: ReadState, sku: str) -> BsonDocument:
    stored = None if sku in batch.items else stored_item_fields(read.stored_items[sku])
    return item_fields_on_level(batch.known_item(sku)) if stored is None else stored


def level_updates(batch: CommandBatch, read: ReadState, keys: Iterable[LevelKey]) -> list[BsonDocument]:
    """Return the statements that update these levels: one for all that change alike, however many they are."""
    state, cached = read.state, read.cached
    statements: list[BsonDocument] = []
    alike: dict[_Change, list[Level]] = {}
    for key in keys:
        before, after = state.levels[key], batch.levels[key]
        archived_as_known = key.sku in state.archived_items if key in cached else None
        if _is_plain(before, after):
            alike.setdefault(_change(before, after, archived_as_known), []).append(before)
        else:
            allowance = batch.allowances.get(key, Allowance.NONE)
            statements.append(_update(before, after, allowance, archived_as_known, read.is_sharded))
    statements += [_update_alike(change, levels, read.is_sharded) for change, levels in alike.items()]
    return statements


def _is_plain(before: Level, after: Level) -> bool:
    """Tell whether only counts and settings change, and none of the fields that few levels have."""
    return (
        after.alerts is before.alerts
        and after.free >= 0 <= before.free
        and not _has_rare_fields(before)
        and not _has_rare_fields(after)
    )


def _change(before: Level, after: Level, archived_as_known: bool | None) -> _Change:
    taken = before.on_hand - after.on_hand
    return _Change(
        after.version - before.version,
        tuple(map(sub, _counts(after), _counts(before))),
        tuple([None if new == old else new for old, new in zip(_settings(before), _settings(after), strict=True)]),
        taken if taken > 0 else None,
        archived_as_known,
    )


def _update_alike(change: _Change, levels: Sequence[Level], is_sharded: bool) -> BsonDocument:
    """Return the statement that updates levels which change alike.

    The server updates a document fastest by its id alone, and a level that this transaction has read needs no more: no
    other transaction can have changed it since the snapshot. A condition costs as much as the update, once per
    statement. Only mongos needs one more, to know the shard.
    """
    is_cached = change.archived_as_known is not None
    increments: BsonDocument = {"version": change.versions}
    increments |= {name: count for name, count in zip(_COUNTS, change.counts, strict=True) if count}
    changes: BsonDocument = {"$inc": increments}
    if settings := {name: value for name, value in zip(_SETTINGS, change.settings, strict=True) if value is not None}:
        changes["$set"] = settings
    if len(levels) == 1:
        [level] = levels
        where: BsonDocument = {"_id": level_id(level.key)}
        if is_cached:
            where["version"] = level.version
    else:
        where = {"_id": {"$in": [level_id(level.key) for level in levels]}}
    if is_cached:
        where["is_item_archived"] = change.archived_as_known
    if change.least is not None and (is_cached or len(levels) > 1):
        where["on_hand"] = {"$gte": change.least}
    statement = {"q": where, "u": changes, "multi": len(levels) > 1}
    if is_sharded:
        where |= of_levels(level.key for level in levels)
        statement["hint"] = "_id_"
    return statement


def _update(
    before: Level,
    after: Level,
    allowance: Allowance,
    archived_as_known: bool | None,
    is_sharded: bool,
) -> BsonDocument:
    """Return the statement that updates a level with some of the fields that few levels have."""
    change: BsonDocument = {"version": after.version - before.version}
    for name, old, new in zip(_COUNTS, _counts(before), _counts(after), strict=True):
        if new != old:
            change[name] = new - old
    changes: BsonDocument = {"$inc": change, "$set": dict(zip(_SETTINGS, _settings(after), strict=True))}
    if after.alerts is not before.alerts or _has_rare_fields(before) or _has_rare_fields(after):
        _rewrite_rare_fields(changes, before, after)
    least = before.on_hand - after.on_hand
    if after.free < 0 or before.free < 0:
        least -= _note_debts(changes, before, after, allowance)
    where = {"_id": level_id(before.key), "version": before.version, "on_hand": {"$gte": least}}
    if archived_as_known is not None:
        where["is_item_archived"] = archived_as_known
    if is_sharded:
        where |= of_levels([before.key])
    return {"q": where, "u": changes}


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
