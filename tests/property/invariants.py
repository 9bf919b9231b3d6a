"""Everything that a store promises of all that it holds, whatever was done to it."""

from collections import Counter, defaultdict
from collections.abc import Mapping

from app.domain.catalog.barcode import Barcode
from app.domain.counting.count import Count, CountState, CountTotals
from app.domain.counting.count_line import CountLine
from app.domain.live.level_delta import LevelDelta
from app.domain.stock.level import Level, LevelKey
from app.domain.stock.movement import Movement, MovementReason
from tests.support.alerts import check_alerts
from tests.support.purchases import check_orders
from tests.support.reservations import check_promises
from tests.support.store import Contents, Store
from tests.support.transfers import check_transfers


async def check_everything(store: Store) -> Contents:
    """Prove every promise, and return what the store holds.

    The ledger explains each level, and no count is ever negative; levels reserve what open reservations hold, and have
    backordered what they wait for; what is incoming is on its way, what is planned stands on a draft, and no unit is
    lost there; counts add up to their lines; a barcode stands for the item that has it; each crossing of a threshold
    has opened or closed one alert; what those who watch a level hear of each change leads from level to level.
    """
    contents = await check_transfers(store)
    check_promises(contents)
    check_orders(contents)
    check_conservation(contents)
    check_counts(contents)
    check_barcodes(contents)
    check_alerts(contents)
    check_deltas(contents)
    return contents


def check_conservation(contents: Contents) -> None:
    """Prove that no operation makes units by moving them: what leaves one level is on hand or incoming at another."""
    moved: Counter[tuple[str, str]] = Counter()
    for line in contents.movements:
        if line.reason is MovementReason.TRANSFER:
            moved[line.operation_id, line.after.key.sku] += line.change.on_hand + line.change.incoming
    assert not any(moved.values()), {said: units for said, units in moved.items() if units}


def check_counts(contents: Contents) -> None:
    """Prove that each count adds up to its lines, and that each posted line is the one movement that it names."""
    movements = {(line.after.key, line.after.version): line for line in contents.movements}
    lines: dict[str, list[CountLine]] = defaultdict(list)
    for document in contents.documents:
        if isinstance(document, CountLine):
            lines[document.count].append(document)
            check_posted(document, movements)
    counts = {document.id: document for document in contents.documents if isinstance(document, Count)}
    assert lines.keys() <= counts.keys()
    for count in counts.values():
        check_count(count, lines[count.id])


def check_posted(line: CountLine, movements: Mapping[tuple[LevelKey, int], Movement]) -> None:
    """Prove that a line is posted by the movement that it names, or not at all."""
    if line.posted_version is None:
        assert line.posted_units is None, line
        return
    movement = movements[line.level_key, line.posted_version]
    assert movement.reason is MovementReason.COUNT, line
    assert movement.change.on_hand == line.posted_units, line


def check_count(count: Count, lines: list[CountLine]) -> None:
    """Prove that a count is the sum of its lines, and that its state says how many of them are posted."""
    totals = CountTotals()
    for line in lines:
        totals = totals.changed(None, line)
    assert count.totals == totals, count
    assert count.lines == len(lines), count
    assert count.entries == sum(len(line.entries) for line in lines), count
    assert count.lines_posted == sum(line.is_posted for line in lines), count
    match count.state:
        case CountState.OPEN | CountState.CANCELLED:
            assert count.lines_posted == 0, count
        case CountState.POSTED:
            assert count.lines_posted == count.lines, count


def check_barcodes(contents: Contents) -> None:
    """Prove that items and barcodes name each other, and so that no barcode stands for two items."""
    barcodes = {document.id: document.sku for document in contents.documents if isinstance(document, Barcode)}
    assert {code: sku for code, sku in barcodes.items() if sku is not None} == {
        code: item.sku for item in contents.items for code in item.barcodes
    }
    assert all(barcodes[code] == item.sku for item in contents.items for code in item.barcodes)


def check_deltas(contents: Contents) -> None:
    """Prove that each line's delta is the difference of the levels, and that deltas add up over any lines."""
    levels: dict[LevelKey, Level] = {}
    whole: dict[LevelKey, LevelDelta] = {}
    for line in sorted(contents.movements, key=lambda each: (each.after.key, each.after.version)):
        key, delta = line.after.key, LevelDelta.of(line)
        before = levels.get(key, Level(key=key))
        assert delta == difference(before, line.after), line
        levels[key] = line.after
        whole[key] = whole[key].then(delta) if key in whole else delta
    for key, delta in whole.items():
        assert delta == difference(Level(key=key), levels[key]), key


def difference(before: Level, after: Level) -> LevelDelta:
    """Return the difference of two levels, quantity by quantity."""
    return LevelDelta(
        since=before.version,
        on_hand=after.on_hand - before.on_hand,
        reserved=after.reserved - before.reserved,
        unavailable=after.unavailable - before.unavailable,
        incoming=after.incoming - before.incoming,
        backordered=after.backordered - before.backordered,
        available=after.available - before.available,
    )
