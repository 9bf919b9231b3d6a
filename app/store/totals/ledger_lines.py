"""The lines of the ledger behind an offset, and the states of levels that they tell.

Rule: one line tells what its level was before and after it, except for a status whose settings it changed.
"""

from collections.abc import Collection, Iterable
from typing import NamedTuple

from app.domain.stock.kept_totals import LevelState, status_of
from app.domain.stock.level import LevelKey
from app.domain.time import Moment
from app.services.live.ledger_offset import LedgerOffset
from app.store.driver.client import BsonDocument, Database, Session
from app.store.mapping import names
from app.store.mapping.ledger import movement_id
from app.store.queries.level_lines import lines_at
from app.store.readers.ledger.ledger_tail import conditions_behind
from app.store.readers.ledger.tail_sources import LINES

_FIELDS = dict.fromkeys(("sku", "location", "version", "writer", names.RECORDED_AT, "change", "after"), 1)
_MAX_WRITERS = 100_000


class LinesBehind(NamedTuple):
    """Lines in order, the offset behind them, and whether nothing was left."""

    lines: list[BsonDocument]
    offset: LedgerOffset
    is_complete: bool


async def lines_behind(
    database: Database, after: LedgerOffset, *, base: Moment, older: Collection[str], limit: int, session: Session
) -> LinesBehind:
    """Read the next lines in the session's snapshot, which has every line before `base`.

    `older` are writers that the registry may have forgotten.
    """
    entries = database[names.WRITERS].find({}, {"_id": 1}, session=session, batch_size=_MAX_WRITERS)
    unnamed = {*older, *[entry["_id"] for entry in await entries.to_list(None)]} - after.reached.keys()
    where = conditions_behind(LINES, after, unnamed)
    found: list[BsonDocument] = []
    if where:
        cursor = database[LINES.collection].find(
            {"$or": where},
            _FIELDS,
            sort=[(LINES.moment, 1)],
            limit=limit,
            batch_size=limit + 1,
            hint="in_order_of_writer",
            session=session,
        )
        found = await cursor.to_list(None)
    is_cut = len(found) == limit
    reached = dict(after.reached)
    for line in found:
        reached[line["writer"]] = Moment(line[LINES.moment])  # they come in the order of their moments
    base = max(after.base, min(base, Moment(found[-1][LINES.moment])) if is_cut else base)
    offset = LedgerOffset(base=base, reached={writer: moment for writer, moment in reached.items() if moment >= base})
    return LinesBehind(found, offset, is_complete=not is_cut)


async def former_states(
    database: Database, lines: Iterable[BsonDocument], *, session: Session
) -> dict[str, LevelState | None]:
    """Return by the id of each line what its level was before it; None where it did not exist."""
    states: dict[str, LevelState | None] = {}
    unknown: dict[str, str] = {}
    versions: list[tuple[LevelKey, int]] = []
    for line in lines:
        if line["version"] == 1:
            states[line["_id"]] = None
        elif "reorder_point" in line["change"] or "closed" in line["change"]:
            versions.append((LevelKey(line["sku"], line["location"]), line["version"] - 1))
            unknown[movement_id(*versions[-1])] = line["_id"]
        else:
            states[line["_id"]] = _state(line["after"], line["change"])
    if unknown:
        found = database[names.MOVEMENTS].find(
            lines_at(versions), {"after": 1}, batch_size=len(versions) + 1, hint="_id_", session=session
        )
        states |= {unknown[line["_id"]]: _state(line["after"], {}) for line in await found.to_list(None)}
    return states


def state_after(line: BsonDocument) -> LevelState:
    """Return what the level was after a line."""
    return _state(line["after"], {})


def _state(after: BsonDocument, change: BsonDocument) -> LevelState:
    """Return a level as it was before the change that led to these counts; its settings are those after it."""
    get = after.get
    on_hand, reserved, backordered = get("on_hand", 0), get("reserved", 0), get("backordered", 0)
    unavailable = get("damaged", 0) + get("quality_control", 0) + get("safety", 0) + get("other", 0)
    incoming = get("incoming", 0)
    for name, units in change.items():
        match name:
            case "on_hand":
                on_hand -= units
            case "reserved":
                reserved -= units
            case "backordered":
                backordered -= units
            case "incoming":
                incoming -= units
            case "damaged" | "quality_control" | "safety" | "other":
                unavailable -= units
    status = status_of(
        on_hand - reserved - unavailable - backordered,
        reorder_point=get("reorder_point", 0),
        is_closed=get("closed", False),
    )
    return LevelState(on_hand, reserved, unavailable, backordered, incoming, status)
