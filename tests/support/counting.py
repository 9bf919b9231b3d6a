"""Words to count with: open a count, count items, post it, and look at its lines."""

from collections.abc import Sequence
from uuid import uuid4

from app.domain.catalog.commands.upsert_item import ItemChange
from app.domain.counting.commands.post_count import PostCount, PostingChunk
from app.domain.counting.commands.record_count import CountedUnits
from app.domain.counting.count import Count, CountState, UncountedRule
from app.domain.counting.count_line import CountLine, CountMode, count_line_key
from app.domain.errors import InvalidValue
from app.domain.operation import CommandInfo
from app.domain.outcome import Outcome
from app.domain.stock.level import LevelKey
from app.domain.stock.level_change import UnavailableReason
from app.domain.stock.movement import MovementReason
from app.services.counting.posting import Posting
from app.services.request_info import RequestInfo
from tests.support.scene import given_location, line, request_info
from tests.support.store import Store


def count_of(outcome: Outcome) -> Count:
    """Return the count as an operation told it."""
    return outcome.operation.document(Count)


async def given_count(
    store: Store,
    location: str = "MAIN",
    *,
    category: str | None = None,
    tags: tuple[str, ...] = (),
    skus: tuple[str, ...] | None = None,
    mode: CountMode = CountMode.LAST,
    is_blind: bool = False,
    said: RequestInfo | None = None,
) -> Count:
    """Open a count, and return it."""
    outcome = await store.counts.open(
        location, category=category, tags=tags, skus=skus, mode=mode, is_blind=is_blind, request=said or request_info()
    )
    return count_of(outcome)


async def record(store: Store, count: Count, said: RequestInfo | None = None, **quantities: int) -> Outcome:
    """Count units of items, named by their SKUs with underscores for dashes."""
    lines = [CountedUnits(sku=name.replace("_", "-"), quantity=quantity) for name, quantity in quantities.items()]
    return await store.counts.record(count.id, lines, request=said or request_info())


async def post(
    store: Store, count: Count, *, rule: UncountedRule = UncountedRule.IGNORE, said: RequestInfo | None = None
) -> Posting:
    """Post a count, or what is left of it."""
    return await store.counts.post(count.id, rule=rule, request=said or request_info())


async def posted(store: Store, count: Count, *, rule: UncountedRule = UncountedRule.IGNORE) -> Count:
    """Post a count to its end, and return it."""
    posting = await post(store, count, rule=rule)
    assert (posting.count.state, posting.refusals) == (CountState.POSTED, ())
    assert posting.count == await present(store, count)
    return posting.count


async def present(store: Store, count: Count) -> Count:
    """Return a count as it is now."""
    found = await store.counts.count(count.id)
    assert found is not None
    return found


async def line_of(store: Store, count: Count, sku: str = "TEA-1") -> CountLine:
    """Return a line of a count as it is now."""
    identity = count_line_key(count.id, sku).id
    return (await store.documents.documents(CountLine, [identity]))[identity]


async def variances(store: Store, count: Count) -> dict[str, int]:
    """Return the variance of every line, by SKU."""
    page = await store.counts.lines(count, only_variances=False, first=250, after=None)
    return {line.sku: line.variance for line in page.nodes}


async def block(store: Store, key: LevelKey, units: int) -> None:
    """Make units unavailable, so that a count may not take them away; below zero, make them available again."""
    source, target = (None, UnavailableReason.DAMAGED) if units > 0 else (UnavailableReason.DAMAGED, None)
    await store.stock.reclassify(key, quantity=abs(units), source=source, target=target, request=request_info())


async def given_many(store: Store, size: int, *, on_hand: int) -> list[LevelKey]:
    """Create so many items, S-0000 and on, with units of each at MAIN."""
    keys = [LevelKey(f"S-{number:04}", "MAIN") for number in range(size)]
    await given_location(store, "MAIN")
    for some in (keys[start : start + 1_000] for start in range(0, size, 1_000)):
        items = [ItemChange(sku=key.sku, name=key.sku) for key in some]
        await store.shop.upsert_items(items, is_atomic=True, request=request_info())
        await store.stock.adjust_many(
            [line(key, on_hand, MovementReason.RECEIPT) for key in some], is_atomic=True, request=request_info()
        )
    return keys


async def record_many(store: Store, count: Count, keys: Sequence[LevelKey], *, quantity: int) -> None:
    """Count the same number of units of many items."""
    for some in (keys[start : start + 1_000] for start in range(0, len(keys), 1_000)):
        lines = [CountedUnits(sku=key.sku, quantity=quantity) for key in some]
        await store.counts.record(count.id, lines, request=request_info())


async def left_posting(store: Store, count: Count, skus: Sequence[str], *, rule: UncountedRule) -> None:
    """Begin to post a count with these items, as a process does that dies after its first step."""
    info = CommandInfo(operation_id=uuid4().hex, kind="countPost", actor="dead")
    chunk = PostingChunk(counted=tuple(skus), is_last=False)
    uncounted = await store.counts.uncounted(count)
    assert uncounted is not None
    await store.run(
        PostCount(info=info, count_id=count.id, location=count.location, rule=rule, uncounted=uncounted, chunk=chunk)
    )


async def on_hand(store: Store, *keys: LevelKey) -> list[int]:
    """Return the units on hand of levels."""
    levels = await store.levels.levels_at(keys)
    return [levels[key].on_hand if key in levels else 0 for key in keys]


def promised(sku: str, units: int) -> InvalidValue:
    """Return the refusal of taking for gone what nobody counted of an item at MAIN."""
    rule = f"cannot be taken for gone, as {units} are promised or unavailable: count it in another count"
    return InvalidValue(what=f"The uncounted stock of {sku} at MAIN", rule=rule, field=("id",))


def not_counted(sku: str, *field: str) -> InvalidValue:
    """Return the refusal of an item outside of the count."""
    return InvalidValue(what=f"The item {sku!r}", rule="is not part of this count", field=("lines", *field))
