"""What the totals do not have yet: lines of the ledger behind their offset, and changes of items.

Rule: everything is read in one snapshot. Changes of items are taken only where every line before them is, so that the
levels in that snapshot are those that the totals, with these lines, have counted.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from operator import add, neg, sub

from app.domain.stock.availability import LevelStatus
from app.domain.stock.kept_totals import ItemFacts, LevelState, Part, Sums, TotalsKey, part_of, sums_of
from app.domain.time import Moment
from app.services.concurrency.time_slices import in_turns
from app.services.live.ledger_offset import LedgerOffset
from app.store.driver.client import BsonDocument, Database, Session
from app.store.mapping import names
from app.store.totals.item_changes import counted_facts, facts_of, read_item_changes
from app.store.totals.ledger_lines import former_states, lines_behind, state_after

_LEVEL_FIELDS = dict.fromkeys(
    (
        "sku",
        "location",
        "on_hand",
        "reserved",
        "unavailable",
        "backordered",
        "incoming",
        "status",
        "category",
        "unit_cost",
        "is_item_archived",
    ),
    1,
)

NO_FACTS = ItemFacts(None, None, False)  # of an item that is not there, which no rule allows

Deltas = Mapping[TotalsKey, Sums]
_Key = tuple[str, str | None, Part]


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadLimits:
    """How much is read at once: lines of the ledger, and changes of items."""

    lines: int
    item_changes: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Unapplied:
    """What is to be added to the totals, by the smallest groups; and what this includes.

    `offset` is behind its `lines`; `item_changes` are the ids of the changes, of the items `skus`. `is_complete` where
    nothing else was left.
    """

    deltas: Deltas
    offset: LedgerOffset
    lines: int
    item_changes: Sequence[str]
    skus: Collection[str]
    is_complete: bool


async def read_unapplied(
    database: Database,
    after: LedgerOffset,
    *,
    base: Moment,
    older: Collection[str] = (),
    built_to: str | None,
    known: dict[str, ItemFacts],
    limits: ReadLimits,
    session: Session,
) -> Unapplied:
    """Read on from an offset in the session's snapshot: see lines_behind.

    The totals have the levels of the locations up to `built_to`, of all where that is None. `known` caches the facts by
    which items count; this adds to it.
    """
    found = await lines_behind(database, after, base=base, older=older, limit=limits.lines, session=session)
    changed = [line for line in found.lines if built_to is None or line["location"] <= built_to]
    deltas = _Deltas()
    await _add_lines(deltas, database, changed, known=known, session=session)
    ids: Sequence[str] = ()
    skus: Collection[str] = ()
    is_complete = found.is_complete
    if is_complete:
        changes = await read_item_changes(database, limit=limits.item_changes, session=session)
        ids, skus, is_complete = changes.ids, changes.counted.keys(), not changes.is_cut
        if skus:
            await _add_items(deltas, database, changes.counted, built_to=built_to, session=session)
    return Unapplied(
        deltas=deltas.all(),
        offset=found.offset,
        lines=len(found.lines),
        item_changes=ids,
        skus=skus,
        is_complete=is_complete,
    )


class _Deltas:
    """Sums by group, while they are added up."""

    def __init__(self) -> None:
        self._sums: dict[_Key, list[int]] = {}  # plain keys: there are two for each line

    def move(
        self, location: str, before: LevelState | None, counted: ItemFacts, after: LevelState, facts: ItemFacts
    ) -> None:
        """Count a level as it is after a change, by these facts, and no longer as before, where it was counted."""
        part, sums = part_of(after, facts), sums_of(after, facts)
        if before is not None:
            part_before, sums_before = part_of(before, counted), sums_of(before, counted)
            if part_before == part and facts.category == counted.category:
                self._add((location, facts.category, part), map(sub, sums, sums_before))
                return
            self._add((location, counted.category, part_before), map(neg, sums_before))
        self._add((location, facts.category, part), sums)

    def all(self) -> Deltas:
        """Return those that are not all zero."""
        return {TotalsKey._make(key): Sums._make(sums) for key, sums in self._sums.items() if any(sums)}

    def _add(self, key: _Key, more: Iterable[int]) -> None:
        sums = self._sums.get(key)
        if sums is None:
            self._sums[key] = [*more]
        else:
            sums[:] = map(add, sums, more)


async def _add_lines(
    deltas: _Deltas, database: Database, lines: Sequence[BsonDocument], *, known: dict[str, ItemFacts], session: Session
) -> None:
    """Add what each level was after its last line, less what it was before its first."""
    if not lines:
        return
    last = {(line["location"], line["sku"]): line for line in lines}
    first = {(line["location"], line["sku"]): line for line in reversed(lines)}
    if unknown := {sku for _, sku in last} - known.keys():
        known |= await counted_facts(database, unknown, session=session)
    former = await former_states(database, first.values(), session=session)

    def move(key: tuple[str, str]) -> None:
        location, sku = key
        facts = known.get(sku, NO_FACTS)
        deltas.move(location, former[first[key]["_id"]], facts, state_after(last[key]), facts)

    await in_turns(last, move)


async def _add_items(
    deltas: _Deltas,
    database: Database,
    counted: Mapping[str, ItemFacts],
    *,
    built_to: str | None,
    session: Session,
) -> None:
    """Let all levels of these items count by the facts that they have now, and no longer by those of before."""
    where: BsonDocument = {"sku": {"$in": list(counted)}}
    if built_to is not None:
        where["location"] = {"$lte": built_to}
    found = database[names.LEVELS].find(where, _LEVEL_FIELDS, hint="by_sku", session=session)

    def swap(document: BsonDocument) -> None:
        level, facts = _state_of(document), facts_of(document, archived="is_item_archived")
        deltas.move(document["location"], level, counted[document["sku"]], level, facts)

    await in_turns(await found.to_list(None), swap)


def _state_of(document: BsonDocument) -> LevelState:
    return LevelState(
        document["on_hand"],
        document["reserved"],
        document["unavailable"],
        document.get("backordered", 0),
        document["incoming"],
        LevelStatus(document["status"]),
    )
